"""Queueing hints: which changes may help a pod that fits nowhere (scheduler, 1.36).

A pod that waits remembers which plugins refused it. A change wakes it where one of them registered
for that kind of change; so a cordoned node that is opened wakes no pod that lacks memory. (What
each plugin waits for: EventsToRegister of the plugins, and the traces of 1.36.2, in which every
change of taints wakes pods that were refused by an affinity.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..base.objects import Obj, get_in, labels_of
from ..base.pods import node_of, pod_is_terminal
from ..store import Change, Store
from .affinity import has_terms, required_terms
from .nodeinfo import group_of
from .podinfo import amount, demand_of
from .spreading import constraints_of

NODE_ADDED = "node added"
NODE_GONE = "node gone"
NODE_LABELS = "node's labels"
NODE_TAINTS = "node's taints"
NODE_ALLOCATABLE = "node's allocatable"
POD_PLACED = "pod placed"
POD_LABELS = "pod's labels"
POD_GONE = "pod gone"
CLAIM = "claim or volume"

_NODES = frozenset({NODE_ADDED, NODE_LABELS, NODE_TAINTS})
_PODS = frozenset({POD_PLACED, POD_LABELS, POD_GONE})

HELPED_BY: dict[str, frozenset[str]] = {
    "": frozenset({NODE_ADDED}),  # there was no node to refuse it
    "NodeUnschedulable": frozenset({NODE_ADDED, NODE_TAINTS}),
    "NodeName": frozenset({NODE_ADDED}),
    "TaintToleration": frozenset({NODE_ADDED, NODE_TAINTS}),
    "NodeAffinity": _NODES,
    "NodePorts": frozenset({NODE_ADDED, POD_GONE}),
    "NodeResourcesFit": frozenset({NODE_ADDED, NODE_ALLOCATABLE, POD_GONE}),
    "PodTopologySpread": _NODES | _PODS | {NODE_GONE},
    "InterPodAffinity": _NODES | _PODS,
    "VolumeBinding": _NODES | {CLAIM},
}


def helps(kinds: frozenset[str], refused_by: Iterable[str]) -> bool:
    """Whether a change of these kinds may help a pod that these plugins refused."""
    return any(kinds & HELPED_BY[plugin] for plugin in refused_by)


def concerns(plugin: str, pod: Obj, other: Obj, store: Store) -> bool:
    """Whether a change of ``other`` (a Node, or a Pod with a node) is any business of ``pod``'s."""
    if plugin == "PodTopologySpread":
        constraints = constraints_of(pod, "DoNotSchedule")
        if other["kind"] == "Node":
            return all(constraint.topology_key in labels_of(other) for constraint in constraints)
        return any(constraint.selects(group_of(other)) for constraint in constraints)
    if plugin == "NodeResourcesFit" and other["kind"] == "Node":
        room = get_in(other, "status", "allocatable", default={})
        wanted = demand_of(pod["spec"]).requests
        return all(amount(name, room.get(name, "0")) >= count for name, count in wanted.items())
    if plugin == "InterPodAffinity" and other["kind"] == "Pod":
        terms = [*required_terms(pod, "podAffinity"), *required_terms(pod, "podAntiAffinity")]
        return has_terms(other) or any(term.speaks_of(other, store) for term in terms)
    return True


def of_node(change: Change) -> frozenset[str]:
    """What a change of a Node may help with; a heartbeat helps nobody."""
    old, new = change.previous, change.object
    if change.type == "DELETED":
        return frozenset({NODE_GONE})
    if old is None:
        return frozenset({NODE_ADDED})
    return frozenset(_of_node(old, new))


def _of_node(old: Obj, new: Obj) -> Iterator[str]:
    if labels_of(old) != labels_of(new):
        yield NODE_LABELS
    if old.get("spec") is not new.get("spec") and _closed(old) != _closed(new):
        yield NODE_TAINTS
    if old.get("status") is not new.get("status") and _room(old) != _room(new):
        yield NODE_ALLOCATABLE


def _closed(node: Obj) -> tuple[bool, list[Obj]]:
    spec = node.get("spec") or {}
    return bool(spec.get("unschedulable")), spec.get("taints") or []


def _room(node: Obj) -> Obj:
    room: Obj = get_in(node, "status", "allocatable", default={})
    return room


def of_pod(change: Change) -> frozenset[str]:
    """What a change of a Pod that has a node may help others with."""
    old, new = change.previous, change.object
    if not node_of(new):
        return frozenset()
    if change.type == "DELETED":
        return frozenset({POD_GONE}) if not pod_is_terminal(new) else frozenset()
    if old is None or not node_of(old):
        return frozenset({POD_PLACED})
    if pod_is_terminal(new) and not pod_is_terminal(old):
        return frozenset({POD_GONE})
    return frozenset({POD_LABELS}) if labels_of(old) != labels_of(new) else frozenset()
