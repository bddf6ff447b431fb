"""Go templates, read: text and actions, pipelines of commands, blocks within blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .gofuncs import FUNCTIONS

MAX_DEPTH = 50
_KEYWORDS = ("if", "range", "with", "else", "end", "break", "continue")
_REFUSED = ("define", "template", "block")
_ACTION = re.compile(r"\{\{(-(?=\s))?\s*(/\*.*?\*/\s*)?", re.DOTALL)
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`)
    | (?P<char>'(?:[^'\\\n]|\\.)')
    | (?P<number>[-+]?[0-9]+(?:\.[0-9]+)?)
    | (?P<variable>\$\w*)
    | (?P<field>(?:\.\w+)+)
    | (?P<dot>\.)
    | (?P<name>[A-Za-z_]\w*)
    | (?P<sign>:=|=|\||\(|\)|,)
    )""",
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


class TemplateError(ValueError):
    """A template that cannot be parsed (``parsing``) or executed; ``str()`` is Go's text."""

    def __init__(self, text: str, *, parsing: bool = False) -> None:
        super().__init__(text)
        self.parsing = parsing


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


@dataclass(slots=True)
class Node:
    """Text, an action's pipeline, or a block (if, range, with) with its bodies."""

    kind: str
    text: str = ""
    pipe: list[list[Any]] = field(default_factory=list)
    variables: tuple[str, ...] = ()
    declares: bool = True
    body: list[Node] = field(default_factory=list)
    other: list[Node] = field(default_factory=list)


class Parser:
    """Reads a template; ``nodes()`` is what it is made of. TemplateError where it is none."""

    def __init__(self, text: str) -> None:
        self.pieces = list(_pieces(text))
        self.at = 0
        self.depth = 0
        self.ranges = 0

    def nodes(self) -> list[Node]:
        """All of it."""
        found, ended = self._list()
        if ended:
            raise _wrong(f"unexpected {{{{{ended[0]}}}}}")
        return found

    def _list(self) -> tuple[list[Node], list[str]]:
        """The nodes up to an ``end`` or ``else``, and that action's words."""
        found: list[Node] = []
        while self.at < len(self.pieces):
            is_action, text = self.pieces[self.at]
            self.at += 1
            if not is_action:
                found.append(Node("text", text))
                continue
            word = re.match(r"\w*", text)
            head = word[0] if word else ""
            if head in ("end", "else"):
                return found, [head, text[len(head) :].strip()]
            found.append(self._action(head, text))
        return found, []

    def _action(self, head: str, text: str) -> Node:
        if head in _REFUSED:
            raise _wrong(f"{{{{{head}}}}} is not read here")
        if head in ("break", "continue"):
            if not self.ranges:
                raise _wrong(f"{{{{{head}}}}} outside {{{{range}}}}")
            return Node(head)
        if head not in _KEYWORDS:
            return _pipeline(Node("action"), text)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _wrong("exceeded max depth")
        node = _pipeline(Node(head), text[len(head) :])
        if not node.pipe:
            raise _wrong(f"missing value for {head}")
        self.ranges += head == "range"
        node.body, ended = self._list()
        self.ranges -= head == "range"
        if ended and ended[0] == "else":
            node.other = self._else(ended[1])
        elif not ended:
            raise _wrong("unexpected EOF")
        self.depth -= 1
        return node

    def _else(self, rest: str) -> list[Node]:
        head = rest.partition(" ")[0]
        if head in ("if", "with"):
            return [self._action(head, rest)]
        if rest:
            raise _wrong(f"unexpected {rest!r} in else")
        other, ended = self._list()
        if not ended or ended[0] != "end":
            raise _wrong("unexpected EOF" if not ended else "expected end; found {{else}}")
        return other


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """(False, text) and (True, an action's inside), with ``{{-`` and ``-}}`` carried out."""
    at, trims = 0, False
    while (start := text.find("{{", at)) >= 0:
        opening = _ACTION.match(text, start)
        assert opening is not None
        before = text[at:start]
        before = before.lstrip() if trims else before
        yield False, before.rstrip() if opening[1] else before
        end = _closing(text, opening.end())
        inside = text[opening.end() : end]
        trims = bool(re.search(r"\s-$", inside)) or bool(opening[2] and inside == "-")
        inside = inside[:-1].strip() if trims else inside.strip()
        if inside or not opening[2]:
            yield True, inside
        at = end + 2
    rest = text[at:]
    yield False, rest.lstrip() if trims else rest


def _closing(text: str, at: int) -> int:
    """Where an action's ``}}`` stands, outside of its strings."""
    for match in re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|`[^`]*`|\}\}").finditer(text, at):
        if match[0] == "}}":
            return match.start()
    raise _wrong("unclosed action", line=text.count("\n") + 1)


def _wrong(why: str, line: int = 1) -> TemplateError:
    return TemplateError(f"template: output:{line}: {why}", parsing=True)


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.end() == at:
            character = text[at:].lstrip()[:1]
            raise _wrong(f"unexpected {character!r} in command".replace("'", '"'))
        spaced = match[0][:1].isspace() or at == 0
        kind = str(match.lastgroup)
        after = found[-1] if found and not spaced else None
        if kind == "field" and after and (after.text == ")" or after.kind == "variable"):
            kind = "chain"
        found.append(_Token(kind, match[kind if kind != "chain" else "field"]))
        at = match.end()
    return found


def _pipeline(node: Node, text: str) -> Node:
    """The variables that an action sets, and its commands."""
    tokens = _tokens(text)
    sign = next((at for at, it in enumerate(tokens[:4]) if it.text in (":=", "=")), None)
    if sign is not None:
        names = [it.text for it in tokens[:sign] if it.kind == "variable"]
        node.variables, node.declares = tuple(names), tokens[sign].text == ":="
        tokens = tokens[sign + 1 :]
    if node.kind == "action" and not tokens:
        raise _wrong("missing value for command")
    reader = _Commands(tokens)
    node.pipe = reader.pipe()
    if reader.at < len(tokens):
        raise _wrong(f'unexpected "{tokens[reader.at].text}" in command')
    return node


class _Commands:
    """Reads commands joined by ``|``: each a list of operands, the first maybe a function."""

    def __init__(self, tokens: Sequence[_Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    def pipe(self) -> list[list[Any]]:
        commands: list[list[Any]] = [[]]
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.text == ")" and token.kind == "sign":
                break
            self.at += 1
            if token.kind == "sign" and token.text == "|":
                if not commands[-1]:
                    raise _wrong("missing value for command")
                commands.append([])
                continue
            commands[-1].append(self._operand(token))
        if not commands[-1] and (len(commands) > 1 or self.depth):
            raise _wrong("missing value for command")
        return commands if commands[0] else []

    def _operand(self, token: _Token) -> tuple[str, Any, str]:
        """(kind, value, the chain of fields after it)."""
        kind, value = token.kind, self._value(token)
        chain = ""
        while self.at < len(self.tokens) and self.tokens[self.at].kind == "chain":
            chain += self.tokens[self.at].text
            self.at += 1
        return (kind if token.text != "(" else "pipe"), value, chain

    def _value(self, token: _Token) -> Any:
        match token.kind:
            case "string":
                return _unquoted(token.text)
            case "char":
                return ord(_unquoted(token.text)[:1] or "\0")
            case "number":
                return float(token.text) if "." in token.text else int(token.text[:30])
            case "name":
                return _known(token.text)
            case "sign" if token.text == "(":
                self.depth += 1
                if self.depth > MAX_DEPTH:
                    raise _wrong("exceeded max depth")
                inside = self.pipe()
                if self.at >= len(self.tokens) or not inside:
                    raise _wrong("unclosed left paren")
                self.at += 1
                self.depth -= 1
                return inside
            case "sign":
                raise _wrong(f'unexpected "{token.text}" in operand')
        return token.text


def _known(name: str) -> str:
    if name not in ("true", "false", "nil") and name not in FUNCTIONS:
        raise _wrong(f'function "{name}" not defined')
    return name


def _unquoted(text: str) -> str:
    if text[0] == "`":
        return text[1:-1]
    return re.sub(r"\\(.)", lambda it: _ESCAPES.get(it[1], it[1]), text[1:-1])
