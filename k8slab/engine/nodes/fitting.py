"""Whether a pod fits its node, as the kubelet itself sees it (lifecycle/predicate.go, 1.36).

The scheduler has looked at all of this, but not at a pod that names its node.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from ..base.conditions import condition_of
from ..base.nodeselector import matches_required
from ..base.objects import Key, Obj, Objs, get_in, key_of
from ..base.podresources import pod_total
from ..base.pods import node_of, pod_is_terminal
from ..base.quantity import parse_quantity
from ..base.taints import tolerated
from ..control import World
from .runs import memory

_NATIVE = ("cpu", "memory", "ephemeral-storage")
_SELECTOR = "node(s) didn't match Pod's node affinity/selector"
_PORTS = "node(s) didn't have free ports for the requested pod ports"
_TAINTS = "node(s) had taints that the pod didn't tolerate"


class Refusal(NamedTuple):
    """Why a pod is refused."""

    reason: str
    message: str


def misfit(world: World, pod: Obj) -> Refusal | None:
    """The first reason why the pod cannot be on its node beside those that are there already."""
    if condition_of(pod, "PodScheduled") is not None:
        return None  # the scheduler has bound it
    node = world.store.get(Key("Node", "", node_of(pod)))
    if node is None:
        return None
    others = neighbours(world, pod)
    return next(insufficient(pod, node, others), None) or _mismatch(pod, node, others)


def neighbours(world: World, pod: Obj) -> Objs:
    """The other pods of its node that the kubelet has taken and that have not ended."""
    return [it for it in world.store.by("Pod", "node", node_of(pod)) if _counts(world, it, pod)]


def _counts(world: World, other: Obj, pod: Obj) -> bool:
    taken = not pod_is_terminal(other) and bool(memory(world, other))
    return taken and key_of(other) != key_of(pod)


def insufficient(pod: Obj, node: Obj, others: Objs) -> Iterator[Refusal]:
    """What the node has too little of for a pod beside others."""
    room = get_in(node, "status", "allocatable", default={})
    wanted = {"pods": Fraction(1), **pod_total(pod["spec"], "requests")}
    for name, requested in wanted.items():
        if name not in room and name not in _NATIVE:
            continue
        capacity = parse_quantity(str(room.get(name, "0")))
        used = Fraction(len(others))
        if name != "pods":
            zero = Fraction(0)
            used = sum((pod_total(it["spec"], "requests").get(name, zero) for it in others), zero)
        if requested and used + requested > capacity:
            amounts = [_whole(name, amount) for amount in (requested, used, capacity)]
            yield Refusal(
                f"OutOf{name}",
                f"Node didn't have enough resource: {name}, requested: {amounts[0]}, "
                f"used: {amounts[1]}, capacity: {amounts[2]}",
            )


def _whole(resource: str, amount: Fraction) -> int:
    """Millicores of CPU, units of all else."""
    return ceil(amount * 1000 if resource == "cpu" else amount)


def _mismatch(pod: Obj, node: Obj, others: Objs) -> Refusal | None:
    spec = pod["spec"]
    if not matches_required(spec, node):
        return _failed("NodeAffinity", _SELECTOR)
    taken = {port for other in others for port in _ports(other)}
    if any(_clash(mine, port) for mine in _ports(pod) for port in taken):
        return _failed("NodePorts", _PORTS)
    for taint in get_in(node, "spec", "taints", default=None) or ():
        if taint["effect"] == "NoExecute" and not tolerated(spec.get("tolerations") or (), taint):
            return _failed("TaintToleration", _TAINTS)
    return None


def _failed(predicate: str, why: str) -> Refusal:
    return Refusal(predicate, f"Predicate {predicate} failed: {why}")


def _ports(pod: Obj) -> Iterator[tuple[str, str, int]]:
    for container in pod["spec"]["containers"]:
        for port in container.get("ports") or ():
            if port.get("hostPort"):
                address = port.get("hostIP") or "0.0.0.0"
                yield port.get("protocol", "TCP"), address, port["hostPort"]


def _clash(mine: tuple[str, str, int], taken: tuple[str, str, int]) -> bool:
    same = mine[0] == taken[0] and mine[2] == taken[2]
    return same and (mine[1] == taken[1] or "0.0.0.0" in (mine[1], taken[1]))
