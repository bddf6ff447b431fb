"""The recorded rollouts: the sizes that ReplicaSets went through."""

from __future__ import annotations

from k8slab.engine import Cluster

from . import names
from .lines import Line
from .traces import Story

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


def lines(story: Story) -> list[Line]:
    """ReplicaSet sizes: equal but for the order that jitter decides.

    Which of several pods that are ready within the same tenths of a second is seen first is the
    real cluster's jitter, so steps may be split or joined: every recorded state has to be one of
    ours or to lie between two of ours at most STEPS writes apart, and the last is the last.
    """
    file = story.trace["scenario"]
    real = [sizes for _, sizes in story.trace["rs_spec_sequence"]]
    ours = sizes_of(story.cluster)
    found = [Line(file, "sizes: the end", real[-1], ours[-1])]
    for sizes in real:
        if sizes in ours:
            found.append(Line(file, f"sizes {sizes}", sizes, sizes))
            continue
        between = any(
            _between(sizes, before, after)
            for place, before in enumerate(ours)
            for after in ours[place + 1 : place + 1 + STEPS]
        )
        found.append(Line(file, f"sizes {sizes}", sizes, sizes if between else None, loose=True))
    return found


def _between(sizes: dict[str, int], before: dict[str, int], after: dict[str, int]) -> bool:
    """Whether a state lies on the way from one of ours to the next."""
    if sizes.keys() - after.keys():
        return False
    bounds = {name: sorted((before.get(name, 0), after[name])) for name in after}
    return all(low <= sizes.get(name, 0) <= high for name, (low, high) in bounds.items())


def sizes_of(cluster: Cluster) -> list[dict[str, int]]:
    """The ReplicaSets' sizes after each write that changed one (the traces' rs_spec_sequence)."""
    alias = names.aliases(cluster)
    current: dict[str, int] = {}
    found: list[dict[str, int]] = []
    for change in cluster.changes():
        if change.key.kind != "ReplicaSet":
            continue
        name = alias[change.key.name]
        if change.type == "DELETED":
            current.pop(name)
        else:
            current[name] = change.object["spec"]["replicas"]
        if not found or found[-1] != current:
            found.append(dict(current))
    return found
