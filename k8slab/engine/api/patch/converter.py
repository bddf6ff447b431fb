"""What Go's converter says of a strategic merge patch that breaks a type (runtime/converter.go).

A strategic patch is put together as maps and read field by field, with words of its own.
"""

from __future__ import annotations

from typing import Any

from ..decode import DecodeError, read_scalar
from ..schema import Type

_KINDS = {bool: "bool", int: "int64", float: "float64", str: "string", list: "slice", dict: "map"}
_RESTORED = {"struct": "struct from:", "list": "slice from", "map": "map from"}


def conversion_fault(value: Any, kind: Type) -> str:
    """The first thing in a value that is not of its type, or ""."""
    if value is None or kind.form == "any":
        return ""
    match kind.form:
        case "struct" | "list" | "map":
            wanted = list if kind.form == "list" else dict
            if not isinstance(value, wanted):
                return f"cannot restore {_RESTORED[kind.form]} {_named(value)}"
            return _inside(value, kind)
        case "string" | "bool" | "int32" | "int64" | "float64":
            return _plain(value, kind)
        case "bytes" if not isinstance(value, str):
            return f"cannot restore slice from {_named(value)}"
        case _:
            try:
                read_scalar(value, kind)
            except DecodeError as error:
                return str(error)
            return ""


def _inside(value: Any, kind: Type) -> str:
    if isinstance(value, list):
        children = [(it, kind.item) for it in value]
    elif kind.form == "map":
        children = [(it, kind.item) for it in value.values()]
    else:
        children = [(value[name], of) for name, of in kind.fields.items() if name in value]
    faults = (conversion_fault(it, of) for it, of in children if of is not None)
    return next((fault for fault in faults if fault), "")


def _plain(value: Any, kind: Type) -> str:
    found, form = _named(value), kind.form
    whole = isinstance(value, float) and value.is_integer()
    numbers = form in ("int32", "int64", "float64")
    fits = found == form or (numbers and (found == "int64" or whole or form == found))
    if fits:
        return ""
    if (form == "string" and found == "int64") or (numbers and found == "float64"):
        return f"cannot convert {found} to {kind.name}"
    return f"unrecognized type: {form}"


def _named(value: Any) -> str:
    """Go's kind of a JSON value."""
    return next((name for kind, name in _KINDS.items() if isinstance(value, kind)), "invalid")
