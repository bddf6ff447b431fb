"""The functions of Go templates, kubectl's own among them, and how a value is printed."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

MAX_TEXT = 1 << 20
_VERB = re.compile(r"%([-+# 0]*)(\d{0,3})(?:\.(\d{1,3}))?([a-zA-Z%])")


class TemplateFault(Exception):
    """A function's refusal."""


def truth(value: Any) -> bool:
    """Whether a value counts as true: not zero, not empty, not nil."""
    return bool(value)


def printed(value: Any) -> str:
    """A value as an action prints it."""
    return "<no value>" if value is None else text_of(value)


def text_of(value: Any) -> str:
    """A value as ``%v`` prints it."""
    match value:
        case None:
            return "<nil>"
        case bool():
            return str(value).lower()
        case dict():
            return f"map[{' '.join(f'{name}:{text_of(value[name])}' for name in sorted(value))}]"
        case list():
            return f"[{' '.join(map(text_of, value))}]"
        case float() if value.is_integer() and abs(value) < 1e21:
            return str(int(value))
    return str(value)


def _length(value: Any) -> int:
    if not isinstance(value, str | list | dict):
        raise TemplateFault(f"len of type {_kind(value)}")
    return len(value.encode()) if isinstance(value, str) else len(value)


def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        match value:
            case None:
                raise TemplateFault("index of untyped nil")
            case dict():
                if not isinstance(key, str):
                    raise TemplateFault(f"value has type {_kind(key)}; should be string")
                value = value.get(key)
            case list():
                if not isinstance(key, int) or isinstance(key, bool):
                    raise TemplateFault(f"cannot index slice/array with type {_kind(key)}")
                if not 0 <= key < len(value):
                    raise TemplateFault(f"index out of range: {key}")
                value = value[key]
            case _:
                raise TemplateFault(f"can't index item of type {_kind(value)}")
    return value


def _slice(value: Any, *bounds: Any) -> Any:
    if not isinstance(value, str | list):
        raise TemplateFault(f"can't slice item of type {_kind(value)}")
    low, high = [*bounds, None, None][:2]
    high = len(value) if high is None else high
    if not 0 <= (low or 0) <= high <= len(value):
        raise TemplateFault(f"index out of range: {high}")
    return value[low or 0 : high]


def _exists(value: Any, *keys: Any) -> bool:
    try:
        return _index(value, *keys) is not None
    except TemplateFault:
        return False


def _decoded(value: Any) -> str:
    try:
        return base64.b64decode(str(value), validate=True).decode()
    except (binascii.Error, ValueError):
        raise TemplateFault("illegal base64 data at input byte 0") from None


def _printf(form: Any, *values: Any) -> str:
    if not isinstance(form, str):
        raise TemplateFault(f"wrong type for value; expected string; got {_kind(form)}")
    rest = list(values)

    def part(match: re.Match[str]) -> str:
        flags, width, precision, verb = match.groups()
        if verb == "%":
            return "%"
        if not rest:
            return f"%!{verb}(MISSING)"
        return _padded(_formatted(verb, rest.pop(0), precision), flags, int(width or 0))

    text = _VERB.sub(part, form)
    if rest:
        extra = ", ".join(f"{_kind(value)}={text_of(value)}" for value in rest)
        text += f"%!(EXTRA {extra})"
    return text[:MAX_TEXT]


def _formatted(verb: str, value: Any, precision: str | None) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if verb in "vs" and (verb == "v" or isinstance(value, str | list | dict)):
        text = text_of(value)
        return text[: int(precision)] if precision else text
    if verb == "q" and isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if verb == "d" and number and float(value).is_integer():
        return str(int(value))
    if verb in "xX" and isinstance(value, int):
        return f"{value:{verb}}"
    if verb in "feg" and isinstance(value, float):
        return f"{value:.{precision or 6}{verb}}"
    if verb == "t" and isinstance(value, bool):
        return text_of(value)
    if verb == "T":
        return _kind(value)
    return f"%!{verb}({_kind(value)}={text_of(value)})"


def _padded(text: str, flags: str, width: int) -> str:
    if "-" in flags:
        return text.ljust(width)
    if "0" in flags and text.lstrip("-").isdigit():
        return text.zfill(width)
    return text.rjust(width)


def _kind(value: Any) -> str:
    kinds = {str: "string", bool: "bool", int: "int64", float: "float64", type(None): "<nil>"}
    if isinstance(value, dict):
        return "map[string]interface {}"
    return kinds.get(type(value), "[]interface {}")


def _js(text: str) -> str:
    """Text for a JavaScript string (template.JSEscape)."""
    escaped = json.dumps(text, ensure_ascii=False)[1:-1].replace("'", "\\'")
    return re.sub(r"[<>&=]", lambda match: f"\\u{ord(match[0]):04X}", escaped)


def _comparable(left: Any, right: Any) -> None:
    numbers = (int, float)
    both_numbers = isinstance(left, numbers) and isinstance(right, numbers)
    alike = isinstance(left, bool) == isinstance(right, bool)
    if left is None or right is None:
        return
    if both_numbers and alike and isinstance(left, float) == isinstance(right, float):
        return
    if type(left) is not type(right):
        raise TemplateFault("incompatible types for comparison")
    if isinstance(left, dict | list):
        raise TemplateFault(f"non-comparable type {text_of(left)}: {_kind(left)}")


def _equal(left: Any, *others: Any) -> bool:
    if not others:
        raise TemplateFault("missing argument for comparison")
    for right in others:
        _comparable(left, right)
    return any(left == right for right in others)


def _ordered(left: Any, right: Any) -> bool:
    _comparable(left, right)
    if left is None or right is None or isinstance(left, bool):
        raise TemplateFault("invalid type for comparison")
    return bool(left < right)


def _print(*values: Any) -> str:
    """Go's Sprint: a space between two values of which neither is a string."""
    parts: list[str] = []
    for at, value in enumerate(values):
        if at and not isinstance(value, str) and not isinstance(values[at - 1], str):
            parts.append(" ")
        parts.append(text_of(value))
    return "".join(parts)[:MAX_TEXT]


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "and": lambda *values: values[-1],
    "or": lambda *values: values[-1],
    "not": lambda value: not truth(value),
    "len": _length,
    "index": _index,
    "slice": _slice,
    "print": _print,
    "println": lambda *values: " ".join(map(text_of, values))[:MAX_TEXT] + "\n",
    "printf": _printf,
    "html": lambda *values: html.escape(_print(*values)),
    "js": lambda *values: _js(_print(*values)),
    "urlquery": lambda *values: quote_plus(_print(*values)),
    "eq": _equal,
    "ne": lambda left, right: not _equal(left, right),
    "lt": _ordered,
    "gt": lambda left, right: _ordered(right, left),
    "le": lambda left, right: not _ordered(right, left),
    "ge": lambda left, right: not _ordered(left, right),
    "exists": _exists,
    "base64decode": _decoded,
}
