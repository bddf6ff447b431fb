"""The kubelet's eviction manager (pkg/kubelet/eviction/eviction_manager.go and helpers.go, 1.36).

Every ten seconds it looks at the node's signals. Beyond a threshold it sets the condition, frees
what no pod needs, and if that is not enough ends one pod, and looks again when that is cleaned up.
"""

from __future__ import annotations

from typing import Any

from ..base.objects import Key, Obj, get_in, is_deleting, key_of
from ..base.pods import node_of, pod_is_terminal
from ..base.quantity import format_bytes, whole_value
from ..control import World
from . import ending, images
from .ending import Ending, end_pod
from .machine import NODE_STATUS, is_up
from .pressure import (
    EVICTION,
    MONITOR_MS,
    OWNER,
    TRANSITION_MS,
    Observation,
    Threshold,
    observe,
)
from .processes import Process, disk_limit, disk_of, memory_of, processes_of, processes_on

GRACE_S = 1
"""immediateEvictionGracePeriodSeconds."""
CLEANUP_MS = 3_000  # an evicted pod's processes and volumes are gone
CRITICAL = 2_000_000_000
"""Pods of this priority and above are never evicted."""
REQUEST = {"memory": "memory", "disk": "ephemeral-storage"}


class EvictionManager:
    """The actor, for all nodes; a node's kernel wakes it when a threshold is passed."""

    name = EVICTION
    lag_ms = 0

    @property
    def watches(self) -> dict[str, Any]:
        return {}

    def reconcile(self, world: World, key: Key) -> int | None:
        """One look at a node (``synchronize``)."""
        node = world.store.get(key)
        if node is None:
            world.set_note(OWNER, key, None)
            return None
        if not is_up(world, key.name):
            return None
        for process in processes_on(world, key.name):
            _check_disk(world, process)
        met = [it for it in observe(world, key.name) if it.met]
        note = {
            **world.note(OWNER, key, {}),
            **{it.threshold.condition: world.now_ms for it in met},
        }
        note = {name: at for name, at in note.items() if world.now_ms < at + TRANSITION_MS}
        world.set_note(OWNER, key, note or None)
        world.wake(NODE_STATUS, key)
        for seen in met:
            again_ms = _reclaim(world, node, seen)
            if again_ms is not None:
                return again_ms
        if met:  # until a pod of the node changes; its kernel then wakes us
            return TRANSITION_MS - MONITOR_MS
        return min((at + TRANSITION_MS - world.now_ms for at in note.values()), default=None)


def _check_disk(world: World, process: Process) -> None:
    """End the pod of a container beyond its limit of ephemeral storage (localStorageEviction)."""
    most = disk_limit(process)
    if most is None or disk_of(process) <= most or not _may_go(world, process.pod):
        return
    name = process.container["name"]
    limit = process.container["resources"]["limits"]["ephemeral-storage"]
    text = f'Container {name} exceeded its local ephemeral storage limit "{limit}". '
    _end(world, process.pod, text, disrupts=False)


def _reclaim(world: World, node: Obj, seen: Observation) -> int | None:
    """Free ``seen``'s resource; when to look again, None where nothing can be done."""
    name, threshold = node["metadata"]["name"], seen.threshold
    what = threshold.resource
    world.compare(f"{what} available", f">= {format_bytes(seen.needed)}", seen.available)
    text = f"Attempting to reclaim {what}"
    world.event(node, "Warning", "EvictionThresholdMet", text, "kubelet", host=name)
    if threshold.what == "disk" and images.delete(world, name, images.unused(world, name)):
        world.did("deleted the images that no pod uses")
        return MONITOR_MS
    for pod in ranked(world, name, threshold):
        if _evict(world, pod, seen):
            return CLEANUP_MS
    return None


def _may_go(world: World, pod: Obj) -> bool:
    """Whether a pod can be evicted: it is active, nobody ends it yet, and it is not critical."""
    ends = is_deleting(pod) or world.note(ending.OWNER, key_of(pod)) is not None
    return not ends and not pod_is_terminal(pod) and priority_of(pod) < CRITICAL


def priority_of(pod: Obj) -> int:
    """The pod's priority, 0 if none is set."""
    return int(pod["spec"].get("priority") or 0)


def ranked(world: World, node: str, threshold: Threshold) -> list[Obj]:
    """The node's pods in the order in which the kubelet would evict them.

    Those that use more than they request, then those of lower priority, then those that use most
    beyond their request. QoS plays no part, but is the usual outcome.
    """
    pods = [pod for pod in world.store.by("Pod", "node", node) if _may_go(world, pod)]
    return sorted(pods, key=lambda pod: _rank(world, pod, threshold))


def _rank(world: World, pod: Obj, threshold: Threshold) -> tuple[bool, int, int]:
    used = sum(_use(each, threshold) for each in processes_of(world, pod))
    beyond = used - sum(_requested(each, threshold) for each in pod["spec"]["containers"])
    return beyond <= 0, priority_of(pod), -beyond


def _use(process: Process, threshold: Threshold) -> int:
    return memory_of(process) if threshold.what == "memory" else disk_of(process)


def _requested(container: Obj, threshold: Threshold) -> int:
    said = get_in(container, "resources", "requests", REQUEST[threshold.what], default="0")
    return whole_value(str(said))


def _evict(world: World, pod: Obj, seen: Observation) -> bool:
    """End one pod; False where that would free nothing."""
    threshold = seen.threshold
    running = processes_of(world, pod)
    if not running:
        return False
    message = f"The node was low on resource: {threshold.resource}. {seen.text}"
    for process in running:
        used, requested = _use(process, threshold), _requested(process.container, threshold)
        if used > requested:
            message += (
                f"Container {process.container['name']} was using {format_bytes(used)}, request "
                f"is {format_bytes(requested)}, has larger consumption of {threshold.resource}. "
            )
    _end(world, pod, message, disrupts=True)
    return True


def _end(world: World, pod: Obj, message: str, *, disrupts: bool) -> None:
    world.event(pod, "Warning", "Evicted", message, "kubelet", host=node_of(pod))
    end_pod(world, pod, Ending("Evicted", message, GRACE_S, disrupts))
    world.did(f"evicted pod {pod['metadata']['name']}")
