"""HorizontalPodAutoscaler (autoscaling/v2): defaults and rules (pkg/apis/autoscaling, 1.36)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...base.objects import Obj, Objs, set_in
from ...base.quantity import parse_quantity
from .faults import Faults, forbidden, invalid, required, unsupported
from .filling import change, fill
from .generic import generic

_CPU: Obj = {
    "type": "Resource",
    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}},
}
_PERCENT: Obj = {"type": "Percent", "value": 100, "periodSeconds": 15}
_UP: Obj = {
    "stabilizationWindowSeconds": 0,
    "selectPolicy": "Max",
    "policies": [{"type": "Pods", "value": 4, "periodSeconds": 15}, _PERCENT],
}
_DOWN: Obj = {"selectPolicy": "Max", "policies": [_PERCENT]}
_TARGETS = ("Utilization", "Value", "AverageValue")
_SOURCES = ("ContainerResource", "External", "Object", "Pods", "Resource")
_WINDOW_MAX_S, _PERIOD_MAX_S = 3600, 1800


def _default(obj: Obj) -> Obj:
    spec = fill(obj.get("spec") or {}, {"minReplicas": 1})
    if not spec.get("metrics"):
        spec = {**spec, "metrics": [_CPU]}
    spec = change(spec, "behavior", _behavior)
    return set_in(obj, ("spec",), spec)


def _behavior(behavior: Obj) -> Obj:
    return {
        **behavior,
        "scaleUp": fill(behavior.get("scaleUp") or {}, _UP),
        "scaleDown": fill(behavior.get("scaleDown") or {}, _DOWN),
    }


def _validate(obj: Obj) -> Faults:
    spec = obj["spec"]
    low, high = spec["minReplicas"], spec.get("maxReplicas") or 0
    faults: Faults = []
    if low < 1:
        faults.append(invalid("spec.minReplicas", low, "must be greater than or equal to 1"))
    if high < 1:
        faults.append(required("spec.maxReplicas", "must be set and greater than 0"))
    if high < low:
        why = "must be greater than or equal to `minReplicas`"
        faults.append(invalid("spec.maxReplicas", high, why))
    target = spec.get("scaleTargetRef") or {}
    for field in ("kind", "name"):
        if not target.get(field):
            faults.append(required(f"spec.scaleTargetRef.{field}"))
    for number, metric in enumerate(spec["metrics"]):
        faults += _metric(metric, f"spec.metrics[{number}]")
    for name, rules in (spec.get("behavior") or {}).items():
        faults += _rules(rules, f"spec.behavior.{name}")
    return faults


def _metric(metric: Obj, path: str) -> Faults:
    kind = metric.get("type")
    if not kind:
        return [required(f"{path}.type", "must specify a metric source type")]
    if kind not in _SOURCES:
        return [unsupported(f"{path}.type", kind, _SOURCES)]
    field = kind[0].lower() + kind[1:]
    source = metric.get(field)
    if source is None:
        why = "must populate information for the given metric source"
        return [required(f"{path}.{field}", why)]
    target, where = source.get("target") or {}, f"{path}.{field}.target"
    faults = _target(target, where)
    if field in ("resource", "containerResource"):
        if not source.get("name"):
            faults.insert(0, required(f"{path}.{field}.name", "must specify a resource name"))
        faults += _one_of(target, where)
    return faults


def _target(target: Obj, path: str) -> Faults:
    faults: Faults = []
    kind = target.get("type")
    if not kind:
        faults.append(required(f"{path}.type", "must specify a metric target type"))
    elif kind not in _TARGETS:
        why = "must be either Utilization, Value, or AverageValue"
        faults.append(invalid(f"{path}.type", kind, why))
    for field in ("value", "averageValue"):
        if target.get(field) is not None and parse_quantity(target[field]) <= 0:
            faults.append(invalid(f"{path}.{field}", target[field], "must be positive"))
    share = target.get("averageUtilization")
    if share is not None and share < 1:
        faults.append(invalid(f"{path}.averageUtilization", share, "must be greater than 0"))
    return faults


def _one_of(target: Obj, path: str) -> Faults:
    """A resource has a share of what is requested as its target, or an amount."""
    both = [target.get(field) is not None for field in ("averageUtilization", "averageValue")]
    if not any(both):
        why = "must set either a target raw value or a target utilization"
        return [required(f"{path}.averageUtilization", why)]
    if all(both):
        why = "may not set both a target raw value and a target utilization"
        return [forbidden(f"{path}.averageValue", why)]
    return []


def _rules(rules: Obj, path: str) -> Faults:
    faults: Faults = []
    window = rules.get("stabilizationWindowSeconds")
    where = f"{path}.stabilizationWindowSeconds"
    if window is not None and window < 0:
        faults.append(invalid(where, window, "must be greater than or equal to zero"))
    if window is not None and window > _WINDOW_MAX_S:
        faults.append(invalid(where, window, f"must be less than or equal to {_WINDOW_MAX_S}"))
    select = rules.get("selectPolicy")
    if select not in ("Max", "Min", "Disabled"):
        faults.append(unsupported(f"{path}.selectPolicy", select, ("Disabled", "Max", "Min")))
    policies: Objs = rules.get("policies") or []
    if not policies:
        faults.append(required(f"{path}.policies", "must specify at least one Policy"))
    for number, policy in enumerate(policies):
        faults += _policy(policy, f"{path}.policies[{number}]")
    return faults


def _policy(policy: Obj, path: str) -> Faults:
    faults: Faults = []
    kind, value, period = policy.get("type"), policy.get("value", 0), policy.get("periodSeconds", 0)
    if kind not in ("Pods", "Percent"):
        faults.append(unsupported(f"{path}.type", kind, ("Percent", "Pods")))
    checks: tuple[tuple[str, Any], ...] = (("value", value), ("periodSeconds", period))
    for field, number in checks:
        if number <= 0:
            faults.append(invalid(f"{path}.{field}", number, "must be greater than zero"))
    if period > _PERIOD_MAX_S:
        why = f"must be less than or equal to {_PERIOD_MAX_S}"
        faults.append(invalid(f"{path}.periodSeconds", period, why))
    return faults


KIND = replace(
    generic("HorizontalPodAutoscaler"),
    default=_default,
    validate=_validate,
)
