"""kubectl describe limitrange and resourcequota."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj

from ..resources import kind_of
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
    lines.lines += [*_HEADER, *_limits(obj)]


def _limits(obj: Obj) -> list[str]:
    rows = []
    for limit in obj["spec"].get("limits") or ():
        resources = sorted({name for part in _LIMITS for name in limit.get(part) or ()})
        for resource in resources:
            cells = [str((limit.get(part) or {}).get(resource, "-")) for part in _LIMITS]
            rows.append("\t".join([limit["type"], resource, *cells]))
    return rows


def resource_quota(session: Session, obj: Obj, lines: Lines) -> None:
    """A ResourceQuota: what is used of what is allowed."""
    lines.value(0, "Name", obj["metadata"]["name"])
    lines.value(0, "Namespace", obj["metadata"]["namespace"])
    _quota(lines, obj, level=0, bullet=" *", rule="----")


def _quota(lines: Lines, obj: Obj, *, level: int, bullet: str, rule: str) -> None:
    status = obj.get("status") or {}
    scopes = sorted(obj["spec"].get("scopes") or ())
    if scopes:
        lines.value(level, "Scopes", ", ".join(scopes))
    for scope in scopes:
        if scope in _SCOPES:
            lines.add(level, f"{bullet} {_SCOPES[scope]}")
    lines.add(level, "Resource\tUsed\tHard")
    lines.add(level, f"--------\t{rule}\t{rule}")
    hard, used = status.get("hard") or {}, status.get("used") or {}
    for resource in sorted(hard):
        lines.add(level, f"{resource}\t{used.get(resource, '0')}\t{hard[resource]}")


def bounds_of_namespace(session: Session, name: str, lines: Lines) -> None:
    """All quotas and limits of a namespace, below one another."""
    quotas = session.list(kind_of("resourcequotas"), name)
    lines.lines += ["", "Resource Quotas" if quotas else "No resource quota."]
    for quota in sorted(quotas, key=lambda it: str(it["metadata"]["name"])):
        lines.value(1, "Name", quota["metadata"]["name"])
        _quota(lines, quota, level=1, bullet="*", rule="---")
    limits = session.list(kind_of("limitranges"), name)
    lines.lines += ["", "Resource Limits" if limits else "No LimitRange resource."]
    if limits:
        rows = [*_HEADER, *(row for each in limits for row in _limits(each))]
        lines.lines += [f" {row}" for row in rows]
