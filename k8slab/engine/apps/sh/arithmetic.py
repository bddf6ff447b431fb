"""``$((...))``: whole numbers of 64 bits, by precedence climbing."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping

_TOKEN = re.compile(r"\s*(\d+|[A-Za-z_]\w*|\*\*|[<>=!]=|&&|\|\||<<|>>|[-+*/%()<>!~&|^?:])")
_LENGTH_MAX = 400


class ArithmeticFault(Exception):
    """An expression that can't be computed, in sh's words."""


def _divide(a: int, b: int) -> int:
    """Division towards zero, as in C."""
    if b == 0:
        raise ArithmeticFault("divide by zero")
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


_BINARY: dict[str, tuple[int, Callable[[int, int], int]]] = {
    "||": (1, lambda a, b: int(bool(a) or bool(b))),
    "&&": (2, lambda a, b: int(bool(a) and bool(b))),
    "|": (3, operator.or_),
    "^": (4, operator.xor),
    "&": (5, operator.and_),
    "==": (6, lambda a, b: int(a == b)),
    "!=": (6, lambda a, b: int(a != b)),
    "<": (7, lambda a, b: int(a < b)),
    "<=": (7, lambda a, b: int(a <= b)),
    ">": (7, lambda a, b: int(a > b)),
    ">=": (7, lambda a, b: int(a >= b)),
    "<<": (8, lambda a, b: a << (b & 63)),
    ">>": (8, lambda a, b: a >> (b & 63)),
    "+": (9, operator.add),
    "-": (9, operator.sub),
    "*": (10, operator.mul),
    "/": (10, _divide),
    "%": (10, lambda a, b: a - b * _divide(a, b)),
}


def compute(text: str, variables: Mapping[str, str]) -> int:
    """The value of an expression; ArithmeticFault.

    >>> compute("i + 2 * 3", {"i": "1"})
    7
    """
    if len(text) > _LENGTH_MAX:
        raise ArithmeticFault("expression too long")
    tokens, at = [], 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ArithmeticFault("arithmetic syntax error")
        tokens.append(match[1])
        at = match.end()
    found = _Expression([*tokens, ""], variables)
    value = found.binary(0) if tokens else 0
    if found.tokens[found.at]:
        raise ArithmeticFault("arithmetic syntax error")
    return value


class _Expression:
    def __init__(self, tokens: list[str], variables: Mapping[str, str]) -> None:
        self.tokens, self.at, self._variables = tokens, 0, variables

    def binary(self, least: int) -> int:
        left = self._unary()
        while (found := _BINARY.get(self.tokens[self.at])) and found[0] > least:
            self.at += 1
            left = _wrapped(found[1](left, self.binary(found[0])))
        return left

    def _unary(self) -> int:
        token = self.tokens[self.at]
        self.at += 1
        if token == "(":
            value = self.binary(0)
            if self.tokens[self.at] != ")":
                raise ArithmeticFault("arithmetic syntax error")
            self.at += 1
            return value
        if token in ("-", "+", "!", "~"):
            value = self._unary()
            return {"-": -value, "+": value, "!": int(not value), "~": ~value}[token]
        if token.isdigit():
            return _wrapped(int(token[:20]))
        if not token[:1].isalpha() and token[:1] != "_":
            raise ArithmeticFault("arithmetic syntax error")
        said = self._variables.get(token, "") or "0"
        if not re.fullmatch(r"-?\d{1,19}", said):
            raise ArithmeticFault(f"{said[:40]}: bad number")
        return _wrapped(int(said))


def _wrapped(value: int) -> int:
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)
