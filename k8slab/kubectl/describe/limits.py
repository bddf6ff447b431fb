"""kubectl describe limitrange and resourcequota."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj

from ..session import Session
from .lines import Lines

_SCOPES = {
    "Terminating": "Matches all pods that have an active deadline. These pods have a limited "
    "lifespan on a node before being actively terminated by the system.",
    "NotTerminating": "Matches all pods that do not have an active deadline. These pods usually "
    "include long running pods whose container command is not expected to terminate.",
    "BestEffort": "Matches all pods that do not have resource requirements set. These pods have a "
    "best effort quality of service.",
    "NotBestEffort": "Matches all pods that have at least one resource requirement set. These pods "
    "have a burstable or guaranteed quality of service.",
}
_LIMITS = ("min", "max", "defaultRequest", "default", "maxLimitRequestRatio")
_HEADER = (
    "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio",
    "----\t--------\t---\t---\t---------------\t-------------\t-----------------------",
)


def limit_range(session: Session, obj: Obj, lines: Lines) -> None:
    """A LimitRange: a row for each type and resource."""
    lines.value(0, "Name", obj["metadata"]["name"])
    lines.value(0, "Namespace", obj["metadata"]["namespace"])
    lines.lines += _HEADER
    for limit in obj["spec"].get("limits") or ():
        resources = sorted({name for part in _LIMITS for name in limit.get(part) or ()})
        for resource in resources:
            cells = [str((limit.get(part) or {}).get(resource, "-")) for part in _LIMITS]
            lines.add(0, "\t".join([limit["type"], resource, *cells]))


def resource_quota(session: Session, obj: Obj, lines: Lines) -> None:
    """A ResourceQuota: what is used of what is allowed."""
    status = obj.get("status") or {}
    lines.value(0, "Name", obj["metadata"]["name"])
    lines.value(0, "Namespace", obj["metadata"]["namespace"])
    scopes = sorted(obj["spec"].get("scopes") or ())
    if scopes:
        lines.value(0, "Scopes", ", ".join(scopes))
        lines.lines += [f" * {_SCOPES[scope]}" for scope in scopes if scope in _SCOPES]
    lines.add(0, "Resource\tUsed\tHard")
    lines.add(0, "--------\t----\t----")
    hard, used = status.get("hard") or {}, status.get("used") or {}
    for resource in sorted(hard):
        lines.add(0, f"{resource}\t{used.get(resource, '0')}\t{hard[resource]}")
