"""Validation of metav1.LabelSelector (apimachinery apis/meta/v1/validation, 1.36)."""

from __future__ import annotations

from ...base import names
from ...base.objects import Obj
from .faults import Faults, forbidden, invalid, required
from .meta import validate_labels

_WITH_VALUES = ("In", "NotIn")
_WITHOUT_VALUES = ("Exists", "DoesNotExist")


def validate_label_selector(selector: Obj | None, path: str) -> Faults:
    """Faults of keys, values and operators."""
    if not selector:
        return []
    faults = validate_labels(selector.get("matchLabels") or {}, f"{path}.matchLabels")
    for index, expression in enumerate(selector.get("matchExpressions") or ()):
        faults += _requirement(expression, f"{path}.matchExpressions[{index}]")
    return faults


def is_empty(selector: Obj | None) -> bool:
    """Whether a selector selects everything."""
    return not (selector or {}).get("matchLabels") and not (selector or {}).get("matchExpressions")


def _requirement(expression: Obj, path: str) -> Faults:
    operator, values = expression.get("operator"), expression.get("values") or []
    faults: Faults = []
    if operator in _WITH_VALUES:
        if not values:
            why = "must be specified when `operator` is 'In' or 'NotIn'"
            faults.append(required(f"{path}.values", why))
    elif operator in _WITHOUT_VALUES:
        if values:
            why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            faults.append(forbidden(f"{path}.values", why))
    else:
        faults.append(invalid(f"{path}.operator", operator or "", "not a valid selector operator"))
    key = expression.get("key") or ""
    faults += [invalid(f"{path}.key", key, why) for why in names.qualified_name(key)]
    for index, value in enumerate(values):
        faults += [
            invalid(f"{path}.values[{index}]", value, why) for why in names.label_value(value)
        ]
    return faults
