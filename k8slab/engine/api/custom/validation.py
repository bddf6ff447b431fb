"""Validation of custom resources by their schema, in the server's words (go-openapi validate)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ...base.objects import Obj
from ..errors import FieldError
from ..kinds.faults import Faults, invalid, required, shown
from .rules import matches_pattern

_POWER_MIN = 6
BLOCKING = ("FieldValueRequired", "FieldValueNotSupported", "FieldValueTooLong",
            "FieldValueTooMany", "FieldValueTypeInvalid")  # fmt: skip
"""The faults after which rules are not looked at."""


def validate(value: Any, schema: Obj, path: str = "") -> Faults:
    """Every fault of a value."""
    if value is None and schema.get("nullable"):
        return []
    wrong = _wrong_type(value, schema)
    faults: Faults = []
    if wrong:
        why = f'{path} in body must be of type {schema["type"]}: "{wrong}"'
        faults.append(FieldError(path, "FieldValueTypeInvalid", f'Invalid value: "{wrong}": {why}'))
    elif isinstance(value, str):
        faults += _text(value, schema, path)
    elif isinstance(value, list):
        faults += _list(value, schema, path)
    elif isinstance(value, dict):
        faults += _object(value, schema, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        faults += _number(value, schema, path)
    if "enum" in schema and value not in schema["enum"]:
        allowed = ", ".join(map(shown, schema["enum"]))
        message = f"Unsupported value: {shown(value)}: supported values: {allowed}"
        faults.append(FieldError(path, "FieldValueNotSupported", message))
    return faults


def _wrong_type(value: Any, schema: Obj) -> str:
    """What a value is, where it is not what its schema wants."""
    if schema.get("x-kubernetes-int-or-string"):
        return "" if isinstance(value, int | str) else _named(value)
    wanted, found = schema.get("type"), _named(value)
    if not wanted or wanted == found or (wanted == "number" and found == "integer"):
        return ""
    return found


def _named(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    return "null" if value is None else names.get(type(value), "object")


def _text(value: str, schema: Obj, path: str) -> Iterator[FieldError]:
    longest = schema.get("maxLength")
    if longest is not None and len(value) > longest:
        message = f"Too long: may not be more than {longest} bytes"
        yield FieldError(path, "FieldValueTooLong", message)
        return
    shortest = schema.get("minLength")
    if shortest is not None and len(value) < shortest:
        yield invalid(path, value, f"{path} in body should be at least {shortest} chars long")
    pattern = schema.get("pattern")
    if pattern and not matches_pattern(pattern, value):
        yield invalid(path, value, f"{path} in body should match '{pattern}'")


def _number(value: float, schema: Obj, path: str) -> Iterator[FieldError]:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and (value < low or (schema.get("exclusiveMinimum") and value == low)):
        than = "greater than" if schema.get("exclusiveMinimum") else "greater than or equal to"
        yield invalid(path, value, f"{path} in body should be {than} {_go(low)}")
    if high is not None and (value > high or (schema.get("exclusiveMaximum") and value == high)):
        than = "less than" if schema.get("exclusiveMaximum") else "less than or equal to"
        yield invalid(path, value, f"{path} in body should be {than} {_go(high)}")
    factor = schema.get("multipleOf")
    if factor and value % factor:
        yield invalid(path, value, f"{path} in body should be a multiple of {_go(factor)}")


def _go(number: float) -> str:
    """A float as Go prints it: a power of ten from a million on."""
    sign, digits, exponent = Decimal(repr(float(number))).normalize().as_tuple()
    power = len(digits) + int(exponent) - 1
    if -5 < power < _POWER_MIN or not any(digits):
        return format(Decimal(repr(float(number))).normalize(), "f")
    text = "".join(map(str, digits))
    fraction = f".{text[1:]}" if len(text) > 1 else ""
    return f"{'-' * sign}{text[0]}{fraction}e{'-' if power < 0 else '+'}{abs(power):02d}"


def _list(value: list[Any], schema: Obj, path: str) -> Iterator[FieldError]:
    most, least = schema.get("maxItems"), schema.get("minItems")
    if most is not None and len(value) > most:
        message = f"Too many: {len(value)}: must have at most {most} items"
        yield FieldError(path, "FieldValueTooMany", message)
    if least is not None and len(value) < least:
        yield invalid(path, len(value), f"{path} in body should have at least {least} items")
    keys = schema.get("x-kubernetes-list-map-keys")
    seen: list[Any] = []
    for index, item in enumerate(value):
        yield from validate(item, schema.get("items") or {}, f"{path}[{index}]")
        told = {key: item.get(key) for key in keys} if keys and isinstance(item, dict) else item
        if schema.get("x-kubernetes-list-type") in ("set", "map") and told in seen:
            message = f"Duplicate value: {shown(told)}"
            yield FieldError(f"{path}[{index}]", "FieldValueDuplicate", message)
        seen.append(told)


def _object(value: Obj, schema: Obj, path: str) -> Iterator[FieldError]:
    for name in schema.get("required") or ():
        if name not in value:
            yield required(f"{path}.{name}" if path else name)
    properties = schema.get("properties") or {}
    values = schema.get("additionalProperties")
    for name in sorted(value):
        inside = f"{path}.{name}" if path else name
        if name in properties:
            yield from validate(value[name], properties[name], inside)
        elif isinstance(values, dict):
            yield from validate(value[name], values, inside)
