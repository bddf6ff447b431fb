"""The order of one look at a Deployment (deployment_controller.go syncDeployment, 1.36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...base.objects import Key, Obj, controller_of, is_deleting, key_of, labels_of
from ...base.reason import how_many
from ...base.selectors import matcher
from ...control import World
from ...control.loop import Watch
from ..claims import claimed
from . import progress, recreate, revisions, rolling, scaling
from .rollout import Rollout


class Deployments:
    """Makes ReplicaSets follow the pod template, by the strategy, and reports how far that is."""

    name = "deployment"
    lag_ms = 10

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"Deployment": _itself, "ReplicaSet": _owners, "Pod": _waiting_for_pod}

    def reconcile(self, world: World, key: Key) -> int | None:
        deployment = world.store.get(key)
        if deployment is None:
            return None
        rollout = Rollout(world, deployment, claimed(world, deployment, "ReplicaSet"))
        world.read(f"{how_many(len(rollout.replica_sets), 'ReplicaSet')} of {key.name}")
        if is_deleting(deployment):
            revisions.sync(rollout, create=False)
            return progress.write_status(rollout)
        progress.note_pause(rollout)
        if rollout.paused or scaling.is_wanted(rollout):
            return scaling.carry_out(rollout)
        if rollout.strategy == "Recreate":
            return recreate.roll(rollout)
        return rolling.roll(rollout)


def _itself(world: World, obj: Obj) -> Iterable[Key]:
    yield key_of(obj)


def _owners(world: World, replica_set: Obj) -> Iterable[Key]:
    """Its Deployment; for an orphan, each that would adopt it."""
    namespace = replica_set["metadata"]["namespace"]
    owner = controller_of(replica_set)
    if owner is not None:
        if owner["kind"] == "Deployment":
            yield Key("Deployment", namespace, owner["name"])
        return
    for deployment in world.store.list("Deployment", namespace):
        if matcher(deployment["spec"]["selector"])(labels_of(replica_set)):
            yield key_of(deployment)


def _waiting_for_pod(world: World, pod: Obj) -> Iterable[Key]:
    """Recreate waits for the last old pod to be gone, so it looks when one goes."""
    owner = controller_of(pod) if is_deleting(pod) else None
    if owner is None or owner["kind"] != "ReplicaSet":
        return
    namespace = pod["metadata"]["namespace"]
    replica_set = world.store.get(Key("ReplicaSet", namespace, owner["name"]))
    for key in _owners(world, replica_set) if replica_set is not None else ():
        deployment = world.store.get(key)
        if deployment is not None and deployment["spec"]["strategy"]["type"] == "Recreate":
            yield key
