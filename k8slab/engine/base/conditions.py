"""Conditions of a status: lists of {type, status, reason, message, lastTransitionTime}."""

from __future__ import annotations

from .objects import Obj, Objs


def conditions_of(obj: Obj) -> Objs:
    """``status.conditions`` (empty where there are none)."""
    return (obj.get("status") or {}).get("conditions") or []


def condition_of(obj: Obj, type_: str) -> Obj | None:
    """The condition of that type, if there is one."""
    return find(conditions_of(obj), type_)


def find(conditions: Objs, type_: str) -> Obj | None:
    """The condition of that type in a list, if there is one."""
    for condition in conditions:
        if condition["type"] == type_:
            return condition
    return None


def without(conditions: Objs, type_: str) -> Objs:
    """The list without the condition of that type."""
    return [condition for condition in conditions if condition["type"] != type_]


def replaced(conditions: Objs, new: Obj) -> Objs:
    """The list with ``new`` at the place of its type, or at the end where there was none."""
    if find(conditions, new["type"]) is None:
        return [*conditions, new]
    return [new if condition["type"] == new["type"] else condition for condition in conditions]
