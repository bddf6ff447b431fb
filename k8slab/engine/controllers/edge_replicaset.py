"""A ReplicaSet controller as it should not be: it acts on events and never counts.

ReplicaSets with the annotation ``k8slab.dev/edge-triggered: "true"`` are left to it. It creates a
pod for each that it hears to be gone, and as many as ``replicas`` grew by; what it does not hear
(a lost event, its own restart) stays wrong for ever.
"""

from __future__ import annotations

from ..base.objects import Key, Obj, controller_of, is_deleting, key_of, uid_of
from ..base.pods import pod_is_active
from ..control import World
from ..control.edge import EdgeTriggered
from ..store import Change
from .ranking import pods_to_delete
from .replicaset import SOURCE, create_pods, is_edge_triggered

NAME = "edge-replicaset"


class EdgeReplicaSets(EdgeTriggered):
    """Does what each event says: {"says": phrase, "pods": to create (or, below 0, to delete)}."""

    name = NAME
    lag_ms = 5
    hears = frozenset({"ReplicaSet", "Pod"})

    def event(self, world: World, change: Change) -> tuple[Key, Obj] | None:
        if change.key.kind == "Pod":
            return _pod_gone(world, change)
        if not is_edge_triggered(change.object) or change.type == "DELETED":
            return None
        before = change.previous["spec"]["replicas"] if change.previous else 0
        more = change.object["spec"]["replicas"] - before
        says = f"{change.key.name} was scaled by {more:+d}"
        return (change.key, {"says": says, "pods": more}) if more else None

    def act(self, world: World, key: Key, event: Obj) -> None:
        replica_set = world.store.get(key)
        if replica_set is None or is_deleting(replica_set):
            return
        world.read(event["says"])
        if event["pods"] > 0:
            create_pods(world, replica_set, event["pods"])
        else:
            _delete(world, replica_set, -event["pods"])


def _pod_gone(world: World, change: Change) -> tuple[Key, Obj] | None:
    """A pod that was active and is no longer, unless this controller's own hand did it."""
    before, pod = change.previous, change.object
    owner = controller_of(pod)
    was_active = before is not None and pod_is_active(before)
    is_active = change.type != "DELETED" and pod_is_active(pod)
    mine = change.cause is not None and change.cause.actor == NAME
    if not was_active or is_active or mine or owner is None or owner["kind"] != "ReplicaSet":
        return None
    key = Key("ReplicaSet", change.key.namespace, owner["name"])
    replica_set = world.store.get(key)
    if replica_set is None or not is_edge_triggered(replica_set):
        return None
    return key, {"says": f"pod {change.key.name} is gone", "pods": 1}


def _delete(world: World, replica_set: Obj, count: int) -> None:
    pods = [
        pod
        for pod in world.store.by("Pod", "controller", uid_of(replica_set))
        if pod_is_active(pod)
    ]
    for pod in pods_to_delete(pods, count, pods, world.unix_ms):
        world.api.delete(key_of(pod), uid=uid_of(pod))
        message = f"Deleted pod: {pod['metadata']['name']}"
        world.event(replica_set, "Normal", "SuccessfulDelete", message, SOURCE)
