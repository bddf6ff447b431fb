"""The pods/eviction subresource: a deletion that asks the budgets first (1.36)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..base.conditions import condition_of, conditions_of, replaced
from ..base.objects import Obj, Objs, get_in, is_deleting, key_of, labels_of
from ..base.pods import phase_of, pod_is_ready
from ..base.selectors import matcher
from .errors import ApiError

if TYPE_CHECKING:
    from .server import Api

_VIOLATION = "Cannot evict pod as it would violate the pod's disruption budget."
_TWO = (
    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not "
    "support."
)


def evict(api: Api, pod: Obj, *, grace_s: int | None = None, dry_run: bool = False) -> Obj:
    """Delete ``pod`` if its budget allows; a Status of success.

    Raises ApiError 429 TooManyRequests where it does not, and 500 where two budgets select it.
    """
    if not _is_free(pod):
        budgets = _budgets(api, pod)
        if len(budgets) > 1:
            raise ApiError(500, "InternalError", _TWO)
        for budget in budgets:
            _take(api, budget, pod, dry_run=dry_run)
    if not dry_run:
        _mark(api, pod)
    api.delete(key_of(pod), grace_s=grace_s, dry_run=dry_run)
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}


def _is_free(pod: Obj) -> bool:
    """A pod that serves nobody yet or any more is nobody's loss."""
    return is_deleting(pod) or phase_of(pod) in ("Succeeded", "Failed", "Pending")


def _budgets(api: Api, pod: Obj) -> Objs:
    return [
        budget
        for budget in api.store.list("PodDisruptionBudget", pod["metadata"]["namespace"])
        if matcher(budget["spec"].get("selector"))(labels_of(pod))
    ]


def _take(api: Api, budget: Obj, pod: Obj, *, dry_run: bool) -> None:
    """Count the disruption against the budget, or refuse it."""
    status = budget.get("status") or {}
    if not pod_is_ready(pod) and _lets_unhealthy_go(budget, status):
        return
    name = budget["metadata"]["name"]
    if status.get("observedGeneration", 0) < budget["metadata"]["generation"]:
        raise _refused(f"The disruption budget {name} is still being processed by the server.")
    if not status.get("disruptionsAllowed"):
        raise _refused(f"The disruption budget {name} {_why_none_may_go(budget, status)}")
    if dry_run:
        return
    disrupted = {**status.get("disruptedPods", {}), pod["metadata"]["name"]: api.timestamp()}
    left = status["disruptionsAllowed"] - 1
    api.update_status(budget, {**status, "disruptionsAllowed": left, "disruptedPods": disrupted})


def _lets_unhealthy_go(budget: Obj, status: Obj) -> bool:
    if get_in(budget, "spec", "unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    desired = status.get("desiredHealthy", 0)
    return bool(desired > 0 and status.get("currentHealthy", 0) >= desired)


def _why_none_may_go(budget: Obj, status: Obj) -> str:
    condition = condition_of(budget, "DisruptionAllowed")
    if condition is not None and condition["reason"] == "SyncFailed":
        why = condition["message"]
        return f"does not allow evicting pods currently because it failed sync: {why}"
    wanted, have = status.get("desiredHealthy", 0), status.get("currentHealthy", 0)
    return f"needs {wanted} healthy pods and has {have} currently"


def _refused(why: str) -> ApiError:
    causes = [{"reason": "DisruptionBudget", "message": why}]
    return ApiError(429, "TooManyRequests", _VIOLATION, {"causes": causes})


def _mark(api: Api, pod: Obj) -> None:
    """Say on the pod that it did not fail by itself."""
    condition = {
        "type": "DisruptionTarget",
        "status": "True",
        "reason": "EvictionByEvictionAPI",
        "message": "Eviction API: evicting",
        "lastProbeTime": None,
        "lastTransitionTime": api.timestamp(),
        "observedGeneration": pod["metadata"].get("generation", 1),
    }
    conditions = replaced(conditions_of(pod), condition)
    api.update_status(pod, {**(pod.get("status") or {}), "conditions": conditions})
