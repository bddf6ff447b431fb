"""Pod garbage: pods of a node that exists no more (pkg/controller/podgc, 1.36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..base.conditions import conditions_of, replaced
from ..base.objects import Key, Obj, key_of
from ..base.pods import pod_is_terminal
from ..control import World
from ..control.loop import Watch

QUARANTINE_MS = 40_000
"""A node that has gone may come back under its name."""


class PodGarbage:
    """Force-deletes what no kubelet will ever delete."""

    name = "pod-gc"
    lag_ms = 20

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"Node": _itself}

    def reconcile(self, world: World, key: Key) -> int | None:
        left = world.store.by("Pod", "node", key.name)
        if world.store.get(key) is not None or not left:
            world.set_note(self.name, key, None)
            return None
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


def _itself(world: World, node: Obj) -> Iterable[Key]:
    yield key_of(node)


def _remove(world: World, pod: Obj) -> None:
    if not pod_is_terminal(pod):
        condition = {
            "type": "DisruptionTarget",
            "status": "True",
            "reason": "DeletionByPodGC",
            "message": "PodGC: node no longer exists",
            "lastProbeTime": None,
            "lastTransitionTime": world.timestamp(),
            "observedGeneration": pod["metadata"].get("generation", 1),
        }
        conditions = replaced(conditions_of(pod), condition)
        status = {**(pod.get("status") or {}), "phase": "Failed", "conditions": conditions}
        world.api.update_status(pod, status)
    world.api.delete(key_of(pod), grace_s=0)
