"""Label selectors (apimachinery pkg/labels): the string form and the LabelSelector object."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from math import inf

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
    holds = _Requirements(expressions).hold
    return lambda labels: wanted <= labels.items() and holds(labels)


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


class _Requirements:
    """Expressions by their key, so that thousands of them cost no more than an object has labels.

    ``allowed`` has the values of In, ``forbidden`` those of NotIn, ``bounds`` what Gt and Lt leave.
    """

    def __init__(self, expressions: Iterable[Obj]) -> None:
        self._present: dict[str, None] = {}
        self._absent: set[str] = set()
        self._allowed: dict[str, set[str]] = {}
        self._forbidden: dict[str, set[str]] = {}
        self._bounds: dict[str, tuple[float, float]] = {}
        for expression in expressions:
            self._add(expression["key"], expression["operator"], expression.get("values") or [])

    def _add(self, name: str, operator: str, values: list[str]) -> None:
        if operator == "DoesNotExist":
            self._absent.add(name)
            return
        if operator == "NotIn":
            self._forbidden.setdefault(name, set()).update(values)
            return
        self._present[name] = None
        if operator == "In":
            self._allowed[name] = self._allowed.get(name, set(values)) & set(values)
        elif operator != "Exists":
            low, high = self._bounds.get(name, (-inf, inf))
            limit = int(values[0])
            more = (max(low, limit), high) if operator == "Gt" else (low, min(high, limit))
            self._bounds[name] = more

    def hold(self, labels: dict[str, str]) -> bool:
        """Whether an object with these labels meets all of them."""
        if len(self._present) > len(labels) or not self._absent.isdisjoint(labels):
            return False
        return all(self._suits(name, labels.get(name)) for name in self._present) and not any(
            value in self._forbidden.get(name, ()) for name, value in labels.items()
        )

    def _suits(self, name: str, value: str | None) -> bool:
        if value is None or value not in self._allowed.get(name, (value,)):
            return False
        return name not in self._bounds or _between(value, *self._bounds[name])


def _between(value: str, low: float, high: float) -> bool:
    """Gt and Lt: both sides are integers, else nothing matches."""
    return re.fullmatch(r"[+-]?\d{1,18}", value) is not None and low < int(value) < high


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
