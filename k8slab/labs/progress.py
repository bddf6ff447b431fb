"""Whether an object's status has come to its spec: converged, converging, or stuck and why.

The why is the API's own: a condition's message, or what keeps a container waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from k8slab.engine.base.conditions import condition_of
from k8slab.engine.base.objects import Obj, get_in, is_deleting
from k8slab.engine.base.pods import phase_of, pod_is_ready


class Progress(NamedTuple):
    """``state`` is converged, converging or stuck."""

    state: str
    why: str = ""


CONVERGED = Progress("converged")
STUCK_WAITING = ("BackOff", "Err", "Invalid", "CreateContainer")
"""What a waiting container's reason has in it where it can't go on by itself."""


def progress(obj: Obj) -> Progress:
    """How far an object of a kind that is drawn has come."""
    if is_deleting(obj):
        return Progress("converging", "being deleted")
    return OF_KIND.get(obj["kind"], lambda _: CONVERGED)(obj)


def _deployment(obj: Obj) -> Progress:
    stuck = _failing(obj, "Progressing", "False") or _failing(obj, "ReplicaFailure", "True")
    status, wanted = obj.get("status") or {}, get_in(obj, "spec", "replicas", default=1)
    if status.get("observedGeneration", 0) < obj["metadata"].get("generation", 1):
        return Progress("converging", "its controller has yet to see the new spec")
    have = {name: status.get(f"{name}Replicas", 0) for name in ("updated", "available")}
    for name, number in have.items():
        if number < wanted:
            return stuck or Progress("converging", f"{number} of {wanted} {name}")
    surplus = status.get("replicas", 0) - wanted
    return Progress("converging", f"{surplus} too many") if surplus > 0 else CONVERGED


def _replicaset(obj: Obj) -> Progress:
    status, wanted = obj.get("status") or {}, get_in(obj, "spec", "replicas", default=1)
    if (surplus := status.get("replicas", 0) - wanted) > 0:
        return Progress("converging", f"{surplus} too many")
    if (ready := status.get("readyReplicas", 0)) < wanted:
        stuck = _failing(obj, "ReplicaFailure", "True")
        return stuck or Progress("converging", f"{ready} of {wanted} ready")
    return CONVERGED


def _daemon_set(obj: Obj) -> Progress:
    status = obj.get("status") or {}
    ready, wanted = status.get("numberReady", 0), status.get("desiredNumberScheduled", 0)
    return Progress("converging", f"{ready} of {wanted} ready") if ready < wanted else CONVERGED


def _job(obj: Obj) -> Progress:
    if has_condition(obj, "Complete") or get_in(obj, "spec", "suspend"):
        return CONVERGED
    done = get_in(obj, "status", "succeeded", default=0)
    going = Progress("converging", f"{done} of {wanted_ends(obj)} done")
    return _failing(obj, "Failed", "True") or going


def wanted_ends(job: Obj) -> int:
    """How many pods of a Job shall succeed: one where it is a work queue's."""
    wanted: int | None = get_in(job, "spec", "completions")
    return 1 if wanted is None else wanted


def has_condition(obj: Obj, type_: str) -> bool:
    """Whether a condition is True."""
    condition = condition_of(obj, type_)
    return condition is not None and condition["status"] == "True"


def _pod(obj: Obj) -> Progress:
    phase = phase_of(obj)
    if phase == "Succeeded" or pod_is_ready(obj):
        return CONVERGED
    if phase == "Failed":
        why = get_in(obj, "status", "message") or get_in(obj, "status", "reason")
        return Progress("stuck", why or "its containers have ended, and it starts none again")
    return (
        _failing(obj, "PodScheduled", "False")
        or _waiting(obj)
        or Progress("converging", "starting")
    )


def _waiting(pod: Obj) -> Progress | None:
    """The first container that waits for something that time alone does not bring."""
    status = pod.get("status") or {}
    for each in (*status.get("initContainerStatuses", ()), *status.get("containerStatuses", ())):
        waiting = get_in(each, "state", "waiting", default={})
        reason = waiting.get("reason", "")
        if any(part in reason for part in STUCK_WAITING):
            return Progress("stuck", f"{reason}: {waiting.get('message', '')}".rstrip(": "))
        if get_in(each, "state", "running") is not None and not each.get("ready"):
            return Progress("converging", f"container {each['name']} runs and is not ready")
    return None


def _node(obj: Obj) -> Progress:
    ready = condition_of(obj, "Ready")
    if ready is not None and ready["status"] == "True":
        return CONVERGED
    return Progress("stuck", ready["message"] if ready else "its kubelet has told nothing yet")


def _service(obj: Obj) -> Progress:
    pending = get_in(obj, "spec", "type") == "LoadBalancer" and not get_in(
        obj, "status", "loadBalancer", "ingress"
    )
    return Progress("converging", "waits for a load balancer") if pending else CONVERGED


def _failing(obj: Obj, type_: str, status: str) -> Progress | None:
    """Stuck, where a condition says so."""
    condition = condition_of(obj, type_)
    if condition is None or condition["status"] != status:
        return None
    return Progress("stuck", f"{condition.get('reason', type_)}: {condition.get('message', '')}")


OF_KIND: dict[str, Callable[[Obj], Progress]] = {
    "Deployment": _deployment,
    "ReplicaSet": _replicaset,
    "StatefulSet": _replicaset,
    "DaemonSet": _daemon_set,
    "Job": _job,
    "Pod": _pod,
    "Node": _node,
    "Service": _service,
}
