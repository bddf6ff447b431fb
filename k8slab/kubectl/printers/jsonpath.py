"""kubectl's jsonpath templates: ``{.items[*].metadata.name}``, filters, slices, ranges.

Executed as client-go does (util/jsonpath, 1.36), with its turns: a list that is empty ends its
slice, what is missing is told only where no value had it. Every visit of a node is counted, and
what is printed is measured, so that ``..`` over a large object stops with an error instead of
running away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from .govalues import go_value, text_of
from .jsonpath_parser import Filter, JsonPathError, Node, Nodes, Slice, parse

MAX_VISITS = 300_000
MAX_OUTPUT = 4 << 20
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}
_TYPES = (
    (dict, "map[string]interface {}"),
    (str, "string"),
    (bool, "bool"),
    (int, "int64"),
    (float, "float64"),
)
_RELAXED = re.compile(r"\{\.?([^{}]+)\}|\.?([^{}]+)")
Values = list[Any]


class TooMuch(JsonPathError):
    """What is asked for has no end."""


class Bounds:
    """How much one run, or all columns of one table, may still visit and print."""

    def __init__(self) -> None:
        self.visits = MAX_VISITS
        self.output = MAX_OUTPUT

    def visit(self, count: int = 1) -> None:
        """Count visits of nodes; TooMuch."""
        self.visits -= count
        if self.visits < 0:
            raise TooMuch("the path visits too many nodes")

    def printed(self, text: str) -> str:
        """``text``, counted; TooMuch."""
        self.output -= len(text)
        if self.output < 0:
            raise TooMuch("the output is too long")
        return text


class Template:
    """A parsed template. ``allow_missing`` makes missing fields empty, as kubectl get does.

    ``bounds`` are those of all its runs; else each run has its own.
    """

    def __init__(
        self, text: str, *, allow_missing: bool = True, bounds: Bounds | None = None
    ) -> None:
        self.text = text
        self.allow_missing = allow_missing
        self._shared = bounds
        self.nodes = parse(text)

    def results(self, data: Any) -> list[Values]:
        """What each text and action finds, for ``-o jsonpath-as-json`` and columns."""
        return _Run(self.nodes, self.allow_missing, self._shared or Bounds()).results(data)

    def render(self, data: Any) -> str:
        """The template's text over ``data``; JsonPathError where it can't be executed."""
        bounds = self._shared or Bounds()
        found = _Run(self.nodes, self.allow_missing, bounds).results(data)
        return "".join(
            " ".join(bounds.printed(text_of(value)) for value in values) for values in found
        )


class _Run:
    """One execution: where its ranges begin and end is known only as it goes."""

    def __init__(self, nodes: Nodes, allow_missing: bool, bounds: Bounds) -> None:
        self.nodes = nodes
        self.allow_missing = allow_missing
        self.bounds = bounds
        self._begun = self._within = self._ended = 0
        self._last_end = -1

    def results(self, data: Any, start: int = 0) -> list[Values]:
        """What the nodes from ``start`` on find, up to the end of the range that they are in."""
        found: list[Values] = []
        place = start
        while place < len(self.nodes):
            values = self._walk([data], self.nodes[place])
            if 0 < self._ended <= self._within:
                self._ended -= 1
                self._last_end = place
                break
            if self._begun:
                found += self._range(values, place + 1)
                place = max(place, self._last_end)
            else:
                found.append(values)
            place += 1
        return found

    def _range(self, values: Values, start: int) -> list[Values]:
        """Each value in turn; where there are none, once in vain, to find the range's end."""
        self._begun -= 1
        self._within += 1
        found: list[Values] = []
        for value in values:
            found += self.results(value, start)
        if not values:
            self.results(None, start)
        self._within -= 1
        return found

    def _list(self, values: Values, nodes: Nodes) -> Values:
        for node in nodes:
            values = self._walk(values, node)
        return values

    def _walk(self, values: Values, node: Node) -> Values:
        self.bounds.visit(len(values) + 1)
        match node.kind:
            case "list":
                return self._list(values, node.value)
            case "text":
                return [node.value]
            case "number":
                return [node.value] * len(values)
            case "field":
                return self._field(values, node.value)
            case "array":
                return self._array(values, node.value)
            case "filter":
                return self._filter(values, node.value)
            case "union":
                return [it for part in node.value for it in self._list(values, part)]
            case "wildcard":
                return [child for value in values for child in _children(value)]
            case "recursive":
                return self._descend(values)
        return self._identifier(values, node.value)

    def _identifier(self, values: Values, name: str) -> Values:
        if name == "range":
            self._begun += 1
            return values
        if name != "end":
            raise JsonPathError(f"unrecognized identifier {name}", tuple(values))
        if not self._within:
            raise JsonPathError("not in range, nothing to end")
        self._ended += 1
        return []

    def _field(self, values: Values, name: str) -> Values:
        found = [value[name] for value in values if isinstance(value, dict) and name in value]
        if values and not found and not self.allow_missing:
            raise JsonPathError(f"{name} is not found")
        return found

    def _array(self, values: Values, cut: Slice) -> Values:
        found: Values = []
        for value in values:
            if value is None:
                continue
            if not isinstance(value, list):
                kind = next(name for type_, name in _TYPES if isinstance(value, type_))
                raise JsonPathError(f"{kind} is not array or slice", tuple(values))
            low, high = _bounds(cut, value, values)
            if low == high:
                return found
            if cut.step is not None and cut.step <= 0:
                raise JsonPathError("step must be > 0", tuple(values))
            found += value[low : high : cut.step or 1]
        return found

    def _descend(self, values: Values) -> Values:
        """Each value that has something in it, before what it has: a text has its bytes."""
        found: Values = []
        for value in values:
            children = _children(value)
            self.bounds.visit(len(children))
            if children:
                found.append(value)
                found += [] if isinstance(value, str) else self._descend(children)
        return found

    def _filter(self, values: Values, how: Filter) -> Values:
        found: Values = []
        for value in values:
            if not isinstance(value, list):
                why = f"{go_value(value)} is not array or slice and cannot be filtered"
                raise JsonPathError(why, tuple(values))
            found += [item for item in value if self._holds(item, how)]
        return found

    def _holds(self, item: Any, how: Filter) -> bool:
        if how.operator == "exists":
            try:
                return bool(self._list([item], how.left))
            except TooMuch:
                raise
            except JsonPathError as error:
                return bool(error.values)
        sides = []
        for nodes in (how.left, how.right):
            side = self._list([item], nodes)
            if not side:
                return False
            if len(side) > 1:
                raise JsonPathError("can only compare one element at a time")
            sides.append(side[0])
        return _compared(sides[0], how.operator, sides[1])


def _children(value: Any) -> Values:
    """What a value has in it: members in order of names, items, or the bytes of a text."""
    match value:
        case dict():
            return [value[name] for name in sorted(value)]
        case list():
            return value
        case str():
            return list(value.encode())
    return []


def _bounds(cut: Slice, value: Sequence[Any], values: Values) -> tuple[int, int]:
    """Where a slice begins and ends; JsonPathError where that is not in the list."""
    length = len(value)
    low = cut.low or 0
    low += length if low < 0 else 0
    high = length if cut.high is None else cut.high
    high += length if high < 0 or (high == 0 and cut.derived) else 0
    if low == high:
        return low, high
    if not 0 <= low < length or not 0 <= high <= length:
        index = high - 1 if 0 <= low < length else low
        why = f"array index out of bounds: index {index}, length {length}"
        raise JsonPathError(why, tuple(values))
    if low > high:
        why = f"starting index {low} is greater than ending index {high}"
        raise JsonPathError(why, tuple(values))
    return low, high


def _compared(left: Any, operator: str, right: Any) -> bool:
    """As Go's templates compare: like with like, and what has no order only for equality."""
    compare = _COMPARE.get(operator)
    if compare is None:
        raise JsonPathError(f"unrecognized filter operator {operator}")
    if any(isinstance(side, dict | list) or side is None for side in (left, right)):
        raise JsonPathError("invalid type for comparison")
    if type(left) is not type(right):
        raise JsonPathError("incompatible types for comparison")
    if isinstance(left, bool) and operator not in ("==", "!="):
        raise JsonPathError("invalid type for comparison")
    return compare(left, right)


def relaxed(text: str) -> str:
    """``x.y``, ``.x.y`` and ``{.x.y}`` as a template (columns, --sort-by): ``{.x.y}``."""
    if not text:
        return ""
    match = _RELAXED.fullmatch(text)
    if match is None:
        raise JsonPathError(
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or "
            "'{name1.name2}' or '{.name1.name2}'"
        )
    return "{." + (match[1] or match[2]) + "}"


__all__ = ["Bounds", "JsonPathError", "Template", "TooMuch", "relaxed", "text_of"]
