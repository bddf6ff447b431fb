"""Queueing hints: which changes may help a pod that fits nowhere (scheduler, 1.36).

A pod that waits remembers which plugins refused it. A change wakes it where one of them registered
for that kind of change; so a cordoned node that is opened wakes no pod that lacks memory. (What
each plugin waits for: EventsToRegister of the plugins, and the traces of 1.36.2, in which every
change of taints wakes pods that were refused by an affinity.) Here are the kinds of change; which
of them help is each plugin's ``helped_by`` and ``concerns``.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..base.objects import Obj, get_in, labels_of
from ..base.pods import node_of, pod_is_terminal
from ..store import Change
from .podinfo import demand_of

NODE_ADDED = "node added"
NODE_GONE = "node gone"
NODE_LABELS = "node's labels"
NODE_TAINTS = "node's taints"
NODE_ALLOCATABLE = "node's allocatable"
POD_PLACED = "pod placed"
POD_LABELS = "pod's labels"
POD_GONE = "pod gone"
POD_SMALLER = "pod scaled down"
CLAIM = "claim or volume"

OF_NODES = frozenset({NODE_ADDED, NODE_LABELS, NODE_TAINTS})
OF_PODS = frozenset({POD_PLACED, POD_LABELS, POD_GONE})


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


def is_of_node(old: Obj | None, new: Obj | None) -> bool:
    """Whether it is a Node that changed from ``old`` to ``new``."""
    return any(it is not None and it["kind"] == "Node" for it in (old, new))


def placed(change: Change) -> tuple[Obj | None, Obj | None]:
    """A pod before and after a change, as far as it was on a node and had not ended."""
    gone = change.type == "DELETED"
    old, new = (change.object, None) if gone else (change.previous, change.object)
    return _if_placed(old), _if_placed(new)


def _if_placed(pod: Obj | None) -> Obj | None:
    return pod if pod is not None and node_of(pod) and not pod_is_terminal(pod) else None


def of_pod(change: Change) -> frozenset[str]:
    """What a change of a Pod that has a node may help others with."""
    old, new = change.previous, change.object
    if not node_of(new):
        return frozenset()
    if change.type == "DELETED":
        return frozenset({POD_GONE}) if not pod_is_terminal(new) else frozenset()
    if old is None or not node_of(old):
        return frozenset({POD_PLACED})
    if pod_is_terminal(new):
        return frozenset({POD_GONE}) if not pod_is_terminal(old) else frozenset()
    found = {POD_LABELS} if labels_of(old) != labels_of(new) else set()
    if old["spec"] is not new["spec"] and _asks_less(old, new):
        found.add(POD_SMALLER)
    return frozenset(found)


def _asks_less(old: Obj, new: Obj) -> bool:
    before, after = (demand_of(pod["spec"]).requests for pod in (old, new))
    return any(after.get(name, 0) < amount for name, amount in before.items())
