"""Pod garbage: what no kubelet will ever delete (pkg/controller/podgc, 1.36).

Pods of a node that exists no more, and those that are being deleted on a node that is not ready
and that someone has declared out of service.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..base.conditions import condition_of, conditions_of, replaced
from ..base.objects import Key, Obj, Objs, is_deleting, key_of
from ..base.pods import pod_is_terminal
from ..control import World
from ..control.loop import Watch

OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"
PERIOD_MS = 20_000
"""gcCheckPeriod."""
QUARANTINE_MS = 40_000
"""A node that has gone may come back under its name."""


class PodGarbage:
    """Force-deletes pods; its keys are Nodes."""

    name = "pod-gc"
    lag_ms = 20

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"Node": _itself}

    def reconcile(self, world: World, key: Key) -> int | None:
        left = world.store.by("Pod", "node", key.name)
        node = world.store.get(key)
        if node is not None or not left:
            world.set_note(self.name, key, None)
            return _clear(world, node, left) if node is not None and left else None
        since_ms = world.note(self.name, key)
        if since_ms is None:
            world.set_note(self.name, key, world.now_ms)
            return QUARANTINE_MS
        wait_ms = int(since_ms + QUARANTINE_MS - world.now_ms)
        if wait_ms > 0:
            return wait_ms
        world.set_note(self.name, key, None)
        world.compare(f"pods of the missing node {key.name}", 0, len(left))
        for pod in left:
            _remove(world, pod)
        return None


def _clear(world: World, node: Obj, pods: Objs) -> int | None:
    """Delete what is terminating on a node that is out of service; when to look again."""
    taints = [taint["key"] for taint in node["spec"].get("taints") or ()]
    ready = condition_of(node, "Ready")
    if OUT_OF_SERVICE not in taints or (ready is not None and ready["status"] == "True"):
        return None
    gone = [pod for pod in pods if is_deleting(pod)]
    world.compare("pods terminating on a node out of service", 0, len(gone))
    for pod in gone:
        _fail(world, pod, {})
    return None if len(gone) == len(pods) else PERIOD_MS


def _itself(world: World, node: Obj) -> Iterable[Key]:
    yield key_of(node)


def _remove(world: World, pod: Obj) -> None:
    condition = {
        "type": "DisruptionTarget",
        "status": "True",
        "reason": "DeletionByPodGC",
        "message": "PodGC: node no longer exists",
        "lastProbeTime": None,
        "lastTransitionTime": world.timestamp(),
        "observedGeneration": pod["metadata"].get("generation", 1),
    }
    _fail(world, pod, condition)


def _fail(world: World, pod: Obj, condition: Obj) -> None:
    """Mark a pod as failed, if it has not ended, and delete it without grace."""
    if not pod_is_terminal(pod):
        conditions = conditions_of(pod)
        if condition:
            conditions = replaced(conditions, condition)
        status = {**(pod.get("status") or {}), "phase": "Failed", "conditions": conditions}
        world.api.update_status(pod, status)
    world.api.delete(key_of(pod), grace_s=0)
