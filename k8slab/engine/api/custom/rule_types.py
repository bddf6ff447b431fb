"""CEL rules held against the schema they stand in: fields that are not there, and what comes out.

A part of cel-go's type checker: chains of fields from ``self`` and ``oldSelf``, names that nothing
declares, and the sides of a lone comparison. What it can't follow it lets through.
"""

from __future__ import annotations

import re
from typing import Any

from ...base.objects import Obj
from .rules import RULE_CHARACTERS_MAX, compile_fault

_TOKEN = re.compile(
    r"""(?P<text>[rRbB]{0,2}(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))|(?P<number>\d[\w.]*)"""
    r"""|(?P<name>[A-Za-z_]\w*)|(?P<mark>==|!=|<=|>=|&&|\|\||\S)""",
    re.DOTALL,
)
_COMPARED = ("==", "!=", "<", "<=", ">", ">=")
_KNOWN = frozenset(
    [
        *("true", "false", "null", "in", "self", "oldSelf", "type", "dyn", "optional"),
        *("bool", "bytes", "double", "int", "list", "map", "null_type", "string", "uint"),
        *("duration", "timestamp", "google", "math", "strings", "sets", "base64", "lists"),
        *("ip", "cidr", "url", "quantity", "format", "semver", "authorizer"),
    ]
)
_MACROS = ("all", "exists", "exists_one", "map", "filter", "bind", "transformList", "transformMap",
           "sortBy")  # fmt: skip
_ESCAPES = {"__dot__": ".", "__dash__": "-", "__slash__": "/", "__underscores__": "__"}
_RESERVED = frozenset(
    [
        *("true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "if"),
        *("function", "import", "let", "loop", "package", "namespace", "return"),
    ]
)
_NAMES = {"string": "string", "integer": "int", "number": "double", "boolean": "bool"}
_NUMBERS = ("int", "double", "uint")
_ROOT = {
    "apiVersion": {"type": "string"},
    "kind": {"type": "string"},
    "metadata": {
        "type": "object",
        "properties": {"name": {"type": "string"}, "generateName": {"type": "string"}},
    },
}


def fault_of_rule(rule: str, schema: Obj, *, root: bool = False) -> str:
    """Why a rule can't stand in a schema, or ""."""
    if len(rule) > RULE_CHARACTERS_MAX:
        return f"a rule may not have more than {RULE_CHARACTERS_MAX} characters"
    wrong, result = _checked(rule, schema, root)
    if wrong:
        return f"compilation failed: {wrong}"
    return "cel expression must evaluate to a bool" if result not in ("", "bool") else ""


def fault_of_message(expression: str, schema: Obj, *, root: bool = False) -> str:
    """Why a message's expression can't stand in a schema, or ""."""
    wrong, result = _checked(expression, schema, root)
    if wrong:
        return f"messageExpression compilation failed: {wrong}"
    return "messageExpression must evaluate to a string" if result not in ("", "string") else ""


def _checked(expression: str, schema: Obj, root: bool) -> tuple[str, str]:
    """What is wrong with an expression; and what comes out of it, where that is plain."""
    if fault := compile_fault(expression):
        return fault, ""
    if root:
        schema = {**schema, "properties": {**_ROOT, **(schema.get("properties") or {})}}
    tokens = list(_TOKEN.finditer(expression))
    walk = _Walk(expression, tokens, schema)
    faults = walk.faults()
    if faults:
        return "\n".join(faults), ""
    return walk.comparison()


class _Walk:
    """One look over the tokens of an expression."""

    def __init__(self, expression: str, tokens: list[re.Match[str]], schema: Obj) -> None:
        self.expression, self.tokens, self.schema = expression, tokens, schema

    def word(self, at: int) -> str:
        """A token, or "" beyond the ends."""
        return self.tokens[at][0] if 0 <= at < len(self.tokens) else ""

    def faults(self) -> list[str]:
        """The fields and names that are not there, in the order in which they stand."""
        own = self._own_names()
        found = []
        for at, token in enumerate(self.tokens):
            name, free = token["name"], self.word(at - 1) not in (".", "?")
            if not name or not free or (self.word(at + 1) == ":" and self.word(at - 1) in "{,"):
                continue
            if name in ("self", "oldSelf") and name not in own:
                _, _, wrong = self.chain(at)
                found += wrong
            elif name not in _KNOWN and name not in own and self.word(at + 1) not in ("(", "."):
                what = f"undeclared reference to '{name}' (in container '')"
                found.append(self._told(token.start(), what))
        return found

    def _own_names(self) -> set[str]:
        """The variables of loops."""
        found = set()
        for at in range(len(self.tokens)):
            if self.word(at) in _MACROS and self.word(at + 1) == "(":
                found |= {self.word(at + 2), self.word(at + 4)}
        return found

    def chain(self, at: int) -> tuple[int, Any, list[str]]:
        """Follow the fields from a token: where they end, the schema there (None where that can't
        be told), and what is wrong."""
        schema: Any = self.schema
        inside = at - 1 if self.word(at - 2) == "has" and self.word(at - 1) == "(" else -1
        while self.word(at + 1) == "." and self.tokens[at + 2 : at + 3]:
            if self.word(at + 3) == "(" or not self.tokens[at + 2]["name"]:
                return at, None, []
            name, known = self.word(at + 2), _fields(schema)
            if known is None:
                schema = (schema or {}).get("additionalProperties")
                schema = schema if isinstance(schema, dict) else None
            elif name not in known:
                last = self.word(at + 3) != "."
                mark = self.tokens[inside if inside >= 0 and last else at + 1].start()
                return at, None, [self._told(mark, f"undefined field '{name}'")]
            else:
                schema = known[name]
            at += 2
            if schema is None:
                return at, None, []
        return at, schema, []

    def comparison(self) -> tuple[str, str]:
        """Of an expression that is one value, or two compared: what is wrong, and what it is."""
        left, end = self._operand(0)
        if not left:
            return "", ""
        if end == len(self.tokens):
            return "", left
        operator = self.word(end)
        right, last = self._operand(end + 1)
        if operator not in _COMPARED or not right or last != len(self.tokens):
            return "", ""
        same = left == right or (
            left in _NUMBERS and right in _NUMBERS and operator not in _COMPARED[:2]
        )
        ordered = operator in _COMPARED[:2] or left in (*_NUMBERS, "string", "bool")
        if (same and ordered) or "null" in (left, right):
            return "", "bool"
        what = f"found no matching overload for '_{operator}_' applied to '({left}, {right})'"
        return self._told(self.tokens[end].start(), what), ""

    def _operand(self, at: int) -> tuple[str, int]:
        """The type of a plain value at a token, or "", and where what follows begins."""
        if not self.tokens[at : at + 1]:
            return "", at
        token = self.tokens[at]
        if token["text"]:
            return "string", at + 1
        if token["number"]:
            is_int = token[0].isdigit()
            return ("int" if is_int else ""), at + 1
        if token[0] in ("true", "false"):
            return "bool", at + 1
        if token[0] != "self":
            return "", at
        end, schema, _ = self.chain(at)
        if schema is None or self.word(end + 1) in (".", "[", "?"):
            return "", at
        kind = "" if schema.get("x-kubernetes-int-or-string") else schema.get("type") or ""
        return (
            "" if schema.get("nullable") or schema.get("format") else _NAMES.get(kind, "")
        ), end + 1

    def _told(self, offset: int, what: str) -> str:
        """An error as cel-go lays it out."""
        before = self.expression[:offset]
        line, column = before.count("\n") + 1, offset - (before.rfind("\n") + 1)
        text = self.expression.split("\n")[line - 1]
        return f"ERROR: <input>:{line}:{column + 1}: {what}\n | {text}\n | {'.' * column}^"


def _fields(schema: Any) -> Obj | None:
    """The fields of a schema under the names that CEL has for them; None where it names none."""
    if not isinstance(schema, dict) or schema.get("x-kubernetes-int-or-string"):
        return None
    if isinstance(schema.get("additionalProperties"), dict | bool):
        return None
    if schema.get("type") != "object" or schema.get("x-kubernetes-embedded-resource"):
        return None
    return {_escaped(name): child for name, child in (schema.get("properties") or {}).items()}


def _escaped(name: str) -> str:
    """A property's name as CEL has it (cel.Escape)."""
    if name in _RESERVED:
        return f"__{name}__"
    for escape, mark in reversed(_ESCAPES.items()):
        name = name.replace(mark, escape)
    return name
