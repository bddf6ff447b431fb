"""PriorityClass (scheduling.k8s.io/v1)."""

from __future__ import annotations

from ...base.objects import Obj
from .base import Column, Kind
from .columns import AGE, NAME, number, text
from .faults import IMMUTABLE, Faults, forbidden, invalid, required, unsupported
from .filling import fill

SYSTEM = "system-"
USERS_MAX = 1_000_000_000
_POLICIES = ("PreemptLowerPriority", "Never")


def _default(obj: Obj) -> Obj:
    if not obj.get("globalDefault"):
        obj = {name: value for name, value in obj.items() if name != "globalDefault"}
    return fill(obj, {"value": 0, "preemptionPolicy": "PreemptLowerPriority"})


def _validate(obj: Obj) -> Faults:
    faults: Faults = []
    name, value = obj["metadata"].get("name", ""), obj.get("value", 0)
    if name.startswith(SYSTEM):
        why = (
            "priority class names with 'system-' prefix are reserved for system use only. error: "
            f"{name} is not a known system priority class"
        )
        faults.append(forbidden("metadata.name", why))
    elif value > USERS_MAX:
        why = f"maximum allowed value of a user defined priority is {USERS_MAX}"
        faults.append(forbidden("value", why))
    if not obj["preemptionPolicy"]:
        faults.append(required("preemptionPolicy"))
    elif obj["preemptionPolicy"] not in _POLICIES:
        faults.append(unsupported("preemptionPolicy", obj["preemptionPolicy"], _POLICIES))
    return faults


def _validate_update(new: Obj, old: Obj) -> Faults:
    faults: Faults = []
    if new.get("value", 0) != old.get("value", 0):
        faults.append(forbidden("value", "may not be changed in an update."))
    if new["preemptionPolicy"] != old["preemptionPolicy"]:
        faults.append(invalid("preemptionPolicy", new["preemptionPolicy"], IMMUTABLE))
    return faults


KIND = Kind(
    "PriorityClass",
    "priorityclasses",
    group="scheduling.k8s.io",
    namespaced=False,
    short_names=("pc",),
    generation=True,
    default=_default,
    validate=_validate,
    validate_update=_validate_update,
    columns=(
        NAME,
        number("Value", "value"),
        Column("Global-Default", lambda obj, _: "true" if obj.get("globalDefault") else "false"),
        AGE,
        text("PreemptionPolicy", "preemptionPolicy"),
    ),
)
