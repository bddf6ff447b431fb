"""Quantities of resources (apimachinery api/resource): ``500m``, ``1.5Gi``, ``2e3``."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

PATTERN = "^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$"
FORMAT_ERROR = f"quantities must match the regular expression '{PATTERN}'"

_NUMBER = re.compile(r"([+-]?)(\d+\.?\d*|\.\d+)(.*)", re.DOTALL)
_EXPONENT = re.compile(r"[eE]([+-]?\d{1,3})")
_LENGTH_MAX = 64
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_SUFFIXES = [(power, suffix) for suffix, power in sorted(_DECIMAL.items(), key=lambda it: -it[1])]


@lru_cache(maxsize=4096)
def parse_quantity(text: str) -> Fraction:
    """The exact value of a quantity; ValueError, in the server's words, where it is none."""
    match = _NUMBER.fullmatch(text) if len(text) <= _LENGTH_MAX else None
    if match is None:
        raise ValueError(FORMAT_ERROR)
    sign, digits, suffix = match.groups()
    value = Fraction(digits if digits[-1] != "." else digits[:-1]) * _scale(suffix)
    return -value if sign == "-" else value


def _scale(suffix: str) -> Fraction:
    if suffix in _BINARY:
        return Fraction(1 << _BINARY[suffix])
    if suffix in _DECIMAL:
        return Fraction(10) ** _DECIMAL[suffix]
    exponent = _EXPONENT.fullmatch(suffix)
    if exponent is None:
        raise ValueError(FORMAT_ERROR)
    return Fraction(10) ** int(exponent[1])


@lru_cache(maxsize=4096)
def canonical(text: str) -> str:
    """The canonical form that the API prints: ``1500m`` for ``1.5``, ``1Gi`` for ``1024Mi``."""
    value = parse_quantity(text)
    suffix = _NUMBER.fullmatch(text)[3]  # type: ignore[index]
    if suffix in _BINARY and (value.denominator != 1 or abs(value) < 1024):
        return _decimal(value) if value.denominator != 1 else str(value.numerator)
    if suffix in _BINARY:
        return _binary(value.numerator)
    if suffix[:1] in ("e", "E") and suffix not in _DECIMAL:
        return _exponent(value)
    return _decimal(value)


def stored(text: str) -> str:
    """The canonical form, rounded up to thousandths as the API stores it: ``2m`` for ``1.5m``."""
    milli = parse_quantity(text) * 1000
    return canonical(text) if milli.denominator == 1 else format_milli(_ceil(milli))


def milli_value(text: str) -> int:
    """Thousandths, rounded up (Quantity.MilliValue): CPU in millicores."""
    return _ceil(parse_quantity(text) * 1000)


def whole_value(text: str) -> int:
    """Units, rounded up (Quantity.Value): memory in bytes."""
    return _ceil(parse_quantity(text))


def format_milli(milli: int) -> str:
    """The canonical decimal form of a number of thousandths."""
    return _decimal(Fraction(milli, 1000))


def format_bytes(count: int) -> str:
    """The canonical binary form of a number of bytes."""
    return str(count) if abs(count) < 1024 else _binary(count)


def _ceil(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


def _nano(value: Fraction) -> int:
    """In units of 1e-9, rounded away from zero: nothing finer is kept."""
    scaled = value * 10**9
    return -_ceil(-scaled) if scaled < 0 else _ceil(scaled)


def _binary(value: int) -> str:
    suffix = ""
    for name, power in _BINARY.items():
        if value % (1 << power):
            break
        suffix, factor = name, 1 << power
    return f"{value // factor}{suffix}" if suffix else str(value)


def _trailing(value: Fraction) -> tuple[int, int]:
    """(digits, power): value = digits * 10**power, power a multiple of 3 and as large as can be."""
    digits, power = _nano(value), -9
    while digits and digits % 1000 == 0:
        digits, power = digits // 1000, power + 3
    return digits, power


def _decimal(value: Fraction) -> str:
    digits, power = _trailing(value)
    if not digits:
        return "0"
    for limit, suffix in _SUFFIXES:
        if power >= limit:
            return f"{digits * 10 ** (power - limit)}{suffix}"
    raise AssertionError(power)


def _exponent(value: Fraction) -> str:
    digits, power = _trailing(value)
    return f"{digits}e{power}" if digits and power else str(digits)
