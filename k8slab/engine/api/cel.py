"""CEL as the API server has it: the language, the functions of Kubernetes, bounded time.

The library's regular expressions are linear; how long a loop may take is bounded by the caller
(``loops``). Optional fields (``.?``) are not there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Any

from ..base.objects import Obj
from ..base.quantity import milli_value

FAILURES = (ValueError, RuntimeError, TypeError, KeyError, IndexError, ZeroDivisionError)
_LOOP = re.compile(r"\.(all|exists|exists_one|map|filter)\s*\(")
_PARSE_ERROR = re.compile(r"^Failed to parse expression '.*?': (?=ERROR)", re.DOTALL)


def evaluate(expression: str, variables: Obj) -> Any:
    """The value of an expression; one of FAILURES where it has none."""
    import cel  # here, because it takes longer to import than the rest of the engine

    return _compiled(expression).execute(cel.Context(variables=variables, functions=FUNCTIONS))


@lru_cache(maxsize=512)
def _compiled(expression: str) -> Any:
    import cel

    return cel.compile(expression)


def fault_of(expression: str) -> str:
    """Why an expression can't be compiled, as the compiler lays it out, or ""."""
    try:
        _compiled(expression)
    except FAILURES as error:
        return _PARSE_ERROR.sub("", str(error)).replace("\n| ", "\n | ")
    return ""


def loops(expression: str) -> int:
    """How often an expression's loops may nest."""
    return len(_LOOP.findall(expression))


def why(error: Exception) -> str:
    """What went wrong in an evaluation, in cel-go's words."""
    match error:
        case KeyError():
            return f"no such key: {error.args[0]}"
        case ZeroDivisionError():
            return "division by zero"
        case TypeError():
            return "no such overload"
        case _:
            return str(error)


def _format(template: str, values: list[Any]) -> str:
    """``"%s is %d".format([...])``: %s, %d, %f, %e, %x, %b and %%."""
    left = iter(values)
    return re.sub(r"%(?:%|[\d.]*[sdfexb])", lambda it: _formatted(it[0], left), template)


def _formatted(verb: str, values: Any) -> str:
    if verb == "%%":
        return "%"
    value = next(values, "")
    if verb == "%s":
        return _text(value)
    return format(value, "b") if verb == "%b" else verb % value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    return str(value)


def _is_quantity(text: str) -> bool:
    try:
        milli_value(text)
    except ValueError:
        return False
    return True


def _substring(text: str, start: int, end: int | None = None) -> str:
    return text[start : len(text) if end is None else end]


def _compare(one: Any, other: Any) -> int:
    return int(one > other) - int(one < other)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "lowerAscii": lambda text: text.lower(),
    "upperAscii": lambda text: text.upper(),
    "trim": lambda text: text.strip(),
    "split": lambda text, by, most=-1: text.split(by, most - 1 if most > 0 else -1),
    "join": lambda items, by="": by.join(items),
    "replace": lambda text, old, new, most=-1: text.replace(old, new, most),
    "substring": _substring,
    "indexOf": lambda where, what: where.find(what) if isinstance(where, str)
    else next((at for at, it in enumerate(where) if it == what), -1),
    "lastIndexOf": lambda text, what: text.rfind(what),
    "charAt": lambda text, at: text[at : at + 1],
    "format": _format,
    "sum": sum,
    "min": lambda *items: min(items[0] if len(items) == 1 else items),
    "max": lambda *items: max(items[0] if len(items) == 1 else items),
    "isSorted": lambda items: all(a <= b for a, b in pairwise(items)),
    "quantity": milli_value,
    "isQuantity": _is_quantity,
    "isGreaterThan": lambda one, other: one > other,
    "isLessThan": lambda one, other: one < other,
    "compareTo": _compare,
    "asInteger": lambda milli: milli // 1000,
    "asApproximateFloat": lambda milli: milli / 1000,
    "add": lambda one, other: one + other,
    "sub": lambda one, other: one - other,
}  # fmt: skip
"""Kubernetes' own functions beside CEL's (a quantity is a number of thousandths)."""
