"""The faults of fields, in the API server's words (apimachinery util/validation/field)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from ..errors import FieldError

Faults = list[FieldError]

_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
NOT_NEGATIVE = "must be greater than or equal to 0"
IMMUTABLE = "field is immutable"


def shown(value: Any) -> str:
    """A value as Go prints it in a fault: strings quoted, structures as JSON, nothing as null."""
    text = orjson.dumps(value).decode()
    if isinstance(value, dict | list):
        for mark, escaped in _ESCAPED.items():
            text = text.replace(mark, escaped)
    return text


def required(path: str, why: str = "") -> FieldError:
    """``Required value[: why]``."""
    return FieldError(
        path, "FieldValueRequired", f"Required value: {why}" if why else "Required value"
    )


def invalid(path: str, value: Any, why: str) -> FieldError:
    """``Invalid value: "x"[: why]``."""
    told = f"Invalid value: {shown(value)}"
    return FieldError(path, "FieldValueInvalid", f"{told}: {why}" if why else told)


def omitted(path: str, why: str) -> FieldError:
    """``Invalid value: why``, where the value is not told."""
    return FieldError(path, "FieldValueInvalid", f"Invalid value: {why}")


def unsupported(path: str, value: Any, supported: Iterable[str]) -> FieldError:
    """``Unsupported value: "x": supported values: "A", "B"``, in the order given."""
    values = ", ".join(shown(value) for value in supported)
    message = f"Unsupported value: {shown(value)}: supported values: {values}"
    return FieldError(path, "FieldValueNotSupported", message)


def duplicate(path: str, value: Any) -> FieldError:
    """``Duplicate value: "x"``."""
    return FieldError(path, "FieldValueDuplicate", f"Duplicate value: {shown(value)}")


def forbidden(path: str, why: str) -> FieldError:
    """``Forbidden: why``."""
    return FieldError(path, "FieldValueForbidden", f"Forbidden: {why}")


def not_found(path: str, value: Any) -> FieldError:
    """``Not found: "x"``."""
    return FieldError(path, "FieldValueNotFound", f"Not found: {shown(value)}")


def too_long(path: str, limit: int) -> FieldError:
    """``Too long: may not be more than N bytes``."""
    return FieldError(path, "FieldValueTooLong", f"Too long: may not be more than {limit} bytes")


def too_many(path: str, count: int, limit: int) -> FieldError:
    """``Too many: 30: must have at most 20 items``."""
    message = f"Too many: {count}: must have at most {limit} items"
    return FieldError(path, "FieldValueTooMany", message)


def negative(path: str, value: int) -> Faults:
    """A fault where ``value`` is below zero."""
    return [invalid(path, value, NOT_NEGATIVE)] if value < 0 else []
