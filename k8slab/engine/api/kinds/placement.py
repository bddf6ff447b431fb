"""Validation of what a pod spec says of where it may run (core validation, 1.36)."""

from __future__ import annotations

from ...base import names
from ...base.objects import Obj
from .faults import Faults, duplicate, forbidden, invalid, required, unsupported
from .labelselector import validate_label_selector

_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def validate_tolerations(tolerations: list[Obj], path: str) -> Faults:
    """Faults of tolerations."""
    faults: Faults = []
    for index, toleration in enumerate(tolerations):
        faults += _toleration(toleration, f"{path}[{index}]")
    return faults


def _toleration(toleration: Obj, path: str) -> Faults:
    faults: Faults = []
    key, effect = toleration.get("key") or "", toleration.get("effect") or ""
    operator, value = toleration.get("operator") or "", toleration.get("value") or ""
    if key:
        faults += [invalid(f"{path}.key", key, why) for why in names.qualified_name(key)]
    elif operator != "Exists":
        why = (
            "operator must be Exists when `key` is empty, which means "
            '"match all values and all keys"'
        )
        faults.append(invalid(f"{path}.operator", operator, why))
    if toleration.get("tolerationSeconds") is not None and effect != "NoExecute":
        why = "effect must be 'NoExecute' when `tolerationSeconds` is set"
        faults.append(invalid(f"{path}.effect", effect, why))
    if operator in ("Equal", ""):
        faults += [invalid(f"{path}.operator", value, why) for why in names.label_value(value)]
    elif operator == "Exists":
        if value:
            why = "value must be empty when `operator` is 'Exists'"
            faults.append(invalid(f"{path}.operator", value, why))
    else:
        faults.append(unsupported(f"{path}.operator", operator, ("Equal", "Exists")))
    if effect and effect not in _EFFECTS:
        faults.append(unsupported(f"{path}.effect", effect, _EFFECTS))
    return faults


def validate_affinity(affinity: Obj, path: str) -> Faults:
    """Faults of node affinity, pod affinity and pod anti-affinity."""
    faults = _node_affinity(affinity.get("nodeAffinity") or {}, f"{path}.nodeAffinity")
    for name in ("podAffinity", "podAntiAffinity"):
        faults += _pod_affinity(affinity.get(name) or {}, f"{path}.{name}")
    return faults


def _node_affinity(affinity: Obj, path: str) -> Faults:
    faults: Faults = []
    wanted = affinity.get(_REQUIRED)
    if wanted is not None:
        at = f"{path}.{_REQUIRED}.nodeSelectorTerms"
        terms = wanted.get("nodeSelectorTerms") or []
        if not terms:
            faults.append(required(at, "must have at least one node selector term"))
        for index, term in enumerate(terms):
            faults += _node_term(term, f"{at}[{index}]")
    for index, preferred in enumerate(affinity.get(_PREFERRED) or ()):
        at = f"{path}.{_PREFERRED}[{index}]"
        faults += _weight(preferred, at)
        faults += _node_term(preferred.get("preference") or {}, f"{at}.preference")
    return faults


def _weight(preferred: Obj, path: str) -> Faults:
    weight = preferred.get("weight") or 0
    if 1 <= weight <= 100:
        return []
    return [invalid(f"{path}.weight", weight, "must be in the range 1-100")]


def _node_term(term: Obj, path: str) -> Faults:
    faults: Faults = []
    for index, expression in enumerate(term.get("matchExpressions") or ()):
        faults += _node_requirement(expression, f"{path}.matchExpressions[{index}]")
    return faults


def _node_requirement(expression: Obj, path: str) -> Faults:
    faults: Faults = []
    operator, values = expression.get("operator") or "", expression.get("values") or []
    if operator in ("In", "NotIn"):
        if not values:
            why = "must be specified when `operator` is 'In' or 'NotIn'"
            faults.append(required(f"{path}.values", why))
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            faults.append(forbidden(f"{path}.values", why))
    elif operator in ("Gt", "Lt"):
        if len(values) != 1:
            why = "must be specified single value when `operator` is 'Lt' or 'Gt'"
            faults.append(required(f"{path}.values", why))
    else:
        faults.append(invalid(f"{path}.operator", operator, "not a valid selector operator"))
    key = expression.get("key") or ""
    return faults + [invalid(f"{path}.key", key, why) for why in names.qualified_name(key)]


def _pod_affinity(affinity: Obj, path: str) -> Faults:
    faults: Faults = []
    for index, term in enumerate(affinity.get(_REQUIRED) or ()):
        faults += _pod_term(term, f"{path}.{_REQUIRED}[{index}]")
    for index, preferred in enumerate(affinity.get(_PREFERRED) or ()):
        at = f"{path}.{_PREFERRED}[{index}]"
        faults += _weight(preferred, at)
        faults += _pod_term(preferred.get("podAffinityTerm") or {}, f"{at}.podAffinityTerm")
    return faults


def _pod_term(term: Obj, path: str) -> Faults:
    faults = validate_label_selector(term.get("labelSelector"), f"{path}.labelSelector")
    return faults + _topology_key(term, path, "can not be empty")


def _topology_key(obj: Obj, path: str, why: str) -> Faults:
    key = obj.get("topologyKey")
    if not key:
        return [required(f"{path}.topologyKey", why)]
    return [invalid(f"{path}.topologyKey", key, wrong) for wrong in names.qualified_name(key)]


def validate_spread(constraints: list[Obj], path: str) -> Faults:
    """Faults of topologySpreadConstraints."""
    faults: Faults = []
    for index, constraint in enumerate(constraints):
        at = f"{path}[{index}]"
        skew = constraint.get("maxSkew") or 0
        if skew <= 0:
            faults.append(invalid(f"{at}.maxSkew", skew, "must be greater than zero"))
        faults += _topology_key(constraint, at, "can not be empty")
        when = constraint.get("whenUnsatisfiable") or ""
        actions = ("DoNotSchedule", "ScheduleAnyway")
        if when not in actions:
            faults.append(unsupported(f"{at}.whenUnsatisfiable", when, actions))
        pair = (constraint.get("topologyKey"), when)
        if any((it.get("topologyKey"), it.get("whenUnsatisfiable")) == pair
               for it in constraints[index + 1 :]):  # fmt: skip
            shown = f"{{{pair[0]}, {pair[1]}}}"
            faults.append(duplicate(f"{at}.{{topologyKey, whenUnsatisfiable}}", shown))
        faults += validate_label_selector(constraint.get("labelSelector"), f"{at}.labelSelector")
    return faults
