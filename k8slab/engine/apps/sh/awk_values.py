"""The values of awk: text that may be a number, numbers, and how the one becomes the other."""

from __future__ import annotations

import re

Value = str | float | int
_NUMBER = re.compile(r"\s*([-+]?(?:\d{1,300}(?:\.\d{0,300})?|\.\d{1,300})(?:[eE][-+]?\d{1,3})?)")


def number(value: Value) -> float:
    """A value as a number: what a text begins with, else 0."""
    if not isinstance(value, str):
        return value
    match = _NUMBER.match(value)
    return float(match[1]) if match else 0.0


def text_of(value: Value) -> str:
    """A value as text: whole numbers without a point, others with six figures."""
    if isinstance(value, str):
        return value
    if value == value and abs(value) < 1e16 and value == int(value):
        return str(int(value))
    return f"{value:.6g}"


def looks_numeric(value: Value) -> bool:
    """Whether a value is compared as a number."""
    if not isinstance(value, str):
        return True
    match = _NUMBER.match(value)
    return match is not None and not value[match.end() :].strip()


def truth(value: Value) -> bool:
    """Whether a pattern holds: a number that is not 0, a text that is not empty."""
    if isinstance(value, str):
        return bool(number(value)) if looks_numeric(value) else bool(value)
    return bool(value)


def order(one: Value, other: Value) -> int:
    """-1, 0 or 1: as numbers where both look it, else as texts."""
    if looks_numeric(one) and looks_numeric(other):
        a, b = number(one), number(other)
        return (a > b) - (a < b)
    left, right = text_of(one), text_of(other)
    return (left > right) - (left < right)


def formatted(form: str, values: list[Value]) -> str:
    """``printf``: %s %d %i %f %g %c %x %% with width and precision."""
    left = list(values)

    def one(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        value = left.pop(0) if left else ""
        sign = match[2]
        if sign == "s":
            return f"%{match[1]}s" % text_of(value)
        if sign == "c":
            return text_of(value)[:1]
        amount = number(value)
        return f"%{match[1]}{sign}" % (int(amount) if sign in "dix" else amount)

    return re.sub(r"%%|%(-?0?\d{0,3}(?:\.\d{1,2})?)([sdifgcx])", one, form)
