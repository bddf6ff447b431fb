"""Lease (coordination.k8s.io/v1)."""

from __future__ import annotations

from ...base.objects import Obj
from .base import Kind
from .columns import AGE, NAME, text
from .faults import Faults, invalid


def _default(obj: Obj) -> Obj:
    return obj if "spec" in obj else {**obj, "spec": {}}


def _validate(obj: Obj) -> Faults:
    duration = obj["spec"].get("leaseDurationSeconds")
    if duration is not None and duration <= 0:
        return [invalid("spec.leaseDurationSeconds", duration, "must be greater than 0")]
    transitions = obj["spec"].get("leaseTransitions")
    if transitions is not None and transitions < 0:
        why = "must be greater than or equal to 0"
        return [invalid("spec.leaseTransitions", transitions, why)]
    return []


KIND = Kind(
    "Lease",
    "leases",
    group="coordination.k8s.io",
    default=_default,
    validate=_validate,
    columns=(NAME, text("Holder", "spec", "holderIdentity", missing=""), AGE),
)
