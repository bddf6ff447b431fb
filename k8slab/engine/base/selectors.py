"""Label selectors (apimachinery pkg/labels): the string form and the LabelSelector object."""

from __future__ import annotations

from collections.abc import Callable

from .objects import Obj

Matcher = Callable[[dict[str, str]], bool]


def parse_selector(text: str) -> Matcher:
    """A matcher for ``a=b,c!=d,e in (f,g),h,!i``; ValueError, in the server's words, if it is none."""
    raise NotImplementedError


def matcher(selector: Obj | None) -> Matcher:
    """A matcher for a metav1.LabelSelector; null matches nothing, an empty one everything."""
    if selector is None:
        return lambda labels: False
    wanted = selector.get("matchLabels") or {}
    expressions = selector.get("matchExpressions") or []

    def matches(labels: dict[str, str]) -> bool:
        for name, value in wanted.items():
            if labels.get(name) != value:
                return False
        return all(_holds(expression, labels) for expression in expressions)

    return matches


def _holds(expression: Obj, labels: dict[str, str]) -> bool:
    name, values = expression["key"], expression.get("values") or []
    match expression["operator"]:
        case "In":
            return name in labels and labels[name] in values
        case "NotIn":
            return name not in labels or labels[name] not in values
        case "Exists":
            return name in labels
        case _:
            return name not in labels
