"""PersistentVolumeClaim (v1)."""

from __future__ import annotations

from ...base.objects import Obj, get_in
from .base import Column, Kind
from .columns import AGE, NAME, text
from .faults import Faults, forbidden, required, unsupported
from .filling import change, fill, fill_zero
from .internal import go_diff
from .labelselector import validate_label_selector
from .storage import UNSET, access_modes, phase, validate_modes, validate_size

PROTECTION = "kubernetes.io/pvc-protection"
_MODES = ("Block", "Filesystem")
_FIXED = (
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for "
    "bound claims"
)


def _default(obj: Obj) -> Obj:
    spec = fill(obj.get("spec") or {}, {"volumeMode": "Filesystem"})
    return change({**obj, "spec": spec}, "status", lambda it: fill_zero(it, {"phase": "Pending"}))


def _prepare(new: Obj, old: Obj | None) -> Obj:
    return new if old is not None else {**new, "status": {"phase": "Pending"}}


def _validate(obj: Obj) -> Faults:
    spec, faults = obj["spec"], _access_modes(obj["spec"].get("accessModes") or [])
    faults += validate_label_selector(spec.get("selector"), "spec.selector")
    faults += validate_size(get_in(spec, "resources", "requests", default={}), "spec.resources")
    mode = spec.get("volumeMode")
    if mode not in _MODES:
        faults.append(unsupported("spec.volumeMode", mode, _MODES))
    return faults


def _access_modes(modes: list[str]) -> Faults:
    if not modes:
        return [required("spec.accessModes", "at least 1 access mode is required")]
    return validate_modes(modes, "spec.accessModes")


def _validate_update(new: Obj, old: Obj) -> Faults:
    """Only the size and the attributes class of a bound claim may change, and what binds it."""
    spec, before = dict(new["spec"]), dict(old["spec"])
    free = ["volumeAttributesClassName"] if before.get("volumeName") else ["volumeName"]
    if before.get("volumeName") and spec.get("resources") != before.get("resources"):
        free.append("resources")
    if not before.get("storageClassName"):
        free.append("storageClassName")
    for field in free:
        for obj in (spec, before):
            obj.pop(field, None)
    if spec == before:
        return []
    diff = go_diff(before, spec, "PersistentVolumeClaimSpec")
    return [forbidden("spec", f"{_FIXED}\n{diff}")]


def _capacity(obj: Obj, now_unix_ms: int) -> str:
    if not obj["spec"].get("volumeName"):
        return ""
    return str(get_in(obj, "status", "capacity", "storage", default=""))


def _modes(obj: Obj, now_unix_ms: int) -> str:
    if not obj["spec"].get("volumeName"):
        return ""
    return access_modes(get_in(obj, "status", "accessModes", default=[]))


KIND = Kind(
    "PersistentVolumeClaim",
    "persistentvolumeclaims",
    short_names=("pvc",),
    status=True,
    default=_default,
    prepare=_prepare,
    validate=_validate,
    validate_update=_validate_update,
    columns=(
        NAME,
        Column("Status", phase),
        text("Volume", "spec", "volumeName", missing=""),
        Column("Capacity", _capacity),
        Column("Access Modes", _modes),
        text("StorageClass", "spec", "storageClassName", missing=""),
        text("VolumeAttributesClass", "spec", "volumeAttributesClassName", missing=UNSET),
        AGE,
        text("VolumeMode", "spec", "volumeMode", missing=UNSET, wide=True),
    ),
)
