"""The CPU that a container can have: up to its quota, and its share where a node has too little.

The note ("cpu", Node) is [[from_ms, {"NAMESPACE/POD/CONTAINER": millicores}], ...]: what the
kernel shares out since then, empty while there is enough for all. The actor ``kernel`` writes it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from ..base.objects import Key, Obj
from ..base.pods import node_of
from ..control import World
from .cgroups import cgroup

OWNER = "cpu"
Segment = list[Any]


def label_of(pod: Obj, container: Obj) -> str:
    """How notes name a container."""
    metadata = pod["metadata"]
    return f"{metadata.get('namespace', 'default')}/{metadata['name']}/{container['name']}"


def segments(world: World, node: str) -> list[Segment]:
    """The node's note."""
    found: list[Segment] = world.note(OWNER, Key("Node", "", node), [])
    return found


def granted_m(world: World, pod: Obj, container: Obj, at_ms: int) -> float | None:
    """The millicores that the container can have at ``at_ms``; None: as many as it wants."""
    quota = cgroup(container).cpu_limit_m
    shares = _segment_at(segments(world, node_of(pod)), at_ms)
    share = shares.get(label_of(pod, container)) if shares else None
    return min((each for each in (quota, share) if each is not None), default=None)


def _segment_at(found: list[Segment], at_ms: int) -> dict[str, float]:
    place = bisect_right(found, at_ms, key=lambda segment: segment[0])
    shares: dict[str, float] = found[place - 1][1] if place else {}
    return shares


def share_out(capacity: float, wants: Sequence[tuple[float, float]]) -> list[float]:
    """What each of (weight, want) gets of ``capacity``.

    In proportion to the weights; what one does not want goes to the others (the fair scheduler).
    """
    granted = [0.0] * len(wants)
    hungry = [place for place, (_, want) in enumerate(wants) if want > 0]
    while hungry and capacity > 1e-9:
        unit = capacity / sum(wants[place][0] for place in hungry)
        sated = [place for place in hungry if wants[place][1] <= unit * wants[place][0]]
        if not sated:
            for place in hungry:
                granted[place] = unit * wants[place][0]
            break
        for place in sated:
            granted[place] = wants[place][1]
            capacity -= wants[place][1]
        hungry = [place for place in hungry if place not in sated]
    return granted
