"""StorageClass (storage.k8s.io/v1)."""

from __future__ import annotations

from ...base.objects import Obj, annotations_of
from .base import Column, Kind
from .columns import AGE, text
from .faults import IMMUTABLE, Faults, invalid, required, unsupported
from .filling import fill

DEFAULT = "storageclass.kubernetes.io/is-default-class"
_SPEC = {"reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"}
_RECLAIM = ("Delete", "Retain")
_BINDING = ("Immediate", "WaitForFirstConsumer")
_FIXED = ("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode")


def _validate(obj: Obj) -> Faults:
    faults = [] if obj.get("provisioner") else [required("provisioner")]
    for field, allowed in (("reclaimPolicy", _RECLAIM), ("volumeBindingMode", _BINDING)):
        if obj[field] not in allowed:
            faults.append(unsupported(field, obj[field], allowed))
    return faults


def _validate_update(new: Obj, old: Obj) -> Faults:
    return [
        invalid(field, new.get(field), IMMUTABLE)
        for field in _FIXED
        if new.get(field) != old.get(field)
    ]


def is_default(obj: Obj) -> bool:
    """Whether claims that name no class get this one."""
    return annotations_of(obj).get(DEFAULT) == "true"


def _name(obj: Obj, now_unix_ms: int) -> str:
    return str(obj["metadata"]["name"]) + (" (default)" if is_default(obj) else "")


def _expands(obj: Obj, now_unix_ms: int) -> str:
    return str(bool(obj.get("allowVolumeExpansion"))).lower()


KIND = Kind(
    "StorageClass",
    "storageclasses",
    group="storage.k8s.io",
    namespaced=False,
    short_names=("sc",),
    default=lambda obj: fill(obj, _SPEC),
    validate=_validate,
    validate_update=_validate_update,
    columns=(
        Column("Name", _name, format="name"),
        text("Provisioner", "provisioner", missing=""),
        text("ReclaimPolicy", "reclaimPolicy", missing=""),
        text("VolumeBindingMode", "volumeBindingMode", missing=""),
        Column(
            "AllowVolumeExpansion",
            lambda obj, _: str(bool(obj.get("allowVolumeExpansion"))).lower(),
        ),
        AGE,
    ),
)
