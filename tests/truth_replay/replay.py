"""How far our engine's story of a recorded trace is the recorded one, line by line.

``replay(name)`` plays a trace's manifests and commands with the fake kubelet and says of each
recorded line whether it holds: ("sizes", True, "") or ("sizes", False, what differs).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from k8slab.engine import Cluster

from . import traces

ROLLOUTS = (
    "01-deployment-10-surge2-unavail2",
    "02-deployment-10-25pct",
    "02-deployment-3-25pct",
    "02-deployment-3-broken-image-deadline20",
    "02-deployment-3-create-delete",
    "02-deployment-3-recreate",
    "02-deployment-4-25pct",
    "02-deployment-4-minready5",
    "02-deployment-4-never-ready-deadline20",
    "02-deployment-4-surge0-unavail1",
    "02-deployment-pause-resume",
    "02-deployment-proportional-scaling",
    "02-deployment-undo-to-revision",
)


STEPS = 3


class Line(NamedTuple):
    """One recorded line: what it is, whether it holds, and what differs if not."""

    what: str
    holds: bool
    why: str


def replay(name: str, seed: int = 0) -> list[Line]:
    """Every compared line of one rollout trace."""
    trace = traces.load(name)
    cluster = traces.play(trace, seed)
    return [*_sizes(trace, cluster), *_told(trace, cluster), *_conditions(trace, cluster)]


def _sizes(trace: traces.Trace, cluster: Cluster) -> list[Line]:
    """ReplicaSet sizes: equal but for the order that jitter decides.

    Which of several pods that are ready within the same tenths of a second is seen first is the
    real cluster's jitter, so steps may be split or joined: every recorded state has to be one of
    ours or to lie between two of ours at most STEPS writes apart, and the last is the last.
    """
    real = [sizes for _, sizes in trace["rs_spec_sequence"]]
    ours = traces.sizes(cluster)
    lines = [Line("sizes: the end", ours[-1] == real[-1], f"{ours[-1]} for {real[-1]}")]
    for sizes in real:
        allowed = sizes in ours or any(
            _between(sizes, before, after)
            for place, before in enumerate(ours)
            for after in ours[place + 1 : place + 1 + STEPS]
        )
        lines.append(Line(f"sizes {sizes}", allowed, "" if allowed else "never so"))
    return lines


def _between(sizes: dict[str, int], before: dict[str, int], after: dict[str, int]) -> bool:
    """Whether a state lies on the way from one of ours to the next."""
    if sizes.keys() - after.keys():
        return False
    bounds = {name: sorted((before.get(name, 0), after[name])) for name in after}
    return all(low <= sizes.get(name, 0) <= high for name, (low, high) in bounds.items())


def _told(trace: traces.Trace, cluster: Cluster) -> list[Line]:
    """Events of the deployment controller: the same kinds of sentence about the same sets."""
    ours = {_shape(text) for text in traces.told(cluster, "deployment-controller")}
    lines = []
    for event in _events(trace, "deployment-controller"):
        holds = _shape(event) in ours
        lines.append(Line(f"event {event[1]}", holds, "" if holds else "never said"))
    return lines


def _events(trace: traces.Trace, source: str) -> list[tuple[str, str]]:
    return [
        (event["reason"], event["message"])
        for event in trace["events"]
        if event["kind"] == "Event" and event["src"] == source
    ]


def _shape(event: tuple[str, str]) -> tuple[str, str]:
    """An event without the sizes that jitter decides: "Scaled up replica set web-rs2"."""
    return event[0], event[1].split(" from ")[0].removeprefix("(combined from similar events): ")


def _conditions(trace: traces.Trace, cluster: Cluster) -> list[Line]:
    ours = traces.conditions(cluster, "Deployment", "web")
    lines = []
    for recorded in _recorded_conditions(trace):
        holds = recorded in ours
        lines.append(Line(f"conditions {recorded}", holds, "" if holds else "never so"))
    return lines


def _recorded_conditions(trace: traces.Trace) -> list[Any]:
    found: list[Any] = []
    for event in trace["events"]:
        recorded = event.get("conds") if event["kind"] == "Deployment" else None
        if recorded and (not found or found[-1] != recorded):
            found.append(recorded)
    return found
