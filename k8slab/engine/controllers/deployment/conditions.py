"""Conditions of a Deployment and when they count as changed (deployment_util.go, 1.36)."""

from __future__ import annotations

from ...base.conditions import find, without
from ...base.objects import Obj, Objs
from ...control import World

NO_DEADLINE_S = 2**31 - 1


def has_deadline(deployment: Obj) -> bool:
    """Whether progressDeadlineSeconds says anything (MaxInt32 means never)."""
    deadline_s: int = deployment["spec"].get("progressDeadlineSeconds", NO_DEADLINE_S)
    return deadline_s != NO_DEADLINE_S


def condition(world: World, type_: str, status: str, reason: str, message: str) -> Obj:
    """A new Deployment condition."""
    now = world.timestamp()
    return {
        "type": type_,
        "status": status,
        "lastUpdateTime": now,
        "lastTransitionTime": now,
        "reason": reason,
        "message": message,
    }


def with_condition(conditions: Objs, new: Obj) -> Objs:
    """The list with ``new`` at its end; unchanged where status and reason stand already."""
    current = find(conditions, new["type"])
    if current is not None and current["status"] == new["status"]:
        if current["reason"] == new["reason"]:
            return conditions
        new = {**new, "lastTransitionTime": current["lastTransitionTime"]}
    return [*without(conditions, new["type"]), new]
