"""Label selectors (apimachinery pkg/labels): the string form and the LabelSelector object."""

from __future__ import annotations

import re
from collections.abc import Callable

from . import names
from .objects import Obj

Matcher = Callable[[dict[str, str]], bool]

_TOKEN = re.compile(r"\s*(==|!=|[=!,()<>]|[^\s=!,()<>]+)")
_SYMBOLS = frozenset({"==", "!=", "=", "!", ",", "(", ")", "<", ">"})
_OPERATORS = {
    "=": "In", "==": "In", "in": "In", "!=": "NotIn", "notin": "NotIn", "<": "Lt", ">": "Gt",
}  # fmt: skip
_OPERATORS_EXPECTED = "in, notin, =, ==, !=, gt, lt"
_END = ""


def parse_selector(text: str) -> Matcher:
    """A matcher for ``a=b,c!=d,e in (f,g),h,!i``; ValueError, as the server says it."""
    return matcher({"matchExpressions": parse_requirements(text)})


def parse_requirements(text: str) -> list[Obj]:
    """The matchExpressions that ``text`` says, in order; ValueError as ``parse_selector``."""
    return _Reader(text).requirements()


def matcher(selector: Obj | None) -> Matcher:
    """A matcher for a metav1.LabelSelector; null matches nothing, an empty one everything."""
    if selector is None:
        return lambda labels: False
    wanted = (selector.get("matchLabels") or {}).items()
    expressions = selector.get("matchExpressions") or ()
    if not expressions:
        return lambda labels: wanted <= labels.items()

    def matches(labels: dict[str, str]) -> bool:
        return wanted <= labels.items() and all(_holds(it, labels) for it in expressions)

    return matches


def format_selector(selector: Obj | None) -> str:
    """The string form, keys sorted (metav1.FormatLabelSelector): ``<none>`` for an empty one."""
    parts = [
        (name, f"{name}={value}")
        for name, value in ((selector or {}).get("matchLabels") or {}).items()
    ]
    for expression in (selector or {}).get("matchExpressions") or ():
        name, operator = expression["key"], expression["operator"]
        values = ",".join(sorted(expression.get("values") or ()))
        text = {
            "In": f"{name} in ({values})",
            "NotIn": f"{name} notin ({values})",
            "Exists": name,
            "DoesNotExist": f"!{name}",
        }
        parts.append((name, text[operator]))
    parts.sort(key=lambda part: part[0])
    return ",".join(part for _, part in parts) or "<none>"


def _holds(expression: Obj, labels: dict[str, str]) -> bool:
    name, values = expression["key"], expression.get("values") or []
    match expression["operator"]:
        case "In":
            return name in labels and labels[name] in values
        case "NotIn":
            return name not in labels or labels[name] not in values
        case "Exists":
            return name in labels
        case "DoesNotExist":
            return name not in labels
        case comparison:
            return _compares(comparison, labels.get(name), values[0])


def _compares(operator: str, have: str | None, limit: str) -> bool:
    """Gt and Lt: both sides are integers, else nothing matches."""
    if have is None or not re.fullmatch(r"[+-]?\d{1,18}", have):
        return False
    return int(have) > int(limit) if operator == "Gt" else int(have) < int(limit)


class _Reader:
    """A recursive-descent reader of the string form (labels.Parser)."""

    def __init__(self, text: str) -> None:
        self._tokens = _TOKEN.findall(text)
        self._at = 0

    def requirements(self) -> list[Obj]:
        found: list[Obj] = []
        if not self._tokens:
            return found
        if self._peek() in _SYMBOLS and self._peek() != "!":
            why = "expected: !, identifier, or 'end of string'"
            raise ValueError(f"found '{self._peek()}', {why}")
        while True:
            found.append(self._requirement())
            separator = self._next()
            if separator == _END:
                return found
            if separator != ",":
                raise ValueError(f"found '{separator}', expected: ',' or 'end of string'")
            if self._peek() == _END or (self._peek() in _SYMBOLS and self._peek() != "!"):
                raise ValueError(f"found '{self._peek()}', expected: identifier after ','")

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    def _next(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _requirement(self) -> Obj:
        absent = self._peek() == "!"
        if absent:
            self._next()
        name = self._next()
        if name == _END or name in _SYMBOLS:
            raise _unparsed(f"found '{name}', expected: identifier")
        _check_key(name)
        if absent:
            return {"key": name, "operator": "DoesNotExist"}
        if self._peek() in (_END, ","):
            return {"key": name, "operator": "Exists"}
        word = self._next()
        operator = _OPERATORS.get(word)
        if operator is None:
            raise _unparsed(f"found '{word}', expected: {_OPERATORS_EXPECTED}")
        values = self._set() if word in ("in", "notin") else [self._exact_value()]
        if operator in ("Gt", "Lt") and not re.fullmatch(r"[+-]?\d{1,18}", values[0]):
            why = "for 'Gt', 'Lt' operators, the value must be an integer"
            raise ValueError(f'values[0]: Invalid value: "{values[0]}": {why}')
        return {"key": name, "operator": operator, "values": values}

    def _exact_value(self) -> str:
        if self._peek() in (_END, ","):
            return ""
        value = self._next()
        if value in _SYMBOLS:
            raise _unparsed(f"found '{value}', expected: identifier")
        _check_value(value)
        return value

    def _set(self) -> list[str]:
        opening = self._next()
        if opening != "(":
            raise _unparsed(f"found '{opening}' expected: '('")
        values: list[str] = []
        expect_value = True
        while True:
            token = self._next()
            if token == ")":
                return [*values, ""] if expect_value else values
            if token == ",":
                if expect_value:
                    values.append("")
                expect_value = True
            elif token == _END or token in _SYMBOLS or not expect_value:
                raise _unparsed(f"found '{token}', expected: ',', or ')'")
            else:
                _check_value(token)
                values.append(token)
                expect_value = False


def _unparsed(why: str) -> ValueError:
    return ValueError(f"unable to parse requirement: {why}")


def _check_key(name: str) -> None:
    for why in names.qualified_name(name):
        raise _unparsed(f'<nil>: Invalid value: "{name}": {why}')


def _check_value(value: str) -> None:
    for why in names.label_value(value):
        raise _unparsed(f'<nil>: Invalid value: "{value}": {why}')
