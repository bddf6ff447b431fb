"""How far a rollout is, kind by kind (kubectl polymorphichelpers/rollout_status.go)."""

from __future__ import annotations

from collections.abc import Callable

from k8slab.engine.base.objects import Obj, get_in

from ...errors import failure
from ...revisions import revision_of

Viewer = Callable[[Obj, int], tuple[str, bool]]
_ONLY_ROLLING = "rollout status is only available for RollingUpdate strategy type"


def deployment(obj: Obj, revision: int = 0) -> tuple[str, bool]:
    """What to say of a Deployment's rollout, and whether it is over. Failure past its deadline."""
    name = obj["metadata"]["name"]
    if revision > 0 and revision != revision_of(obj):
        raise failure(
            f"desired revision ({revision}) is different from the running revision "
            f"({revision_of(obj)})"
        )
    status = obj.get("status") or {}
    if not _is_observed(obj):
        return "Waiting for deployment spec update to be observed...", False
    for condition in status.get("conditions") or ():
        if (
            condition["type"] == "Progressing"
            and condition.get("reason") == "ProgressDeadlineExceeded"
        ):
            raise failure(f'deployment "{name}" exceeded its progress deadline')
    wanted = get_in(obj, "spec", "replicas", default=0)
    total, updated = status.get("replicas", 0), status.get("updatedReplicas", 0)
    available = status.get("availableReplicas", 0)
    waiting = f'Waiting for deployment "{name}" rollout to finish: '
    if updated < wanted:
        return f"{waiting}{updated} out of {wanted} new replicas have been updated...", False
    if total > updated:
        return f"{waiting}{total - updated} old replicas are pending termination...", False
    if available < updated:
        return f"{waiting}{available} of {updated} updated replicas are available...", False
    return f'deployment "{name}" successfully rolled out', True


def daemon_set(obj: Obj, revision: int = 0) -> tuple[str, bool]:
    """What to say of a DaemonSet's rollout, and whether it is over."""
    _check_rolling(obj)
    name, status = obj["metadata"]["name"], obj.get("status") or {}
    if not _is_observed(obj):
        return "Waiting for daemon set spec update to be observed...", False
    wanted = status.get("desiredNumberScheduled", 0)
    updated = status.get("updatedNumberScheduled", 0)
    available = status.get("numberAvailable", 0)
    waiting = f'Waiting for daemon set "{name}" rollout to finish: '
    if updated < wanted:
        return f"{waiting}{updated} out of {wanted} new pods have been updated...", False
    if available < wanted:
        return f"{waiting}{available} of {wanted} updated pods are available...", False
    return f'daemon set "{name}" successfully rolled out', True


def stateful_set(obj: Obj, revision: int = 0) -> tuple[str, bool]:
    """What to say of a StatefulSet's rollout, and whether it is over."""
    _check_rolling(obj)
    spec, status = obj["spec"], obj.get("status") or {}
    if not _is_observed(obj):
        return "Waiting for statefulset spec update to be observed...", False
    unready = spec["replicas"] - status.get("readyReplicas", 0)
    if unready > 0:
        return f"Waiting for {unready} pods to be ready...", False
    updated = status.get("updatedReplicas", 0)
    wanted = spec["replicas"] - get_in(
        spec, "updateStrategy", "rollingUpdate", "partition", default=0
    )
    if updated < wanted:
        told = f"{updated} out of {wanted} new pods have been updated..."
        return f"Waiting for partitioned roll out to finish: {told}", False
    return f"partitioned roll out complete: {updated} new pods have been updated...", True


def _is_observed(obj: Obj) -> bool:
    observed = get_in(obj, "status", "observedGeneration", default=0)
    return bool(obj["metadata"].get("generation", 0) <= observed)


def _check_rolling(obj: Obj) -> None:
    if get_in(obj, "spec", "updateStrategy", "type") != "RollingUpdate":
        raise failure(_ONLY_ROLLING)


VIEWERS: dict[str, Viewer] = {
    "DaemonSet": daemon_set,
    "Deployment": deployment,
    "StatefulSet": stateful_set,
}
