"""The columns of HorizontalPodAutoscalers (printHorizontalPodAutoscaler, 1.36)."""

from __future__ import annotations

from ...base.objects import Obj, get_in
from .base import Column
from .columns import AGE, NAME, number

_SHOWN = 2
_UNKNOWN = "<unknown>"


def _reference(hpa: Obj, now_unix_ms: int) -> str:
    target = hpa["spec"]["scaleTargetRef"]
    return f"{target['kind']}/{target['name']}"


def _targets(hpa: Obj, now_unix_ms: int) -> str:
    """The first two metrics, current/target, and how many more there are."""
    metrics = hpa["spec"].get("metrics") or []
    current = get_in(hpa, "status", "currentMetrics", default=[])
    found = [
        _target(metric, current[place] if place < len(current) else {})
        for place, metric in enumerate(metrics)
    ]
    if not found:
        return "<none>"
    more = f" + {len(found) - _SHOWN} more..." if len(found) > _SHOWN else ""
    return ", ".join(found[:_SHOWN]) + more


def _target(metric: Obj, current: Obj) -> str:
    field = metric["type"][0].lower() + metric["type"][1:]
    source, now = metric.get(field) or {}, get_in(current, field, "current", default={})
    target = source.get("target") or {}
    if "averageUtilization" in target:
        share = now.get("averageUtilization")
        said = _UNKNOWN if share is None else f"{share}%"
        return f"{source['name']}: {said}/{target['averageUtilization']}%"
    value = target.get("averageValue")
    average = " (avg)" if value is not None and metric["type"] in ("Object", "External") else ""
    have = now.get("averageValue" if value is not None else "value", _UNKNOWN)
    name = f"{source['name']}: " if "name" in source else ""
    return f"{name}{have}/{target.get('value') if value is None else value}{average}"


HPA_COLUMNS = (
    NAME,
    Column("Reference", _reference),
    Column("Targets", _targets),
    Column("MinPods", lambda hpa, _: str(hpa["spec"].get("minReplicas", "<unset>"))),
    number("MaxPods", "spec", "maxReplicas"),
    number("Replicas", "status", "currentReplicas"),
    AGE,
)
