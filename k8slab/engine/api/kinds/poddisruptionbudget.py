"""PodDisruptionBudget (policy/v1)."""

from __future__ import annotations

from ...base.intstr import is_percent
from ...base.objects import Obj, get_in
from .base import Column, Kind
from .columns import AGE, NAME, number
from .deployment import validate_int_or_percent
from .faults import Faults, invalid, unsupported
from .internal import internal
from .labelselector import validate_label_selector

_COUNTS = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")
_EVICTION_POLICIES = ("AlwaysAllow", "IfHealthyBudget")


def _prepare(new: Obj, old: Obj | None) -> Obj:
    return new if old is not None else {**new, "status": dict.fromkeys(_COUNTS, 0)}


def _validate(obj: Obj) -> Faults:
    faults: Faults = []
    spec = obj.get("spec") or {}
    if spec.get("minAvailable") is not None and spec.get("maxUnavailable") is not None:
        told = internal(spec, "PodDisruptionBudgetSpec")
        faults.append(invalid("spec", told, "minAvailable and maxUnavailable cannot be both set"))
    for field in ("minAvailable", "maxUnavailable"):
        value = spec.get(field)
        if value is None:
            continue
        faults += validate_int_or_percent(value, f"spec.{field}")
        if is_percent(value) and int(value[:-1]) > 100:
            faults.append(invalid(f"spec.{field}", value, "must not be greater than 100%"))
    faults += validate_label_selector(spec.get("selector"), "spec.selector")
    policy = spec.get("unhealthyPodEvictionPolicy")
    if policy is not None and policy not in _EVICTION_POLICIES:
        faults.append(unsupported("spec.unhealthyPodEvictionPolicy", policy, _EVICTION_POLICIES))
    return faults


def _limit(name: str, field: str) -> Column:
    def value(obj: Obj, now_unix_ms: int) -> str:
        return str(get_in(obj, "spec", field, default="N/A"))

    return Column(name, value)


KIND = Kind(
    "PodDisruptionBudget",
    "poddisruptionbudgets",
    group="policy",
    short_names=("pdb",),
    status=True,
    generation=True,
    prepare=_prepare,
    validate=_validate,
    columns=(
        NAME,
        _limit("Min Available", "minAvailable"),
        _limit("Max Unavailable", "maxUnavailable"),
        number("Allowed Disruptions", "status", "disruptionsAllowed"),
        AGE,
    ),
)
