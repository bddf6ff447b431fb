"""LimitRange (v1)."""

from __future__ import annotations

from ...base.objects import Obj
from .base import Kind
from .columns import CREATED_AT, NAME
from .filling import change, change_each


def _default(obj: Obj) -> Obj:
    return change(obj, "spec", lambda spec: change_each(spec, "limits", _default_item))


def _default_item(item: Obj) -> Obj:
    """A container's default limit is its maximum; its default request that, or its minimum."""
    if item.get("type") != "Container":
        return item
    limits = {**(item.get("max") or {}), **(item.get("default") or {})}
    requests = {**(item.get("min") or {}), **limits, **(item.get("defaultRequest") or {})}
    filled = {**item, "default": limits, "defaultRequest": requests}
    return {name: value for name, value in filled.items() if value or name not in _DEFAULTS}


_DEFAULTS = ("default", "defaultRequest")

KIND = Kind(
    "LimitRange",
    "limitranges",
    short_names=("limits",),
    default=_default,
    columns=(NAME, CREATED_AT),
)
