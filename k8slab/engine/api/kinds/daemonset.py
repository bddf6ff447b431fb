"""DaemonSet (apps/v1)."""

from __future__ import annotations

from ...base.intstr import is_percent
from ...base.objects import Obj, annotations_of, get_in, set_in
from .base import Column, Kind
from .columns import AGE, CONTAINERS, IMAGES, NAME, NONE, SELECTOR, number
from .deployment import number_of, validate_int_or_percent, validate_selector_update
from .faults import Faults, invalid, negative, required, unsupported
from .filling import change, fill, fill_zero
from .internal import internal
from .labelselector import is_empty, validate_label_selector
from .podspec import always_restarts, labels_not_selected, validate_template
from .podspec_defaults import default_template
from .warnings import of_template

GENERATION = "deprecated.daemonset.template.generation"
_ROLLING = {"maxUnavailable": 1, "maxSurge": 0}
_COUNTS = ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady")


def _default(obj: Obj) -> Obj:
    defaults: Obj = {"updateStrategy": {}, "revisionHistoryLimit": 10, "template": {}}
    spec = fill(obj.get("spec") or {}, defaults)
    spec = change(spec, "updateStrategy", _strategy)
    return {**obj, "spec": change(spec, "template", default_template)}


def _strategy(strategy: Obj) -> Obj:
    strategy = fill_zero(strategy, {"type": "RollingUpdate"})
    if strategy["type"] != "RollingUpdate":
        return strategy
    strategy = fill(strategy, {"rollingUpdate": {}})
    return change(strategy, "rollingUpdate", lambda it: fill(it, _ROLLING))


def _prepare(new: Obj, old: Obj | None) -> Obj:
    """The template's generation is counted in an annotation (daemonset strategy)."""
    if old is None:
        return _with_generation({**new, "status": dict.fromkeys(_COUNTS, 0)}, 1)
    generation = _generation(old)
    changed = new["spec"]["template"] != old["spec"]["template"]
    return _with_generation(new, generation + 1 if changed else generation)


def _generation(obj: Obj) -> int:
    text = annotations_of(obj).get(GENERATION, "")
    return int(text) if text.isdecimal() else 0


def _with_generation(obj: Obj, generation: int) -> Obj:
    annotations = {**annotations_of(obj), GENERATION: str(generation)}
    return set_in(obj, ("metadata", "annotations"), annotations)


def _validate(obj: Obj) -> Faults:
    spec = obj["spec"]
    faults = _validate_template(spec)
    faults += negative("spec.minReadySeconds", spec.get("minReadySeconds") or 0)
    faults += _validate_strategy(spec["updateStrategy"])
    return faults + negative("spec.revisionHistoryLimit", spec["revisionHistoryLimit"])


def _validate_template(spec: Obj) -> Faults:
    """A selector that is missing is not told as such: it selects nothing."""
    selector, template = spec.get("selector"), spec["template"]
    faults = wrong = validate_label_selector(selector, "spec.selector")
    if not wrong:
        faults = labels_not_selected(selector, template, "spec.template")
    if selector is not None and is_empty(selector):
        why = "empty selector is invalid for daemonset"
        faults = [*faults, invalid("spec.selector", selector, why)]
    faults = faults + validate_template(template, "spec.template")
    return faults + always_restarts(template["spec"], "spec.template.spec", "daemonset")


def _validate_strategy(strategy: Obj) -> Faults:
    path, rolling = "spec.updateStrategy", strategy.get("rollingUpdate") or {}
    if strategy["type"] == "OnDelete":
        return []
    if strategy["type"] == "RollingUpdate":
        return _validate_rolling(rolling, f"{path}.rollingUpdate")
    told = internal(strategy, "DaemonSetUpdateStrategy")
    return [unsupported(path, told, ("RollingUpdate", "OnDelete"))]


def _validate_rolling(rolling: Obj, path: str) -> Faults:
    faults: Faults = []
    for field in _ROLLING:
        faults += validate_int_or_percent(rolling[field], f"{path}.{field}")
    for field in _ROLLING:
        if is_percent(rolling[field]) and int(rolling[field][:-1]) > 100:
            why = "must not be greater than 100%"
            faults.append(invalid(f"{path}.{field}", rolling[field], why))
    unavailable, surge = (number_of(rolling[field]) != 0 for field in _ROLLING)
    if unavailable and surge:
        why = "may not be set when maxUnavailable is non-zero"
        faults.append(invalid(f"{path}.maxSurge", rolling["maxSurge"], why))
    elif not unavailable and not surge:
        faults.append(required(f"{path}.maxUnavailable", "cannot be 0 when maxSurge is 0"))
    return faults


def _node_selector(obj: Obj, now_unix_ms: int) -> str:
    selector = get_in(obj, "spec", "template", "spec", "nodeSelector", default={})
    return ",".join(f"{name}={selector[name]}" for name in sorted(selector)) or NONE


KIND = Kind(
    "DaemonSet",
    "daemonsets",
    group="apps",
    short_names=("ds",),
    categories=("all",),
    status=True,
    generation=True,
    default=_default,
    prepare=_prepare,
    warnings=of_template,
    validate=_validate,
    validate_update=validate_selector_update,
    columns=(
        NAME,
        number("Desired", "status", "desiredNumberScheduled"),
        number("Current", "status", "currentNumberScheduled"),
        number("Ready", "status", "numberReady"),
        number("Up-to-date", "status", "updatedNumberScheduled"),
        number("Available", "status", "numberAvailable"),
        Column("Node Selector", _node_selector),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ),
)
