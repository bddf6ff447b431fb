"""Values as Go prints them."""

from __future__ import annotations

import re
from typing import Any

from .json_text import to_compact_json


def text_of(value: Any) -> str:
    """A value as a jsonpath template prints it: scalars plain, the rest as JSON."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int():
            return str(value)
        case float():
            return go_float(value)
        case _:
            return to_compact_json(_whole(value))


def _whole(value: Any) -> Any:
    """The same with 1 for 1.0, as Go's encoder writes it."""
    match value:
        case dict():
            return {name: _whole(item) for name, item in value.items()}
        case list():
            return [_whole(item) for item in value]
        case float() if value.is_integer() and abs(value) < 1e21:
            return int(value)
    return value


def go_float(value: float) -> str:
    """The shortest text of a float, with an exponent only where it is very large or small.

    >>> go_float(1.0), go_float(2.5), go_float(1e21), go_float(0.00001)
    ('1', '2.5', '1e+21', '1e-05')
    """
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return repr(value)


def go_value(value: Any) -> str:
    """A value as Go's ``%v`` prints it: ``map[app:web]``, ``[a b]``, ``<nil>``."""
    match value:
        case None:
            return "<nil>"
        case dict():
            return f"map[{' '.join(f'{name}:{go_value(value[name])}' for name in sorted(value))}]"
        case list():
            return f"[{' '.join(go_value(item) for item in value)}]"
        case _:
            return text_of(value)


def go_text(value: Any) -> str:
    """A value as Go's ``%#v`` prints it: ``map[string]interface {}{"a":"b"}``."""
    match value:
        case None:
            return "interface {}(nil)"
        case dict():
            inside = ", ".join(f'"{name}":{go_text(value[name])}' for name in sorted(value))
            return "map[string]interface {}{" + inside + "}"
        case list():
            return "[]interface {}{" + ", ".join(go_text(item) for item in value) + "}"
        case str():
            return '"' + re.sub(r'(["\\])', r"\\\1", value).replace("\n", "\\n") + '"'
        case _:
            return text_of(value)
