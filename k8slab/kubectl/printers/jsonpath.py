"""kubectl's jsonpath templates: ``{.items[*].metadata.name}``, filters, slices, ranges.

A template is text and ``{...}`` actions. Every visit of a node is counted, and what is printed is
measured, so that ``..`` over a large object stops with an error instead of running away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .json_text import to_compact_json

MAX_VISITS = 300_000
MAX_OUTPUT = 4 << 20
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<recurse>\.\.)
    | (?P<star>\.\*|\[\*\])
    | (?P<field>\.?(?:[^\s.\[\]{}()'"@$?,:<>=!|\\]|\\.)+)
    | (?P<filter>\[\?\()
    | (?P<bracket>\[[^\]]*\])
    | (?P<root>[$@])
    | (?P<dot>\.)
    )""",
    re.VERBOSE,
)
_COMPARISON = re.compile(
    r"^(?P<left>.*?)\s*(?P<operator>==|!=|<=|>=|<|>)\s*(?P<right>.*)$", re.DOTALL
)
_SLICE = re.compile(r"^(-?\d*):(-?\d*)(?::(-?\d*))?$")
_QUOTED = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""")


class JsonPathError(ValueError):
    """A template that can't be parsed or executed; ``str()`` is client-go's text."""


class TooMuch(JsonPathError):
    """What is asked for has no end."""


class Bounds:
    """How much one run, or all columns of one table, may still visit and print."""

    def __init__(self) -> None:
        self.visits = MAX_VISITS
        self.output = MAX_OUTPUT

    def visit(self) -> None:
        """Count a visit of a node; TooMuch."""
        self.visits -= 1
        if self.visits < 0:
            raise TooMuch("the path visits too many nodes")

    def printed(self, text: str) -> str:
        """``text``, counted; TooMuch."""
        self.output -= len(text)
        if self.output < 0:
            raise TooMuch("the output is too long")
        return text


@dataclass(frozen=True, slots=True)
class _Step:
    kind: str  # field, star, recurse, index, slice, filter, or union (of lists of steps)
    value: Any = None


@dataclass(frozen=True, slots=True)
class _Text:
    text: str


@dataclass(frozen=True, slots=True)
class _Path:
    steps: tuple[_Step, ...]


@dataclass(slots=True)
class _Range:
    path: _Path
    body: list[Any] = field(default_factory=list)


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
        self._bounds = bounds or Bounds()
        self.nodes = self._parse(text)

    # Parsing

    def _parse(self, text: str) -> list[Any]:
        root: list[Any] = []
        stack = [root]
        for literal, action in _split(text):
            if action is None:
                stack[-1].append(_Text(literal))
            elif action.strip().startswith("range"):
                loop = _Range(_parse_path(text, action.strip()[len("range") :].strip()))
                stack[-1].append(loop)
                stack.append(loop.body)
            elif action.strip() == "end":
                if len(stack) == 1:
                    raise JsonPathError(
                        f"error parsing jsonpath {text}, not in range, nothing to end"
                    )
                stack.pop()
            else:
                stack[-1].append(_parse_action(text, action.strip()))
        return root

    # Execution

    def results(self, data: Any) -> list[list[Any]]:
        """What each path of the template finds, for ``-o jsonpath-as-json`` and columns."""
        self._bounds = self._shared or Bounds()
        return [self._find(node.steps, data) for node in self.nodes if isinstance(node, _Path)]

    def render(self, data: Any) -> str:
        """The template's text over ``data``; JsonPathError where it can't be executed."""
        self._bounds = self._shared or Bounds()
        return "".join(self._render(self.nodes, data))

    def _render(self, nodes: list[Any], data: Any) -> Iterator[str]:
        for node in nodes:
            if isinstance(node, _Text):
                yield node.text
            elif isinstance(node, _Path):
                found = self._find(node.steps, data)
                yield " ".join(self._bounds.printed(text_of(value)) for value in found)
            else:
                for item in self._find(node.path.steps, data):
                    yield from self._render(node.body, item)

    def _find(self, steps: tuple[_Step, ...], data: Any) -> list[Any]:
        values = [data]
        for step in steps:
            if step.kind == "union":
                values = [
                    item
                    for part in step.value
                    for each in values
                    for item in self._find(part, each)
                ]
                continue
            found: list[Any] = []
            for value in values:
                self._bounds.visit()
                found += self._apply(step, value)
            values = found
        return values

    def _apply(self, step: _Step, value: Any) -> list[Any]:
        match step.kind:
            case "field":
                return self._field(value, step.value)
            case "star":
                if isinstance(value, dict):
                    return [value[name] for name in sorted(value)]
                return list(value) if isinstance(value, list) else []
            case "recurse":
                return list(self._descend(value))
            case "index":
                return self._index(value, step.value)
            case "slice":
                return value[step.value] if isinstance(value, list) else []
            case _:
                items = value if isinstance(value, list) else [value]
                return [item for item in items if self._holds(step.value, item)]

    def _field(self, value: Any, name: str) -> list[Any]:
        if isinstance(value, dict) and name in value:
            return [value[name]]
        if self.allow_missing or value is None:
            return []
        raise JsonPathError(f"{name} is not found")

    def _index(self, value: Any, index: int) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, list):
            raise JsonPathError(f"{text_of(value)[:40]} is not array or slice")
        at = index if index >= 0 else index + len(value)
        if not 0 <= at < len(value):
            raise JsonPathError(f"array index out of bounds: index {index}, length {len(value)}")
        return [value[at]]

    def _descend(self, value: Any) -> Iterator[Any]:
        self._bounds.visit()
        yield value
        children = value.values() if isinstance(value, dict) else value
        if isinstance(value, dict | list):
            for child in children:
                yield from self._descend(child)

    def _holds(self, condition: Any, item: Any) -> bool:
        left, operator, right = condition
        found = self._find(left, item)
        if not operator:
            return bool(found)
        if not found:
            return False
        other = self._find(right, item)[:1] if isinstance(right, tuple) else [right]
        return bool(other) and _compare(found[0], operator, other[0])


def _split(text: str) -> Iterator[tuple[str, str | None]]:
    """(literal, None) and ("", action) parts of a template."""
    position = 0
    while position < len(text):
        start = text.find("{", position)
        if start < 0:
            yield text[position:], None
            return
        if start > position:
            yield text[position:start], None
        end = _action_end(text, start + 1)
        yield "", text[start + 1 : end]
        position = end + 1


def _action_end(text: str, start: int) -> int:
    quote = ""
    depth = 0
    for i in range(start, len(text)):
        character = text[i]
        if quote:
            quote = "" if character == quote and text[i - 1] != "\\" else quote
        elif character in "'\"":
            quote = character
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
        elif character == "}":
            if depth > 0:
                raise JsonPathError(f"error parsing jsonpath {text}, unterminated filter")
            return i
    opened = text.count("[", start) > text.count("]", start)
    why = "unterminated array" if opened else "unclosed action"
    raise JsonPathError(f"error parsing jsonpath {text}, {why}")


def _parse_action(text: str, action: str) -> Any:
    quoted = _QUOTED.fullmatch(action)
    if quoted:
        return _Text(_unescape(quoted[1] if quoted[1] is not None else quoted[2]))
    return _parse_path(text, action)


def _unescape(text: str) -> str:
    escapes = {"n": "\n", "t": "\t", "r": "\r"}
    return re.sub(r"\\(.)", lambda match: escapes.get(match[1], match[1]), text)


def _parse_path(template: str, action: str) -> _Path:
    if action and action[0] not in ".[$@":
        word = re.split(r"[\s.\[]", action)[0]
        raise JsonPathError(f"unrecognized identifier {word}")
    return _Path(_steps(template, action))


def _steps(template: str, text: str) -> tuple[_Step, ...]:
    steps: list[_Step] = []
    position = 0
    while position < len(text.rstrip()):
        token = _TOKEN.match(text, position)
        if token is None:
            raise JsonPathError(
                f"error parsing jsonpath {template}, unrecognized character in action: "
                f"U+{ord(text[position]):04X} {text[position]!r}"
            )
        position = token.end()
        match token.lastgroup:
            case "recurse" | "star":
                steps.append(_Step(str(token.lastgroup)))
            case "field":
                steps.append(_Step("field", re.sub(r"\\(.)", r"\1", token["field"].lstrip("."))))
            case "filter":
                end = _filter_end(template, text, position)
                steps.append(_Step("filter", _parse_filter(template, text[position:end])))
                position = end + 2
            case "bracket":
                steps += _parse_bracket(template, token["bracket"][1:-1].strip())
    return tuple(steps)


def _filter_end(template: str, text: str, start: int) -> int:
    end = text.find(")]", start)
    if end < 0:
        raise JsonPathError(f"error parsing jsonpath {template}, unterminated filter")
    return end


def _parse_filter(template: str, text: str) -> tuple[Any, str, Any]:
    comparison = _COMPARISON.match(text)
    if comparison is None:
        return _steps(template, text.strip()), "", None
    left = _steps(template, comparison["left"].strip())
    return left, comparison["operator"], _operand(template, comparison["right"].strip())


def _operand(template: str, text: str) -> Any:
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        return _unescape(quoted[1] if quoted[1] is not None else quoted[2])
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    if re.fullmatch(r"-?\d{1,18}\.\d{1,18}", text):
        return float(text)
    return _steps(template, text)


def _parse_bracket(template: str, text: str) -> tuple[_Step, ...]:
    parts = [part.strip() for part in text.split(",")] if not _QUOTED.fullmatch(text) else [text]
    steps = [_bracket_part(template, part) for part in parts]
    return steps[0] if len(steps) == 1 else (_Step("union", tuple(steps)),)


def _bracket_part(template: str, part: str) -> tuple[_Step, ...]:
    """The steps of ``3``, ``0:2`` or ``'metadata.name'``: a quoted path, its own dots escaped."""
    quoted = _QUOTED.fullmatch(part)
    if quoted:
        name = quoted[1] if quoted[1] is not None else quoted[2]
        names = re.split(r"(?<!\\)\.", name) if name else [name]
        return tuple(_Step("field", re.sub(r"\\(.)", r"\1", each)) for each in names)
    if re.fullmatch(r"-?\d{1,9}", part):
        return (_Step("index", int(part)),)
    cut = _SLICE.match(part)
    if cut:
        low, high, step = (
            int(number) if number and number != "-" else None for number in cut.groups()
        )
        return (_Step("slice", slice(low, high, max(step or 1, 1))),)
    raise JsonPathError(f"error parsing jsonpath {template}, invalid array index {part}")


def _compare(a: Any, operator: str, b: Any) -> bool:
    if operator in ("==", "!="):
        equal = a == b and isinstance(a, bool) == isinstance(b, bool)
        return equal == (operator == "==")
    if isinstance(a, str) != isinstance(b, str) or isinstance(a, dict | list):
        return False
    return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator])


def text_of(value: Any) -> str:
    """A found value as the template prints it: scalars plain, the rest as JSON."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int() | float():
            return str(value)
        case _:
            return to_compact_json(value)


def relaxed(text: str) -> str:
    """``x.y``, ``.x.y`` and ``{.x.y}`` as a template (columns, --sort-by): ``{.x.y}``."""
    path = text.strip()
    if path.startswith("{") and path.endswith("}"):
        path = path[1:-1]
    if not path:
        raise JsonPathError(
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or "
            "'{name1.name2}' or '{.name1.name2}'"
        )
    return "{" + (path if path.startswith((".", "[")) else f".{path}") + "}"
