"""Deployment (apps/v1)."""

from __future__ import annotations

from ...base.intstr import is_percent
from ...base.objects import Obj
from .base import Kind
from .columns import AGE, CONTAINERS, IMAGES, NAME, READY, SELECTOR, number
from .faults import IMMUTABLE, NOT_NEGATIVE, Faults, forbidden, invalid, negative, unsupported
from .filling import change, fill, fill_zero
from .internal import internal
from .podspec import validate_workload_template
from .podspec_defaults import default_template
from .warnings import of_workload

_SPEC = {"replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600}
_ROLLING = {"maxUnavailable": "25%", "maxSurge": "25%"}
_TYPES = ("Recreate", "RollingUpdate")
PERCENT_TEXT = (
    "a valid percent string must be a numeric string followed by an ending '%' "
    "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
)


def _default(obj: Obj) -> Obj:
    spec = fill(obj.get("spec") or {}, {**_SPEC, "strategy": {}, "template": {}})
    spec = change(spec, "strategy", _strategy)
    spec = change(spec, "template", default_template)
    return {**obj, "spec": spec}


def _strategy(strategy: Obj) -> Obj:
    strategy = fill_zero(strategy, {"type": "RollingUpdate"})
    if strategy["type"] != "RollingUpdate":
        return strategy
    strategy = fill(strategy, {"rollingUpdate": {}})
    return change(strategy, "rollingUpdate", lambda it: fill(it, _ROLLING))


def _prepare(new: Obj, old: Obj | None) -> Obj:
    return new if old is not None else {**new, "status": {}}


def _validate(obj: Obj) -> Faults:
    spec = obj["spec"]
    faults = negative("spec.replicas", spec["replicas"])
    faults += validate_workload_template(spec, "spec", "deployment")
    faults += _validate_strategy(spec["strategy"])
    ready_s = spec.get("minReadySeconds") or 0
    faults += negative("spec.minReadySeconds", ready_s)
    faults += negative("spec.revisionHistoryLimit", spec["revisionHistoryLimit"])
    deadline_s = spec["progressDeadlineSeconds"]
    faults += negative("spec.progressDeadlineSeconds", deadline_s)
    if deadline_s <= ready_s:
        why = "must be greater than minReadySeconds"
        faults.append(invalid("spec.progressDeadlineSeconds", deadline_s, why))
    return faults


def _validate_strategy(strategy: Obj) -> Faults:
    path, rolling = "spec.strategy", strategy.get("rollingUpdate")
    if strategy["type"] == "Recreate":
        if rolling is None:
            return []
        why = "may not be specified when strategy `type` is 'Recreate'"
        return [forbidden(f"{path}.rollingUpdate", why)]
    if strategy["type"] == "RollingUpdate":
        return validate_rolling_update(rolling or {}, f"{path}.rollingUpdate")
    return [unsupported(path, internal(strategy, "DeploymentStrategy"), _TYPES)]


def validate_rolling_update(rolling: Obj, path: str) -> Faults:
    """Faults of maxUnavailable and maxSurge."""
    surge, unavailable = rolling.get("maxSurge", 0), rolling.get("maxUnavailable", 0)
    faults = validate_int_or_percent(unavailable, f"{path}.maxUnavailable")
    faults += validate_int_or_percent(surge, f"{path}.maxSurge")
    if number_of(unavailable) == 0 and number_of(surge) == 0:
        why = "may not be 0 when `maxSurge` is 0"
        faults.append(invalid(f"{path}.maxUnavailable", unavailable, why))
    if is_percent(unavailable) and number_of(unavailable) > 100:
        why = "must not be greater than 100%"
        faults.append(invalid(f"{path}.maxUnavailable", unavailable, why))
    return faults


def validate_int_or_percent(value: int | str, path: str) -> Faults:
    """``value`` is a number that is not negative, or a percentage."""
    if isinstance(value, int):
        return [invalid(path, value, NOT_NEGATIVE)] if value < 0 else []
    return [] if is_percent(value) else [invalid(path, value, PERCENT_TEXT)]


def number_of(value: int | str) -> int:
    """The number in a value or percentage; 0 for any other text (getIntOrPercentValue)."""
    if isinstance(value, int):
        return value
    digits = value.removesuffix("%")
    return int(digits) if digits.isdecimal() else 0


def validate_selector_update(new: Obj, old: Obj) -> Faults:
    """``spec.selector`` is fixed at creation (apps/v1)."""
    selector = new["spec"].get("selector")
    if selector == old["spec"].get("selector"):
        return []
    return [invalid("spec.selector", selector, IMMUTABLE)]


KIND = Kind(
    "Deployment",
    "deployments",
    group="apps",
    short_names=("deploy",),
    categories=("all",),
    status=True,
    scale=True,
    generation=True,
    default=_default,
    prepare=_prepare,
    validate=_validate,
    warnings=of_workload,
    validate_update=validate_selector_update,
    columns=(
        NAME,
        READY,
        number("Up-to-date", "status", "updatedReplicas", form="string"),
        number("Available", "status", "availableReplicas", form="string"),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ),
)
