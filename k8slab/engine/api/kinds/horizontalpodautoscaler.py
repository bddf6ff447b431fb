"""HorizontalPodAutoscaler (autoscaling/v2): defaults and rules (pkg/apis/autoscaling, 1.36)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...base import names
from ...base.objects import Obj, Objs, set_in
from ...base.quantity import parse_quantity
from .faults import Faults, forbidden, invalid, required, unsupported
from .filling import change, fill
from .generic import generic, path_segment
from .resources import validate_resource_name

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
    faults += _reference(target, "spec.scaleTargetRef")
    for number, metric in enumerate(spec["metrics"]):
        faults += _metric(metric, f"spec.metrics[{number}]")
    behavior = spec.get("behavior") or {}
    for name in ("scaleUp", "scaleDown"):
        if name in behavior:
            faults += _rules(behavior[name], f"spec.behavior.{name}")
    return faults


def _reference(target: Obj, path: str) -> Faults:
    """An object by kind and name (ValidateCrossVersionObjectReference)."""
    faults: Faults = []
    for field in ("kind", "name"):
        name = target.get(field) or ""
        faults += [] if name else [required(f"{path}.{field}")]
        faults += [invalid(f"{path}.{field}", name, why) for why in path_segment(name)]
    return faults


def _metric(metric: Obj, path: str) -> Faults:
    kind = metric.get("type") or ""
    faults: Faults = []
    if not kind:
        faults.append(required(f"{path}.type", "must specify a metric source type"))
    if kind not in _SOURCES:
        faults.append(unsupported(f"{path}.type", kind, _SOURCES))
    said = [field for field in _CHECKED if metric.get(field) is not None]
    for field in said[:1]:
        faults += _source(field, metric[field], f"{path}.{field}")
    expected = kind[:1].lower() + kind[1:]
    if kind not in _SOURCES:
        faults.append(unsupported(f"{path}.type", kind, _SOURCES))
    elif expected not in said:
        why = "must populate information for the given metric source"
        faults.append(required(f"{path}.{expected}", why))
    if len(said) > 1:
        why = "must populate the given metric source only"
        faults += [forbidden(f"{path}.{it}", why) for it in said if it != expected]
    return faults


_CHECKED = ("object", "external", "pods", "resource", "containerResource")


def _source(field: str, source: Obj, path: str) -> Faults:
    target, where = source.get("target") or {}, f"{path}.target"
    faults: Faults = []
    if field == "object":
        faults += _reference(source.get("describedObject") or {}, f"{path}.describedObject")
    if field in ("object", "external", "pods"):
        faults += _identifier(source.get("metric") or {}, f"{path}.metric")
    elif not source.get("name"):
        faults.append(required(f"{path}.name", "must specify a resource name"))
    if field == "containerResource":
        faults += _container(source, path)
    faults += _target(target, where)
    match field:
        case "object" | "external":
            return faults + _amount(target, field, where)
        case "pods":
            why = "must specify a positive target averageValue"
            missing = target.get("averageValue") is None
            return faults + ([required(f"{where}.averageValue", why)] if missing else [])
    return faults + _one_of(target, where)


def _container(source: Obj, path: str) -> Faults:
    """The resource of one container of each pod."""
    faults: Faults = []
    if name := source.get("name"):
        faults += validate_resource_name(name, f"{path}.name")
    container = source.get("container") or ""
    if not container:
        return [*faults, required(f"{path}.container", "must specify a container")]
    at = f"{path}.container"
    return faults + [invalid(at, container, why) for why in names.dns_label(container)]


def _identifier(metric: Obj, path: str) -> Faults:
    name = metric.get("name") or ""
    faults: Faults = [] if name else [required(f"{path}.name", "must specify a metric name")]
    return faults + [invalid(f"{path}.name", name, why) for why in path_segment(name)]


def _amount(target: Obj, field: str, path: str) -> Faults:
    """A target of a metric that is nobody's resource: a value, or one for each pod."""
    said = [it for it in ("value", "averageValue") if target.get(it) is not None]
    if not said:
        what = "either a target value or averageValue"
        if field == "external":
            what = "either a target value for metric or a per-pod target"
        return [required(f"{path}.averageValue", f"must set {what}")]
    if field == "external" and len(said) > 1:
        why = "may not set both a target value for metric and a per-pod target"
        return [forbidden(f"{path}.value", why)]
    return []


def _target(target: Obj, path: str) -> Faults:
    faults: Faults = []
    kind = target.get("type")
    if not kind:
        faults.append(required(f"{path}.type", "must specify a metric target type"))
    if kind not in _TARGETS:
        why = "must be either Utilization, Value, or AverageValue"
        faults.append(invalid(f"{path}.type", kind or "", why))
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
        faults.append(unsupported(f"{path}.type", kind or "", ("Percent", "Pods")))
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
