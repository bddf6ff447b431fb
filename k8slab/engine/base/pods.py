"""What controllers ask of a pod (k8s.io/kubernetes pkg/api/v1/pod, 1.36)."""

from __future__ import annotations

from .conditions import condition_of
from .objects import Obj, is_deleting
from .times import parse_rfc3339


def phase_of(pod: Obj) -> str:
    """``status.phase``; Pending where nobody has said."""
    return str((pod.get("status") or {}).get("phase") or "Pending")


def node_of(pod: Obj) -> str:
    """The node that the pod is bound to, or ""."""
    return str(pod["spec"].get("nodeName") or "")


def pod_is_terminal(pod: Obj) -> bool:
    """Succeeded or Failed: it will not run again."""
    return phase_of(pod) in ("Succeeded", "Failed")


def pod_is_active(pod: Obj) -> bool:
    """It counts for its controller: neither finished nor being deleted."""
    return not is_deleting(pod) and not pod_is_terminal(pod)


def pod_is_terminating(pod: Obj) -> bool:
    """Being deleted and not finished yet."""
    return is_deleting(pod) and not pod_is_terminal(pod)


def pod_is_ready(pod: Obj) -> bool:
    """Its Ready condition is True."""
    ready = condition_of(pod, "Ready")
    return ready is not None and ready["status"] == "True"


def ready_since_ms(pod: Obj) -> int | None:
    """Unix milliseconds of the last change to Ready, or None while it is not ready."""
    ready = condition_of(pod, "Ready")
    if ready is None or ready["status"] != "True":
        return None
    return parse_rfc3339(ready["lastTransitionTime"])


def available_in_ms(pod: Obj, min_ready_s: int, now_unix_ms: int) -> int | None:
    """Milliseconds until a ready pod counts as available: 0 where it does, None where not ready."""
    ready = condition_of(pod, "Ready")
    if ready is None or ready["status"] != "True":
        return None
    if not min_ready_s:
        return 0
    return max(0, parse_rfc3339(ready["lastTransitionTime"]) + min_ready_s * 1000 - now_unix_ms)
