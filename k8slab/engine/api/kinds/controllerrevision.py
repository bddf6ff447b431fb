"""ControllerRevision (apps/v1): a past or present state of a DaemonSet or StatefulSet."""

from __future__ import annotations

from ...base.objects import Obj, controller_of
from .base import Column, Kind
from .columns import AGE, NAME, NONE, number
from .faults import IMMUTABLE, Faults, invalid, negative, required


def _validate(obj: Obj) -> Faults:
    if obj.get("data") is None:
        return [required("data", "data is mandatory")]
    return negative("revision", obj.get("revision") or 0)


def _validate_update(new: Obj, old: Obj) -> Faults:
    data = new.get("data")
    return [] if data == old.get("data") else [invalid("data", data, IMMUTABLE)]


def _controller(obj: Obj, now_unix_ms: int) -> str:
    owner = controller_of(obj)
    if owner is None:
        return NONE
    group = owner["apiVersion"].partition("/")[0] if "/" in owner["apiVersion"] else ""
    return f"{owner['kind'].lower()}{'.' + group if group else ''}/{owner['name']}"


KIND = Kind(
    "ControllerRevision",
    "controllerrevisions",
    group="apps",
    validate=_validate,
    validate_update=_validate_update,
    columns=(NAME, Column("Controller", _controller), number("Revision", "revision"), AGE),
)
