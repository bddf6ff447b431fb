"""The counts of a StatefulSet's status (stateful_set_control.go updateStatus, 1.36)."""

from __future__ import annotations

from typing import Any

from ...base.objects import get_in, is_deleting
from .identity import revision_of
from .look import Look, is_running_and_ready


def counted(look: Look) -> dict[str, Any]:
    """The status by the pods that were there when the look began."""
    current, update = (it["metadata"]["name"] for it in (look.current, look.update))
    pods = look.pods
    ready = [pod for pod in pods if is_running_and_ready(pod)]
    staying = [revision_of(pod) for pod in pods if not is_deleting(pod)]
    return {
        "replicas": len(pods),
        "readyReplicas": len(ready),
        "availableReplicas": sum(look.available_in_ms(pod) == 0 for pod in ready),
        "currentReplicas": staying.count(current),
        "updatedReplicas": staying.count(update),
        "currentRevision": current,
        "updateRevision": update,
        "observedGeneration": look.stateful_set["metadata"]["generation"],
        "collisionCount": get_in(look.stateful_set, "status", "collisionCount", default=0),
    }


_OMITTED_AT_ZERO = ("readyReplicas", "currentReplicas", "updatedReplicas")


def write(look: Look, status: dict[str, Any]) -> int | None:
    """Store the status; milliseconds until a ready pod becomes available."""
    status = _completed(look, status)
    shown = {name: it for name, it in status.items() if it or name not in _OMITTED_AT_ZERO}
    look.world.api.update_status(look.stateful_set, shown)
    waits = [look.available_in_ms(pod) for pod in look.pods]
    return min((wait_ms for wait_ms in waits if wait_ms), default=None)


def _completed(look: Look, status: dict[str, Any]) -> dict[str, Any]:
    """A rolling update that has reached every pod makes its revision the current one."""
    if look.stateful_set["spec"]["updateStrategy"]["type"] != "RollingUpdate":
        return status
    wanted = look.stateful_set["spec"]["replicas"]
    if any(status[name] != wanted for name in ("replicas", "readyReplicas", "updatedReplicas")):
        return status
    done = {"currentReplicas": wanted, "currentRevision": status["updateRevision"]}
    return {**status, **done}
