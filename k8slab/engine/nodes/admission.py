"""Pods that a kubelet will not take (pkg/kubelet lifecycle, eviction Admit, nodeshutdown, 1.36)."""

from __future__ import annotations

from ..api.kinds.pod import qos_class
from ..base.objects import Obj, get_in
from ..base.pods import node_of
from ..base.taints import tolerates
from ..control import World
from .eviction import CRITICAL, priority_of
from .fitting import Refusal, misfit
from .machine import machine
from .pressure import pressed

PRESSED = {"key": "node.kubernetes.io/memory-pressure", "effect": "NoSchedule"}


def refusal(world: World, pod: Obj) -> Refusal | None:
    """Why the kubelet of its node does not take the pod; None where it does."""
    node = node_of(pod)
    if machine(world, node).get("off_ms") is not None:
        return Refusal("NodeShutdown", "Pod was rejected as the node is shutting down.")
    return _pressure(world, pod, node) or misfit(world, pod)


def _pressure(world: World, pod: Obj, node: str) -> Refusal | None:
    conditions = pressed(world, node)
    if not conditions or priority_of(pod) >= CRITICAL:
        return None
    if conditions == ["MemoryPressure"] and _may_stay(pod):
        return None
    return Refusal("Evicted", f"The node had condition: [{' '.join(conditions)}]. ")


def _may_stay(pod: Obj) -> bool:
    """Short of memory alone, a node takes all but best-effort pods that don't tolerate it."""
    if qos_class(pod["spec"]) != "BestEffort":
        return True
    return any(tolerates(it, PRESSED) for it in get_in(pod, "spec", "tolerations", default=()))


def reject(world: World, pod: Obj, why: Refusal) -> None:
    """Report the pod as Failed; none of it ever runs."""
    world.event(pod, "Warning", why.reason, why.message, "kubelet", host=node_of(pod))
    status = {
        **(pod.get("status") or {}),
        "phase": "Failed",
        "reason": why.reason,
        "message": f"Pod was rejected: {why.message}",
        "startTime": world.timestamp(),
    }
    world.api.update_status(pod, status)
