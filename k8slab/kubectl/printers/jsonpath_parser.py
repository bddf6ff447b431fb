"""kubectl's jsonpath templates, read as client-go's parser reads them (util/jsonpath/parser.go).

A template is text and ``{...}`` actions; an action is a list of nodes, each of which works on what
the one before has found. What is wrong in a node's meaning (a word that is no identifier) is not
told here: that is found when it is executed.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple, TypeAlias

_SPACE = " \t"
_ENDS = frozenset(".,[]$@{} \t\r\n")
_DICT_KEY = re.compile(r"'([^']*)'")
_SLICE = re.compile(r"(-?\d*)(:-?\d*)?(:-?\d*)?")
_COMPARISON = re.compile(r"([^!<>=]+)([!<>=]+)(.+?)", re.DOTALL)
_NUMBER = re.compile(r"[+-]?[\d.]*")
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[0-7]{3}|[abfnrtv\\'\"])")
_CONTROLS = dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True))
DEPTH_MAX = 20


class JsonPathError(ValueError):
    """A template that can't be parsed or executed; ``str()`` is client-go's text.

    ``values`` is what the node that failed had found: a filter that asks whether something exists
    goes by that. ``why`` is the fault alone, without the template that could not be parsed.
    """

    def __init__(self, message: str, values: tuple[Any, ...] = (), why: str = "") -> None:
        super().__init__(message)
        self.values = values
        self.why = why or message


class Node(NamedTuple):
    """``kind`` is text, field, array, filter, number, wildcard, recursive, union, identifier or
    list, ``value`` what it needs: a name or text, a number or bool, a Slice, a Filter, or nodes."""

    kind: str
    value: Any = None


Nodes: TypeAlias = tuple[Node, ...]


class Slice(NamedTuple):
    """``[low:high:step]``; of ``[n]`` the high end is derived."""

    low: int | None
    high: int | None
    step: int | None
    derived: bool = False


class Filter(NamedTuple):
    """``[?(left operator right)]``; the operator "exists" has no right."""

    left: Nodes
    operator: str
    right: Nodes = ()


def parse(text: str) -> Nodes:
    """The texts and actions of a template. JsonPathError."""
    try:
        return _Parser(text).template()
    except JsonPathError as error:
        raise JsonPathError(f"error parsing jsonpath {text}, {error}", why=str(error)) from None


def _action(text: str, depth: int) -> Nodes:
    """The nodes of a part of an action: a filter's side, one of a union."""
    if depth > DEPTH_MAX:
        raise JsonPathError("nested too deeply")
    nodes: Nodes = _Parser("{" + text + "}", depth).template()[0].value
    return nodes


class _Parser:
    def __init__(self, text: str, depth: int = 0) -> None:
        self.text = text
        self.at = 0
        self.depth = depth

    def template(self) -> Nodes:
        nodes: list[Node] = []
        while self.at < len(self.text):
            start = self.text.find("{", self.at)
            end = len(self.text) if start < 0 else start
            if end > self.at:
                nodes.append(Node("text", self.text[self.at : end]))
            self.at = end
            if start >= 0:
                self.at += 1
                nodes.append(Node("list", self._inside()))
        return tuple(nodes)

    def _inside(self) -> Nodes:
        """The nodes up to the closing brace."""
        nodes: list[Node] = []
        while True:
            rest = self.text[self.at : self.at + 3]
            sign = rest[:1]
            if sign in ("", "\n", "\r"):
                raise JsonPathError("unclosed action")
            if sign == "}":
                self.at += 1
                return tuple(nodes)
            if rest == "[?(":
                nodes.append(self._filter())
            elif rest.startswith(".."):
                nodes += self._recursive(nodes)
            elif sign in " @$":
                self.at += 1
            elif sign == "[":
                nodes += self._array()
            elif sign in "\"'":
                nodes.append(Node("text", self._quoted()))
            elif sign == ".":
                self.at += 1
                nodes.append(self._field())
            elif sign in "+-" or sign.isdigit():
                nodes.append(self._number())
            elif sign.isalnum() or sign == "_":
                nodes.append(self._identifier())
            else:
                raise JsonPathError(f"unrecognized character in action: U+{ord(sign):04X} '{sign}'")

    def _recursive(self, before: list[Node]) -> list[Node]:
        if before and before[-1].kind == "recursive":
            raise JsonPathError("invalid multiple recursive descent")
        self.at += 2
        following = self.text[self.at : self.at + 1]
        named = following.isalnum() or following == "_"
        return [Node("recursive"), *([self._field()] if named else [])]

    def _field(self) -> Node:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in _ENDS:
            self.at += 2 if self.text[self.at] == "\\" else 1
        self.at = min(self.at, len(self.text))
        name = self.text[start : self.at]
        return Node("wildcard") if name == "*" else Node("field", name.replace("\\", ""))

    def _identifier(self) -> Node:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in _ENDS:
            self.at += 1
        word = self.text[start : self.at]
        if word in ("true", "false"):
            return Node("number", word == "true")
        return Node("identifier", word)

    def _number(self) -> Node:
        match = _NUMBER.match(self.text, self.at)
        said = match[0] if match else ""
        self.at += len(said)
        try:
            return Node("number", int(said) if "." not in said else float(said))
        except ValueError:
            raise JsonPathError(f"cannot parse number {said}") from None

    def _quoted(self) -> str:
        quote, start = self.text[self.at], self.at
        while True:
            self.at += 1
            sign = self.text[self.at : self.at + 1]
            if sign in ("", "\n"):
                raise JsonPathError("unterminated quoted string")
            if sign == quote and self.text[self.at - 1] != "\\":
                break
        self.at += 1
        said = self.text[start + 1 : self.at - 1]
        if "\\" in _ESCAPE.sub("", said):
            raise JsonPathError(f"unquote string {quote}{said}{quote} error invalid syntax")
        return _ESCAPE.sub(_unescaped, said)

    def _array(self) -> Nodes:
        end = self.at
        while self.text[end : end + 1] != "]":
            if self.text[end : end + 1] in ("", "\n"):
                raise JsonPathError("unterminated array")
            end += 1
        said = self.text[self.at + 1 : end]
        self.at = end + 1
        said = ":" if said == "*" else said
        parts = said.split(",")
        if len(parts) > 1:
            each = tuple(_action(f"[{part.strip(' ')}]", self.depth + 1) for part in parts)
            return (Node("union", each),)
        key = _DICT_KEY.fullmatch(said)
        if key is not None:
            return _action(f".{key[1]}", self.depth + 1)
        return (Node("array", _slice(said)),)

    def _filter(self) -> Node:
        start = self.at + 3
        self.at = start
        quote, closed = "", False
        while True:
            sign = self.text[self.at : self.at + 1]
            if sign in ("", "\n"):
                raise JsonPathError("unterminated filter")
            if sign in "\"'":
                if not quote:
                    quote = sign
                elif sign == quote and self.text[self.at - 1] != "\\":
                    closed = True
            elif sign == ")" and bool(quote) == closed:
                break
            self.at += 1
        said = self.text[start : self.at]
        if self.text[self.at + 1 : self.at + 2] != "]":
            raise JsonPathError("unclosed array expect ]")
        self.at += 2
        return Node("filter", _filter(said, self.depth + 1))


def _filter(said: str, depth: int) -> Filter:
    match = _COMPARISON.fullmatch(said)
    if match is None:
        return Filter(_action(said, depth), "exists")
    return Filter(_action(match[1], depth), match[2], _action(match[3], depth))


def _slice(said: str) -> Slice:
    match = _SLICE.fullmatch(said)
    if match is None:
        raise JsonPathError(f"invalid array index {said}")
    low, high, step = (_index(part.lstrip(":")) if part else None for part in match.groups())
    if match[2] is None:
        return Slice(low or 0, (low or 0) + 1, step, derived=True)
    return Slice(low, high, step)


def _index(said: str | None) -> int | None:
    if not said:
        return None
    if said == "-" or len(said) > 18:
        raise JsonPathError(f"array index {said[:40]} is not a number")
    return int(said)


def _unescaped(match: re.Match[str]) -> str:
    said = match[1]
    if said[0] in "xu":
        return chr(int(said[1:], 16))
    if said.isdigit():
        return chr(int(said, 8) & 255)
    return _CONTROLS.get(said, said)
