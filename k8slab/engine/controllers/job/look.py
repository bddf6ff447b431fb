"""One look at a Job: its pods by what they count as, and the status that is being made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ...base.conditions import find
from ...base.objects import Obj, Objs, get_in, is_deleting, uid_of
from ...base.pods import phase_of, pod_is_active, pod_is_terminating
from ...control import World
from .indexes import index_of

SOURCE = "job-controller"
OWNER = "job"
MANAGER = "kubernetes.io/job-controller"  # whose Jobs these are, unless managedBy says otherwise
FINALIZER = "batch.kubernetes.io/job-tracking"


@dataclass
class Look:
    """A Job and its pods as they stand; lives for one reconcile.

    ``status`` is the Job's, changed as the look goes on; ``deleted`` are the pods it deletes.
    """

    world: World
    job: Obj
    pods: Objs
    status: dict[str, Any]
    deleted: list[str] = field(default_factory=list)

    @property
    def spec(self) -> Obj:
        """``spec``."""
        spec: Obj = self.job["spec"]
        return spec

    @property
    def is_indexed(self) -> bool:
        """Whether each pod has a completion index."""
        return bool(self.spec["completionMode"] == "Indexed")

    @property
    def retries_by_index(self) -> bool:
        """Whether each index has a back-off and a limit of its own."""
        return self.spec.get("backoffLimitPerIndex") is not None

    @property
    def active(self) -> Objs:
        """Pods that run or will, less those that this look deletes."""
        return [pod for pod in self.pods if pod_is_active(pod) and uid_of(pod) not in self.deleted]

    @property
    def new_succeeded(self) -> Objs:
        """Pods that succeeded and are not counted yet: they still have the finalizer."""
        return [pod for pod in self.pods if self.is_new(pod) and phase_of(pod) == "Succeeded"]

    @property
    def new_failed(self) -> Objs:
        """Pods that failed and are not counted yet."""
        return [pod for pod in self.pods if self.is_new(pod) and self.has_failed(pod)]

    @property
    def ended(self) -> Objs:
        """Pods that succeeded or failed and still have the finalizer, of whatever index."""
        ended = (pod for pod in self.pods if is_tracked(pod))
        return [it for it in ended if phase_of(it) == "Succeeded" or self.has_failed(it)]

    @property
    def terminating(self) -> Objs:
        """Pods that are ending, those included that this look deletes."""
        left = self.world.store.by("Pod", "controller", uid_of(self.job))
        return [pod for pod in left if pod_is_terminating(pod)]

    @property
    def replaces_failed_alone(self) -> bool:
        """Whether a pod that is ending keeps its place until it has failed."""
        return bool(
            self.spec["podReplacementPolicy"] == "Failed" or self.spec.get("podFailurePolicy")
        )

    def has_failed(self, pod: Obj) -> bool:
        """Failed, or deleted before it could fail, unless only real failures are replaced."""
        if phase_of(pod) == "Failed":
            return True
        if self.replaces_failed_alone:
            return False
        return is_deleting(pod) and phase_of(pod) != "Succeeded"

    def is_new(self, pod: Obj) -> bool:
        """Still to be counted; a pod of an Indexed Job counts by an index that there is."""
        if not is_tracked(pod):
            return False
        return not self.is_indexed or 0 <= index_of(pod) < self.spec["completions"]

    def condition(self, type_: str) -> Obj | None:
        """A condition that holds, if it does."""
        found = find(self.status.get("conditions") or [], type_)
        return found if found is not None and found["status"] == "True" else None

    def count(self, name: str) -> int:
        """A count of the status: active, succeeded, failed."""
        return int(self.status.get(name) or 0)


def is_tracked(pod: Obj) -> bool:
    """Whether the Job has still to count the pod."""
    return FINALIZER in (pod["metadata"].get("finalizers") or ())


def is_finished(job: Obj) -> bool:
    """Complete or Failed."""
    conditions = get_in(job, "status", "conditions", default=[])
    return any(it["type"] in ("Complete", "Failed") and it["status"] == "True" for it in conditions)
