"""The CPU that a container can have: up to its quota, and its share where a node has too little.

The note ("cpu", Node) is [[from_ms, {"NAMESPACE/POD/CONTAINER": millicores}], ...]: what the
kernel shares out since then, empty while there is enough for all. The actor ``kernel`` writes it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..api.kinds.pod import qos_class
from ..base.objects import Key, Obj
from ..base.pods import node_of
from ..control import World
from .cgroups import MIN_SHARES, cgroup

if TYPE_CHECKING:
    from .processes import Process

OWNER = "cpu"
Segment = list[Any]


def pod_label(pod: Obj) -> str:
    """``NAMESPACE/POD``."""
    metadata = pod["metadata"]
    return f"{metadata.get('namespace', 'default')}/{metadata['name']}"


def label_of(pod: Obj, container: Obj) -> str:
    """How notes name a container: ``NAMESPACE/POD/CONTAINER``."""
    return f"{pod_label(pod)}/{container['name']}"


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
    """What each of (weight, want) can have of ``capacity``.

    In proportion to the weights; what one does not want goes to the others (the fair scheduler),
    but it could have its share if it wanted more.
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
            granted[place] = unit * wants[place][0]
            capacity -= wants[place][1]
        hungry = [place for place in hungry if place not in sated]
    return granted


def fair_shares(total: float, wanted: Sequence[tuple[Process, float]]) -> dict[str, float]:
    """What each process gets of ``total`` millicores, by its ``label_of``.

    The kubelet's tree of cgroups: beside each other the guaranteed pods, one slice of all burstable
    pods, weighing what they request together, and one of all best-effort pods, weighing next to
    nothing; in a slice the pods, in a pod its containers.
    """
    tops: dict[str, dict[str, list[tuple[Process, float]]]] = {}
    for process, want in wanted:
        quality = qos_class(process.pod["spec"])
        pod = pod_label(process.pod)
        top = pod if quality == "Guaranteed" else quality
        tops.setdefault(top, {}).setdefault(pod, []).append((process, want))
    found: dict[str, float] = {}
    grants = share_out(total, [(_weight(pods), _want(pods)) for pods in tops.values()])
    for pods, granted in zip(tops.values(), grants, strict=True):
        shares = share_out(granted, [(_shares(it), sum(w for _, w in it)) for it in pods.values()])
        for mine, share in zip(pods.values(), shares, strict=True):
            each = share_out(share, [(it.cgroup.cpu_shares, want) for it, want in mine])
            for (process, _), get in zip(mine, each, strict=True):
                found[label_of(process.pod, process.container)] = round(get, 3)
    return found


def _shares(mine: list[tuple[Process, float]]) -> int:
    """A pod's cpu.shares: its containers' together, as the request is theirs together."""
    requested = sum(process.cgroup.cpu_request_m for process, _ in mine)
    return max(MIN_SHARES, requested * 1024 // 1000)


def _weight(pods: dict[str, list[tuple[Process, float]]]) -> int:
    """A slice weighs what its pods request; best-effort pods request nothing."""
    requested = sum(it.cgroup.cpu_request_m for mine in pods.values() for it, _ in mine)
    return max(MIN_SHARES, requested * 1024 // 1000)


def _want(pods: dict[str, list[tuple[Process, float]]]) -> float:
    return sum(want for mine in pods.values() for _, want in mine)
