"""LimitRange (v1)."""

from __future__ import annotations

from ...base import names
from ...base.objects import Obj, get_in
from ...base.quantity import parse_quantity
from .base import Kind
from .columns import CREATED_AT, NAME
from .faults import Faults, duplicate, forbidden, invalid, required
from .filling import change, change_each
from .resources import container_resource_name, may_overcommit, validate_resource_name


def _default(obj: Obj) -> Obj:
    return change(obj, "spec", lambda spec: change_each(spec, "limits", _default_item))


def _default_item(item: Obj) -> Obj:
    """A container's default limit is its maximum; its default request that, or its minimum."""
    if item.get("type") != "Container":
        return item
    limits = {**(item.get("max") or {}), **(item.get("default") or {})}
    requests = {**(item.get("min") or {}), **limits, **(item.get("defaultRequest") or {})}
    filled = {**item, "default": limits, "defaultRequest": requests}
    return {name: value for name, value in filled.items() if value or name not in _DEFAULTS}


_DEFAULTS = ("default", "defaultRequest")
_RATIO = "maxLimitRequestRatio"
_TYPES = ("Pod", "Container", "PersistentVolumeClaim")
_ORDER = (
    ("min", "max", "min", "min value {} is greater than max value {}"),
    ("min", "defaultRequest", "defaultRequest",
     "min value {} is greater than default request value {}"),
    ("defaultRequest", "max", "defaultRequest",
     "default request value {} is greater than max value {}"),
    ("defaultRequest", "default", "defaultRequest",
     "default request value {} is greater than default limit value {}"),
    ("min", "default", "min", "min value {} is greater than default value {}"),
    ("default", "max", "max", "default value {} is greater than max value {}"),
)  # fmt: skip
"""(smaller, larger, whose value is told, what is said) of each pair that has an order."""
_TOLD_OF = ("min", "defaultRequest", "defaultRequest", "defaultRequest", "default", "default")


def _validate(obj: Obj) -> Faults:
    faults: Faults = []
    types: list[str] = []
    for index, item in enumerate(get_in(obj, "spec", "limits", default=[])):
        path, kind = f"spec.limits[{index}]", item.get("type", "")
        faults += _type(kind, f"{path}.type")
        if kind in types:
            faults.append(duplicate(f"{path}.type", kind))
        types.append(kind)
        faults += _item(item, kind, path)
    return faults


def _type(kind: str, path: str) -> Faults:
    faults = [invalid(path, kind, why) for why in names.qualified_name(kind)]
    if faults or "/" in kind or kind in _TYPES:
        return faults
    return [invalid(path, kind, "must be a standard limit type or fully qualified")]


def _item(item: Obj, kind: str, path: str) -> Faults:
    faults = _resources(item, ("max", "min"), kind, path)
    if kind == "Pod":
        why = "may not be specified when `type` is 'Pod'"
        faults += [forbidden(f"{path}.{name}", why) for name in _DEFAULTS if item.get(name)]
        item = {name: it for name, it in item.items() if name not in _DEFAULTS}
    faults += _resources(item, _DEFAULTS, kind, path)
    if kind == "PersistentVolumeClaim" and not any(
        "storage" in item.get(field, {}) for field in ("min", "max")
    ):
        why = "either minimum or maximum storage value is required, but neither was provided"
        faults.append(required(f"{path}.limits", why))
    faults += _resources(item, (_RATIO,), kind, path)
    fields = (*_DEFAULTS, "min", "max", _RATIO)
    for name in sorted({name for field in fields for name in item.get(field, {})}):
        faults += _out_of_order(item, name, path)
    return faults


def _resources(item: Obj, fields: tuple[str, ...], kind: str, path: str) -> Faults:
    """Names that are resources of what is limited (validateLimitRangeResourceName)."""
    rule = container_resource_name if kind in ("Container", "Pod") else validate_resource_name
    return [
        fault
        for field in fields
        for name in sorted(item.get(field, {}))
        for fault in rule(name, f"{path}.{field}[{name}]")
    ]


def _out_of_order(item: Obj, name: str, path: str) -> Faults:
    faults: Faults = []
    for (low, high, shown, text), field in zip(_ORDER, _TOLD_OF, strict=True):
        lower, upper = item.get(low, {}).get(name), item.get(high, {}).get(name)
        if lower is None or upper is None or parse_quantity(lower) <= parse_quantity(upper):
            continue
        value = item[shown][name]
        faults.append(invalid(f"{path}.{field}[{name}]", value, text.format(lower, upper)))
    ratio = item.get(_RATIO, {}).get(name)
    if ratio and parse_quantity(ratio) < 1:
        why = f"ratio {ratio} is less than 1"
        faults.append(invalid(f"{path}.{_RATIO}[{name}]", ratio, why))
    low, high = item.get("min", {}).get(name), item.get("max", {}).get(name)
    if ratio and low and high and parse_quantity(low):
        widest = parse_quantity(high) / parse_quantity(low)
        if parse_quantity(ratio) > widest:
            why = f"ratio {ratio} is greater than max/min = {float(widest):.6f}"
            faults.append(invalid(f"{path}.{_RATIO}[{name}]", ratio, why))
    limit, request = (item.get(field, {}).get(name) for field in _DEFAULTS)
    if limit and request and limit != request and not may_overcommit(name):
        why = f"default value {limit} must equal to defaultRequest value {request} in {name}"
        faults.append(invalid(f"{path}.defaultRequest[{name}]", request, why))
    return faults


KIND = Kind(
    "LimitRange",
    "limitranges",
    short_names=("limits",),
    default=_default,
    validate=_validate,
    columns=(NAME, CREATED_AT),
)
