"""Filling in of what an object does not say. Nothing is copied where nothing is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...base.objects import Obj


def fill(obj: Obj, defaults: Mapping[str, Any]) -> Obj:
    """``obj`` with the fields it lacks (pointers in Go: an explicit 0 or "" stays)."""
    missing = {name: value for name, value in defaults.items() if obj.get(name) is None}
    return {**obj, **missing} if missing else obj


def fill_zero(obj: Obj, defaults: Mapping[str, Any]) -> Obj:
    """``obj`` with the fields it lacks or has as "", 0 or false (no pointers in Go)."""
    missing = {name: value for name, value in defaults.items() if not obj.get(name)}
    return {**obj, **missing} if missing else obj


def change(obj: Obj, name: str, function: Callable[[Any], Any]) -> Obj:
    """``obj`` with the field ``name``, where it is, put through ``function``."""
    value = obj.get(name)
    if value is None:
        return obj
    new = function(value)
    return obj if new is value else {**obj, name: new}


def change_each(obj: Obj, name: str, function: Callable[[Any], Any]) -> Obj:
    """``obj`` with each item of the list ``name`` put through ``function``."""
    items = obj.get(name)
    if not items:
        return obj
    new = [function(item) for item in items]
    same = all(after is before for after, before in zip(new, items, strict=True))
    return obj if same else {**obj, name: new}
