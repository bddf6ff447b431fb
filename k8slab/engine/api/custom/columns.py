"""Printer columns of a definition: a JSONPath each (apiextensions tableconvertor, 1.36)."""

from __future__ import annotations

import re
from typing import Any

from ...base.objects import Obj
from ..kinds.base import Column
from ..kinds.columns import AGE, NAME, age

_STEP = re.compile(
    r"""\.?(?:(?P<name>[A-Za-z0-9_\-\\.]+?)(?=[.\[]|$)|\[(?P<index>-?\d+)\]|\[(?P<all>\*)\]
    |\['(?P<quoted>[^']+)'\]|\[\?\(@\.(?P<field>[\w.]+)\s*==\s*["'](?P<value>[^"']*)["']\)\])""",
    re.VERBOSE,
)
_STEPS_MAX = 32


def columns_of(version: Obj) -> tuple[Column, ...]:
    """NAME, then what the version asks for; NAME and AGE where it asks for nothing."""
    asked = version.get("additionalPrinterColumns") or ()
    return (NAME, *map(_column, asked)) if asked else (NAME, AGE)


def _column(asked: Obj) -> Column:
    path, form = asked["jsonPath"], asked["type"]

    def value(obj: Obj, now_unix_ms: int) -> Any:
        found = values_at(obj, path)
        if not found:
            return None
        if form == "date":
            return age(str(found[0]), now_unix_ms)
        return ",".join(map(_text, found)) if form == "string" else found[0]

    wide = (asked.get("priority") or 0) > 0
    return Column(asked["name"], value, form, asked.get("format", ""), wide)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def values_at(obj: Any, path: str) -> list[Any]:
    """What lies at a simple JSONPath (``.spec.size``, ``.a[?(@.type=="Ready")].status``)."""
    found, at = [obj], 0
    for _ in range(_STEPS_MAX):
        if at >= len(path) or not found:
            break
        step = _STEP.match(path, at)
        if step is None:
            return []
        at = step.end()
        found = [child for value in found for child in _children(value, step)]
    return [value for value in found if value is not None]


def _children(value: Any, step: re.Match[str]) -> list[Any]:
    name = step["name"] or step["quoted"]
    if name is not None:
        return [value[name]] if isinstance(value, dict) and name in value else []
    if not isinstance(value, list):
        return []
    if step["all"]:
        return value
    if step["index"] is not None:
        index = int(step["index"])
        return [value[index]] if -len(value) <= index < len(value) else []
    field = step["field"]
    return [it for it in value if [str(x) for x in values_at(it, f".{field}")] == [step["value"]]]
