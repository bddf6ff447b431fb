"""One look at a Deployment: what was read, and the small questions that all parts ask."""

from __future__ import annotations

from typing import Any

from ...base.intstr import scaled
from ...base.objects import Obj, Objs, annotations_of, set_in, uid_of
from ...control import World
from . import revisions

SOURCE = "deployment-controller"
DESIRED = "deployment.kubernetes.io/desired-replicas"
MAX = "deployment.kubernetes.io/max-replicas"


class Rollout:
    """A Deployment and its ReplicaSets as they stand; lives for one reconcile.

    ``new`` is the ReplicaSet of the present template (None before it exists), ``old`` are the
    others by age. Writes go through ``scale`` and ``write_status``, which keep these up to date.
    """

    def __init__(self, world: World, deployment: Obj, replica_sets: Objs) -> None:
        self.world = world
        self.deployment = deployment
        self.replica_sets = sorted(replica_sets, key=_age)
        self.new = revisions.find_new(deployment, self.replica_sets)
        self.surge, self.unavailable = _fenceposts(deployment)

    @property
    def name(self) -> str:
        return str(self.deployment["metadata"]["name"])

    @property
    def wanted(self) -> int:
        return int(self.deployment["spec"]["replicas"])

    @property
    def paused(self) -> bool:
        return bool(self.deployment["spec"].get("paused"))

    @property
    def strategy(self) -> str:
        return str(self.deployment["spec"]["strategy"]["type"])

    @property
    def old(self) -> Objs:
        return [
            it for it in self.replica_sets if self.new is None or uid_of(it) != uid_of(self.new)
        ]

    def room_for_new(self, has: int) -> int:
        """How many pods the new ReplicaSet, of size ``has``, may grow by (NewRSNewReplicas)."""
        if self.strategy == "Recreate":
            return self.wanted - has
        room = self.wanted + self.surge - total_size(self.replica_sets)
        return max(0, min(room, self.wanted - has))

    @property
    def all(self) -> Objs:
        """Old ones, then the new one."""
        return self.old if self.new is None else [*self.old, self.new]

    def note_new(self, replica_set: Obj) -> None:
        """The new ReplicaSet was created or written."""
        self.new = replica_set
        self.note_written(replica_set)

    def note_written(self, replica_set: Obj) -> None:
        """Take up what was written: in its place, or at the end where it is new."""
        uid = uid_of(replica_set)
        kept = [it for it in self.replica_sets if uid_of(it) != uid]
        self.replica_sets = sorted([*kept, replica_set], key=_age)
        if self.new is not None and uid_of(self.new) == uid:
            self.new = replica_set

    def scale(self, replica_set: Obj, replicas: int) -> bool:
        """Set a ReplicaSet's size; whether it changed. One of that size stays as it is."""
        return size(replica_set) != replicas and self.set_size(replica_set, replicas)

    def set_size(self, replica_set: Obj, replicas: int) -> bool:
        """Set a ReplicaSet's size and its size annotations; whether the size changed."""
        before = size(replica_set)
        wanted = self.size_annotations()
        annotated = annotations_of(replica_set)
        if before == replicas and wanted.items() <= annotated.items():
            return False
        new = set_in(replica_set, ("metadata", "annotations"), {**annotated, **wanted})
        self.note_written(self.world.api.update(set_in(new, ("spec", "replicas"), replicas)))
        if before == replicas:
            return False
        self.tell_scaled(replica_set["metadata"]["name"], before, replicas)
        return True

    def tell_scaled(self, name: str, before: int, after: int) -> None:
        """The ScalingReplicaSet event."""
        way = "up" if after > before else "down"
        message = f"Scaled {way} replica set {name} from {before} to {after}"
        self.world.event(self.deployment, "Normal", "ScalingReplicaSet", message, SOURCE)

    def warn(self, reason: str, message: str) -> None:
        """A Warning about the Deployment."""
        self.world.event(self.deployment, "Warning", reason, message, SOURCE)

    def size_annotations(self) -> dict[str, str]:
        """What a ReplicaSet carries so that a later change of the size can be told."""
        return {DESIRED: str(self.wanted), MAX: str(self.wanted + self.surge)}

    def write_status(self, status: Obj, annotations: dict[str, str] | None = None) -> None:
        """Write the Deployment's status (and, as the status subresource allows, annotations)."""
        self.deployment = self.world.api.update_status(self.deployment, status, annotations)

    @property
    def status(self) -> dict[str, Any]:
        return self.deployment.get("status") or {}


def size(replica_set: Obj) -> int:
    """``spec.replicas``."""
    return int(replica_set["spec"]["replicas"])


def counted(replica_set: Obj, field: str) -> int:
    """A count of its status: replicas, readyReplicas, availableReplicas."""
    return int((replica_set.get("status") or {}).get(field) or 0)


def total_size(replica_sets: Objs) -> int:
    """The sum of ``spec.replicas``."""
    return sum(size(it) for it in replica_sets)


def total(replica_sets: Objs, field: str) -> int:
    """The sum of a status count."""
    return sum(counted(it, field) for it in replica_sets)


def active(replica_sets: Objs) -> Objs:
    """Those that are to have pods."""
    return [it for it in replica_sets if size(it) > 0]


def _age(replica_set: Obj) -> tuple[str, str]:
    metadata = replica_set["metadata"]
    return metadata["creationTimestamp"], metadata["name"]


def _fenceposts(deployment: Obj) -> tuple[int, int]:
    """maxSurge rounded up and maxUnavailable rounded down; both 0 makes the latter 1."""
    strategy, replicas = deployment["spec"]["strategy"], deployment["spec"]["replicas"]
    if strategy["type"] != "RollingUpdate":
        return 0, 0
    limits = strategy.get("rollingUpdate") or {}
    surge = scaled(limits.get("maxSurge", "25%"), replicas, round_up=True)
    unavailable = scaled(limits.get("maxUnavailable", "25%"), replicas, round_up=False)
    if surge == 0 and unavailable == 0:
        unavailable = 1
    return surge, min(unavailable, replicas)
