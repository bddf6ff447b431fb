"""What a plain YAML scalar means, by goyaml.v2's rules (YAML 1.1 with Go's numbers)."""

from __future__ import annotations

import math
import re
from typing import Any, Final


class _Merge:
    """The key ``<<``."""


MERGE: Final = _Merge()

_WORDS: dict[str, Any] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "<<": MERGE,
}
for _true in ("y", "yes", "on", "true"):
    _WORDS |= {_true: True, _true.capitalize(): True, _true.upper(): True}
for _false in ("n", "no", "off", "false"):
    _WORDS |= {_false: False, _false.capitalize(): False, _false.upper(): False}

_INT = re.compile(r"[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[1-9][0-9]*|0)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_MAX_DIGITS = 64


def resolve(text: str) -> Any:
    """None, a bool, an int, a float or the text itself; MERGE for ``<<``.

    ValueError for what JSON can't hold (infinity, not a number).
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _SPECIAL.fullmatch(text):
        raise ValueError(f"json: unsupported value: {text}")
    plain = text.replace("_", "")
    if len(plain) > _MAX_DIGITS:
        return text
    if text[0] != "." and _INT.fullmatch(plain):
        number = _go_int(plain)
        if -(2**63) <= number < 2**64:
            return number
    if _FLOAT.fullmatch(plain):
        return _json_number(float(plain))
    return text


def _go_int(text: str) -> int:
    """strconv.ParseInt(text, 0, 64): a leading 0 means octal."""
    body = text.lstrip("+-")
    if len(body) > 1 and body[0] == "0" and body[1].isdigit():
        body = "0o" + body[1:]
    number = int(body, 0)
    return -number if text.startswith("-") else number


def _json_number(number: float) -> int | float | str:
    if math.isinf(number):
        raise ValueError("json: unsupported value: +Inf")
    return int(number) if number.is_integer() and abs(number) < 1e21 else number


def key_text(key: Any) -> str | None:
    """A mapping's key as JSON has it; None for what can't be one."""
    match key:
        case bool():
            return "true" if key else "false"
        case str():
            return key
        case int() | float():
            return str(key)
        case None:
            return "null"
        case _:
            return None
