"""ReplicaSet (apps/v1)."""

from __future__ import annotations

from ...base.objects import Obj
from .base import Kind
from .columns import AGE, CONTAINERS, IMAGES, NAME, SELECTOR, number
from .deployment import validate_selector_update
from .faults import Faults, negative
from .filling import change, fill
from .podspec import validate_workload_template
from .podspec_defaults import default_template
from .warnings import of_workload


def _default(obj: Obj) -> Obj:
    spec = fill(obj.get("spec") or {}, {"replicas": 1, "template": {}})
    return {**obj, "spec": change(spec, "template", default_template)}


def _prepare(new: Obj, old: Obj | None) -> Obj:
    return new if old is not None else {**new, "status": {"replicas": 0}}


def _validate(obj: Obj) -> Faults:
    spec = obj["spec"]
    faults = negative("spec.replicas", spec["replicas"])
    faults += negative("spec.minReadySeconds", spec.get("minReadySeconds") or 0)
    return faults + validate_workload_template(spec, "spec", "deployment")


KIND = Kind(
    "ReplicaSet",
    "replicasets",
    group="apps",
    short_names=("rs",),
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
        number("Desired", "spec", "replicas"),
        number("Current", "status", "replicas"),
        number("Ready", "status", "readyReplicas"),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ),
)
