"""Node selectors and node affinity terms (component-helpers nodeaffinity, 1.36)."""

from __future__ import annotations

from .objects import Obj, get_in


def matches_required(spec: Obj, node: Obj) -> bool:
    """Whether a node satisfies a pod's nodeSelector and required node affinity."""
    labels = node["metadata"].get("labels") or {}
    for name, value in (spec.get("nodeSelector") or {}).items():
        if labels.get(name) != value:
            return False
    required = get_in(
        spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"
    )
    if required is None:
        return True
    return any(matches_term(term, node) for term in required.get("nodeSelectorTerms") or ())


def matches_term(term: Obj, node: Obj) -> bool:
    """Whether a node satisfies every expression and field of a term; an empty term matches none."""
    expressions = term.get("matchExpressions") or ()
    fields = term.get("matchFields") or ()
    if not expressions and not fields:
        return False
    labels = node["metadata"].get("labels") or {}
    names = {"metadata.name": node["metadata"]["name"]}
    return all(_holds(expression, labels) for expression in expressions) and all(
        _holds(field, names) for field in fields
    )


def _holds(expression: Obj, labels: dict[str, str]) -> bool:
    have, values = labels.get(expression["key"]), expression.get("values") or []
    match expression["operator"]:
        case "In":
            return have in values
        case "NotIn":
            return have not in values
        case "Exists":
            return have is not None
        case "DoesNotExist":
            return have is None
        case operator:
            return _compares(operator, have, values)


def _compares(operator: str, have: str | None, values: list[str]) -> bool:
    try:
        left, right = int(have or ""), int(values[0])
    except (ValueError, IndexError):
        return False
    return left > right if operator == "Gt" else left < right
