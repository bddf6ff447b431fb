"""How objects of a trace changed, against ours: nodes, endpoint slices, namespaces, pods."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from k8slab.engine.base.conditions import condition_of, conditions_of
from k8slab.engine.base.objects import get_in, is_deleting

from . import names
from .lines import Line
from .traces import Story

SETTLED_S = 0.4
"""A state that is followed sooner is one of a burst, whose order is jitter."""
PUNCTUAL_S = 1.0
State = Any
Moment = tuple[float, State]


def lines(story: Story) -> list[Line]:
    """Lines of every kind that this trace recorded."""
    return [
        *_nodes(story),
        *_slices(story),
        *_namespaces(story),
        *_conditions(story),
        *_lives(story),
    ]


def states(story: Story, kind: str, name: str, state: Callable[[Any], State]) -> list[Moment]:
    """What our object looked like after each write, and when, in the recorder's seconds."""
    found = []
    for change in story.cluster.changes():
        if change.key.kind == kind and change.key.name == name and change.type != "DELETED":
            at_s = (change.at_ms - story.start_ms) / 1000
            found.append((at_s, state(change.object)))
    return found


def as_recorded(story: Story, kind: str, state: Callable[[Any], State]) -> dict[str, list[Moment]]:
    found: dict[str, list[Moment]] = {}
    for event in story.trace["events"]:
        lives = event["type"] in ("ADDED", "MODIFIED", "EXISTING") and event.get("grace") != 0
        if event["kind"] == kind and lives:
            found.setdefault(event["name"], []).append((event["t"], state(event)))
    return found


def _settled(moments: Iterable[Moment]) -> list[Moment]:
    """The states that lasted, equal neighbours as one."""
    rows = list(moments)
    lasting = [row for row, lasts_s in zip(rows, _spans(rows), strict=True) if lasts_s >= SETTLED_S]
    return distinct(lasting)


def distinct(moments: Iterable[Moment]) -> list[Moment]:
    return [next(group) for _, group in itertools.groupby(moments, key=lambda row: row[1])]


def _spans(rows: list[Moment]) -> list[float]:
    """How long each state lasted."""
    ends = [at_s for at_s, _ in [*rows, (float("inf"), None)]][1:]
    return [end_s - row[0] for row, end_s in zip(rows, ends, strict=True)]


def in_order(
    story: Story, what: str, recorded: list[Moment], ours: list[Moment], *, punctual: bool = False
) -> Iterator[Line]:
    """A line for each recorded state: ours has it, in its place, and in time if asked.

    A state of a burst that ours went through in one step is no difference.
    """
    matched = _matched([state for _, state in recorded], [state for _, state in ours])
    for place, ((at_s, state), lasts_s) in enumerate(zip(recorded, _spans(recorded), strict=True)):
        have: Any = None
        if place in matched:
            late_s = round(ours[matched[place]][0] - at_s, 1)
            have = state if not punctual or abs(late_s) <= PUNCTUAL_S else f"{late_s:+} s"
        brief = place not in matched and lasts_s < SETTLED_S
        told = f"{what} at {at_s:.1f} s: {state}"
        yield Line(story.trace["scenario"], told, state, state if brief else have, loose=brief)


def _matched(wanted: list[State], have: list[State]) -> dict[int, int]:
    """The longest common subsequence: places in the one -> places in the other."""
    best = [[0] * (len(have) + 1) for _ in range(len(wanted) + 1)]
    for i, j in itertools.product(reversed(range(len(wanted))), reversed(range(len(have)))):
        same = best[i + 1][j + 1] + 1 if wanted[i] == have[j] else 0
        best[i][j] = max(same, best[i + 1][j], best[i][j + 1])
    places: dict[int, int] = {}
    i = j = 0
    while i < len(wanted) and j < len(have):
        if wanted[i] == have[j] and best[i][j] == best[i + 1][j + 1] + 1:
            places[i] = j
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return places


def _nodes(story: Story) -> Iterator[Line]:
    """Readiness and taints, and when."""
    for name, recorded in as_recorded(story, "Node", _recorded_node).items():
        ours = distinct(states(story, "Node", name, _node))
        rows = [row for row in distinct(recorded) if row[0] > _begins_s(story)]
        rows = rows[1:] if rows and rows[0][1] == ours[0][1] else rows
        yield from in_order(story, f"node {name}", rows, ours, punctual=True)


def _begins_s(story: Story) -> float:
    """When the recorder did its first thing."""
    return float(story.trace["commands"][0]["t"])


def _recorded_node(event: dict[str, Any]) -> State:
    return event["ready"][0], sorted(event.get("taints", [])), bool(event.get("unschedulable"))


def _node(node: Any) -> State:
    ready = condition_of(node, "Ready")
    assert ready is not None
    taints = [
        f"{it['key']}{'=' + it['value'] if it.get('value') else ''}:{it['effect']}"
        for it in node["spec"].get("taints", ())
    ]
    ready_is = f"{ready['status']} {ready['reason']}"
    return ready_is, sorted(taints), bool(node["spec"].get("unschedulable"))


def _slices(story: Story) -> Iterator[Line]:
    """How many endpoints are Ready, Serving, Terminating, in each state that lasted."""
    alias = {short: raw for raw, short in names.ours(story.cluster).items()}
    for name, recorded in as_recorded(story, "EndpointSlice", _recorded_slice).items():
        raw = alias.get(f"{name.rpartition('-')[0]}-eps", "")
        ours = _settled(states(story, "EndpointSlice", raw, _slice))
        yield from in_order(story, f"slice {name}", _settled(recorded), ours, punctual=True)


def _recorded_slice(event: dict[str, Any]) -> State:
    return sorted(flags for _, flags in event.get("eps", ())), [
        p for _, p in event.get("ports", ())
    ]


def _slice(piece: Any) -> State:
    flags = []
    for endpoint in piece.get("endpoints", ()):
        said = endpoint["conditions"]
        told = (("R", "ready"), ("S", "serving"), ("T", "terminating"))
        flags.append("".join(sign if said.get(field) else "-" for sign, field in told))
    return sorted(flags), [port["port"] for port in piece.get("ports") or () if flags]


def _namespaces(story: Story) -> Iterator[Line]:
    """Phase and conditions of a namespace that goes."""
    for name, recorded in as_recorded(story, "Namespace", _recorded_namespace).items():
        ours = distinct(states(story, "Namespace", name, _namespace))
        yield from in_order(story, f"namespace {name}", distinct(recorded), ours)


def _recorded_namespace(event: dict[str, Any]) -> State:
    return event["phase"], event.get("conds", []), event.get("msgs", [])


def _namespace(obj: Any) -> State:
    said = [f"{it['type']}={it['status']} {it['reason']}" for it in conditions_of(obj)]
    return obj["status"]["phase"], said, [it["message"] for it in conditions_of(obj)]


def _conditions(story: Story) -> Iterator[Line]:
    """Conditions of Deployments: type, status, reason."""
    for name, recorded in as_recorded(story, "Deployment", lambda it: it.get("conds", [])).items():
        ours = distinct(states(story, "Deployment", name, _said))
        rows = [row for row in distinct(recorded) if row[1]]
        yield from in_order(story, f"conditions of {name}", rows, ours)


def _said(obj: Any) -> State:
    return [f"{it['type']}={it['status']} {it['reason']}" for it in conditions_of(obj)]


def _lives(story: Story) -> Iterator[Line]:
    """A pod's life: phase, readiness and container state, step by step, as one of ours lived it.

    The recorder may have stopped before the pod's end.
    """
    lived = {tuple(_steps(moments)) for moments in _our_pods(story).values()}
    file = story.trace["scenario"]
    for name, moments in as_recorded(story, "Pod", _recorded_pod).items():
        life = tuple(_steps(moments))
        what = f"life of {name}: {' > '.join(life)}"
        alike = any(life == each[: len(life)] for each in lived)
        yield Line(file, what, life, life if alike else None)


def _our_pods(story: Story) -> dict[str, list[Moment]]:
    found: dict[str, list[Moment]] = {}
    for change in story.cluster.changes():
        if change.key.kind == "Pod" and change.type != "DELETED":
            found.setdefault(change.key.name, []).append((change.at_ms / 1000, _pod(change.object)))
    return found


def _steps(moments: list[Moment]) -> Iterator[str]:
    for look, _ in itertools.groupby(look for _, look in moments):
        yield look


def _recorded_pod(event: dict[str, Any]) -> str:
    ready = f"{event.get('ready', '')} {event.get('readyReason', '')}".strip()
    going = "going" if event.get("deleting") else ""
    state = event.get("state", "").replace("terminated(0)", "Completed(0)")
    return " ".join(filter(None, (event["phase"], ready, state, going)))


def _pod(pod: Any) -> str:
    ready = condition_of(pod, "Ready")
    told = f"{ready['status']} {ready.get('reason', '')}".strip() if ready else ""
    going = "going" if is_deleting(pod) else ""
    return " ".join(filter(None, (pod["status"]["phase"], told, _container(pod), going)))


def _container(pod: Any) -> str:
    statuses = get_in(pod, "status", "containerStatuses", default=[])
    if not statuses:
        return ""
    state = statuses[0]["state"]
    if "terminated" in state:
        ended = state["terminated"]
        return f"{ended.get('reason') or 'terminated'}({ended['exitCode']})"
    return state["waiting"]["reason"] if "waiting" in state else "running"
