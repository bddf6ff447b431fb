"""Validation of what a pod spec says of where it may run (core validation, 1.36)."""

from __future__ import annotations

from ...base import names
from ...base.objects import Obj
from .faults import Faults, duplicate, forbidden, invalid, required, unsupported
from .labelselector import validate_label_selector

_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_POLICIES = ("Honor", "Ignore")
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
        if wrong := names.label_value(value):
            faults.append(invalid(f"{path}.operator", value, ";".join(wrong)))
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
        faults += validate_node_selector(wanted, f"{path}.{_REQUIRED}")
    for index, preferred in enumerate(affinity.get(_PREFERRED) or ()):
        at = f"{path}.{_PREFERRED}[{index}]"
        faults += _weight(preferred, at)
        faults += _node_term(preferred.get("preference") or {}, f"{at}.preference", strict=False)
    return faults


def _weight(preferred: Obj, path: str) -> Faults:
    weight = preferred.get("weight") or 0
    if 1 <= weight <= 100:
        return []
    return [invalid(f"{path}.weight", weight, "must be in the range 1-100")]


def _node_term(term: Obj, path: str, *, strict: bool) -> Faults:
    """Faults of a term of a node selector; where it is only a wish, values may be anything."""
    faults: Faults = []
    for index, expression in enumerate(term.get("matchExpressions") or ()):
        at = f"{path}.matchExpressions[{index}]"
        faults += _node_requirement(expression, at)
        for place, value in enumerate((expression.get("values") or ()) if strict else ()):
            where = f"{at}.values[{place}]"
            faults += [invalid(where, value, why) for why in names.label_value(value)]
    for index, field in enumerate(term.get("matchFields") or ()):
        faults += _node_field(field, f"{path}.matchFields[{index}]")
    return faults


def validate_node_selector(selector: Obj, path: str) -> Faults:
    """Faults of a node selector (ValidateNodeSelector)."""
    at = f"{path}.nodeSelectorTerms"
    terms = selector.get("nodeSelectorTerms") or []
    if not terms:
        return [required(at, "must have at least one node selector term")]
    return [
        fault
        for index, term in enumerate(terms)
        for fault in _node_term(term, f"{at}[{index}]", strict=True)
    ]


def _node_field(field: Obj, path: str) -> Faults:
    """A node by a field of its own: there is one, its name."""
    faults: Faults = []
    key, operator, values = (field.get(it) for it in ("key", "operator", "values"))
    if operator not in ("In", "NotIn"):
        faults.append(invalid(f"{path}.operator", operator or "", "not a valid selector operator"))
    elif len(values or ()) != 1:
        why = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        faults.append(required(f"{path}.values", why))
    if key != "metadata.name":
        return [*faults, invalid(f"{path}.key", key or "", "not a valid field selector key")]
    return faults + [
        invalid(f"{path}.values[{place}]", value, why)
        for place, value in enumerate(values or ())
        for why in names.dns_subdomain(value)
    ]


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
    selector = term.get("labelSelector")
    faults = validate_label_selector(selector, f"{path}.labelSelector")
    faults += validate_label_selector(term.get("namespaceSelector"), f"{path}.namespaceSelector")
    for name in term.get("namespaces") or ():
        faults += [invalid(f"{path}.namespace", name, why) for why in names.dns_label(name)]
    for field in ("matchLabelKeys", "mismatchLabelKeys"):
        faults += _label_keys(term.get(field) or [], selector, f"{path}.{field}")
    at, key = f"{path}.topologyKey", term.get("topologyKey") or ""
    faults += [] if key else [required(at, "can not be empty")]
    return faults + [invalid(at, key, why) for why in names.qualified_name(key)]


def _label_keys(keys: list[str], selector: Obj | None, path: str) -> Faults:
    """Keys of labels that a pod's own values are taken of."""
    if keys and selector is None:
        return [forbidden(path, "must not be specified when labelSelector is not set")]
    return [
        invalid(f"{path}[{index}]", key, why)
        for index, key in enumerate(keys)
        for why in names.qualified_name(key)
    ]


def validate_spread(constraints: list[Obj], path: str) -> Faults:
    """Faults of topologySpreadConstraints."""
    faults: Faults = []
    for index, constraint in enumerate(constraints):
        at = f"{path}[{index}]"
        skew = constraint.get("maxSkew") or 0
        if skew <= 0:
            faults.append(invalid(f"{at}.maxSkew", skew, "must be greater than zero"))
        if not constraint.get("topologyKey"):
            faults.append(required(f"{at}.topologyKey", "can not be empty"))
        when = constraint.get("whenUnsatisfiable") or ""
        actions = ("DoNotSchedule", "ScheduleAnyway")
        if when not in actions:
            faults.append(unsupported(f"{at}.whenUnsatisfiable", when, actions))
        pair = (constraint.get("topologyKey"), when)
        if any((it.get("topologyKey"), it.get("whenUnsatisfiable")) == pair
               for it in constraints[index + 1 :]):  # fmt: skip
            shown = f"{{{pair[0]}, {pair[1]}}}"
            faults.append(duplicate(f"{at}.{{topologyKey, whenUnsatisfiable}}", shown))
        faults += _spread_details(constraint, when, at)
        faults += validate_label_selector(constraint.get("labelSelector"), f"{at}.labelSelector")
    return faults


def _spread_details(constraint: Obj, when: str, path: str) -> Faults:
    faults: Faults = []
    domains = constraint.get("minDomains")
    if domains is not None and domains <= 0:
        faults.append(invalid(f"{path}.minDomains", domains, "must be greater than zero"))
    if domains is not None and when != "DoNotSchedule":
        why = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {when}"
        faults.append(invalid(f"{path}.minDomains", domains, why))
    for field in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
        policy = constraint.get(field)
        if policy is not None and policy not in _POLICIES:
            faults.append(unsupported(f"{path}.{field}", policy, _POLICIES))
    keys, selector = constraint.get("matchLabelKeys") or [], constraint.get("labelSelector")
    return faults + _label_keys(keys, selector, f"{path}.matchLabelKeys")
