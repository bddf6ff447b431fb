"""The ReplicaSet controller: so many pods of this template, no more and no fewer (1.36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..api.errors import NAMESPACE_TERMINATING, ApiError
from ..base.conditions import conditions_of, find, without
from ..base.objects import (
    Key,
    Obj,
    Objs,
    controller_of,
    is_deleting,
    key_of,
    labels_of,
    owner_reference,
    uid_of,
)
from ..base.pods import available_in_ms, pod_is_active, pod_is_terminating
from ..base.reason import how_many
from ..base.selectors import matcher
from ..control import World
from ..control.loop import Watch
from .batches import slow_start
from .claims import claimed
from .ranking import pods_to_delete

SOURCE = "replicaset-controller"
EDGE = "k8slab.dev/edge-triggered"
BURST = 500


class ReplicaSets:
    """Creates what is missing, deletes what is too much, and counts."""

    name = "replicaset"
    lag_ms = 5

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"ReplicaSet": _itself, "Pod": _owners_of_pod}

    def reconcile(self, world: World, key: Key) -> int | None:
        replica_set = world.store.get(key)
        if replica_set is None:
            return None
        pods = claimed(world, replica_set, "Pod")
        active = [pod for pod in pods if pod_is_active(pod)]
        terminating = sum(pod_is_terminating(pod) for pod in pods)
        world.read(f"{how_many(len(active), 'pod')} of {key.name}")
        refusal = None
        if not is_deleting(replica_set) and not is_edge_triggered(replica_set):
            refusal = _manage(world, replica_set, active)
        status, wait_ms = _status(world, replica_set, active, terminating, refusal)
        world.api.update_status(replica_set, status)
        if refusal is not None:
            raise refusal
        return wait_ms


def _itself(world: World, obj: Obj) -> Iterable[Key]:
    yield key_of(obj)


def _owners_of_pod(world: World, pod: Obj) -> Iterable[Key]:
    """Its ReplicaSet; for an orphan, each that would adopt it."""
    namespace = pod["metadata"]["namespace"]
    owner = controller_of(pod)
    if owner is not None:
        if owner["kind"] == "ReplicaSet":
            yield Key("ReplicaSet", namespace, owner["name"])
        return
    for replica_set in world.store.by("ReplicaSet", "namespace", namespace):
        if matcher(replica_set["spec"]["selector"])(labels_of(pod)):
            yield key_of(replica_set)


def is_edge_triggered(replica_set: Obj) -> bool:
    """Whether the acting is left to the edge-triggered twin (``edge_replicaset``)."""
    annotations = replica_set["metadata"].get("annotations") or {}
    return annotations.get(EDGE) == "true"


def _manage(world: World, replica_set: Obj, active: Objs) -> ApiError | None:
    """Create or delete pods, at most BURST at a time; the refusal that stopped it, if any."""
    world.compare("pods", replica_set["spec"]["replicas"], len(active))
    missing = replica_set["spec"]["replicas"] - len(active)
    try:
        if missing > 0:
            create_pods(world, replica_set, min(missing, BURST))
        elif missing < 0:
            _delete(world, replica_set, active, min(-missing, BURST))
    except ApiError as refusal:
        return refusal
    return None


def create_pods(world: World, replica_set: Obj, count: int) -> None:
    """Create pods from the template; ApiError where the server refuses one."""
    pod = _new_pod(replica_set)
    refusal = slow_start(count, lambda _: _create(world, replica_set, pod))
    if refusal is not None:
        raise refusal


def _new_pod(replica_set: Obj) -> Obj:
    template = replica_set["spec"]["template"]
    metadata = {
        **{field: template["metadata"][field] for field in ("labels", "annotations", "finalizers")
           if template["metadata"].get(field)},
        "generateName": f"{replica_set['metadata']['name']}-",
        "namespace": replica_set["metadata"]["namespace"],
        "ownerReferences": [owner_reference(replica_set)],
    }  # fmt: skip
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}


def _create(world: World, replica_set: Obj, pod: Obj) -> None:
    try:
        created = world.api.create(pod)
    except ApiError as refusal:
        if refusal.because(NAMESPACE_TERMINATING):
            return
        message = f"Error creating: {refusal.message}"
        world.event(replica_set, "Warning", "FailedCreate", message, SOURCE)
        raise
    message = f"Created pod: {created['metadata']['name']}"
    world.event(replica_set, "Normal", "SuccessfulCreate", message, SOURCE)


def _delete(world: World, replica_set: Obj, active: Objs, count: int) -> None:
    for pod in pods_to_delete(active, count, _related(world, replica_set), world.unix_ms):
        name = pod["metadata"]["name"]
        try:
            world.api.delete(key_of(pod), uid=uid_of(pod))
        except ApiError as refusal:
            message = f"Error deleting: {refusal.message}"
            world.event(replica_set, "Warning", "FailedDelete", message, SOURCE)
            raise
        world.event(replica_set, "Normal", "SuccessfulDelete", f"Deleted pod: {name}", SOURCE)


def _related(world: World, replica_set: Obj) -> Objs:
    """The pods of all ReplicaSets that share this one's controller."""
    owner = controller_of(replica_set)
    siblings = world.store.by("ReplicaSet", "controller", owner["uid"]) if owner else [replica_set]
    return [
        pod for sibling in siblings for pod in world.store.by("Pod", "controller", uid_of(sibling))
    ]


def _status(
    world: World, replica_set: Obj, active: Objs, terminating: int, refusal: ApiError | None
) -> tuple[Obj, int | None]:
    """The status that the pods give, and when a ready pod will next become available."""
    spec = replica_set["spec"]
    waits = [available_in_ms(pod, spec.get("minReadySeconds", 0), world.unix_ms) for pod in active]
    ready = [wait_ms for wait_ms in waits if wait_ms is not None]
    wanted = (spec["template"]["metadata"].get("labels") or {}).items()
    counts = {
        "fullyLabeledReplicas": sum(wanted <= labels_of(pod).items() for pod in active),
        "readyReplicas": len(ready),
        "availableReplicas": sum(wait_ms == 0 for wait_ms in ready),
    }
    status: dict[str, Any] = {
        "replicas": len(active),
        **{name: count for name, count in counts.items() if count},
        "terminatingReplicas": terminating,
        "observedGeneration": replica_set["metadata"]["generation"],
    }
    conditions = _conditions(world, replica_set, len(active), refusal)
    if conditions:
        status["conditions"] = conditions
    return status, min((wait_ms for wait_ms in ready if wait_ms), default=None)


def _conditions(world: World, replica_set: Obj, have: int, refusal: ApiError | None) -> Objs:
    conditions = conditions_of(replica_set)
    if refusal is None:
        return without(conditions, "ReplicaFailure")
    if find(conditions, "ReplicaFailure") is not None:
        return conditions
    short = have < replica_set["spec"]["replicas"]
    failure = {
        "type": "ReplicaFailure",
        "status": "True",
        "lastTransitionTime": world.timestamp(),
        "reason": "FailedCreate" if short else "FailedDelete",
        "message": refusal.message,
    }
    return [*conditions, failure]
