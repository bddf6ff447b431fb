"""StorageClass (storage.k8s.io/v1)."""

from __future__ import annotations

from ...base import names
from ...base.objects import Obj, annotations_of
from .base import Column, Kind
from .columns import AGE, text
from .faults import IMMUTABLE, Faults, duplicate, invalid, required, too_long, unsupported
from .filling import fill

DEFAULT = "storageclass.kubernetes.io/is-default-class"
_SPEC = {"reclaimPolicy": "Delete", "volumeBindingMode": "Immediate"}
_RECLAIM = ("Delete", "Retain")
_BINDING = ("Immediate", "WaitForFirstConsumer")
_PARAMETERS_MAX, _PARAMETERS_BYTES_MAX = 512, 256 << 10
_FIXED = ("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode")


def _validate(obj: Obj) -> Faults:
    provisioner, reclaim = (obj.get("provisioner") or "").lower(), obj["reclaimPolicy"]
    if not provisioner:
        faults = [required("provisioner")]
    else:
        wrong = names.qualified_name(provisioner)
        faults = [invalid("provisioner", provisioner, why) for why in wrong]
    faults += _parameters(obj.get("parameters") or {})
    if reclaim and reclaim not in _RECLAIM:
        faults.append(unsupported("reclaimPolicy", reclaim, _RECLAIM))
    if obj["volumeBindingMode"] not in _BINDING:
        faults.append(unsupported("volumeBindingMode", obj["volumeBindingMode"], _BINDING))
    for index, term in enumerate(obj.get("allowedTopologies") or ()):
        faults += _topology(term, f"allowedTopologies[{index}].matchLabelExpressions")
    return faults


def _parameters(parameters: dict[str, str]) -> Faults:
    faults: Faults = []
    if len(parameters) > _PARAMETERS_MAX:
        faults.append(too_long("parameters", _PARAMETERS_MAX))
    if "" in parameters:
        faults.append(invalid("parameters", 0, "field can not be empty."))
    if sum(len(name) + len(value) for name, value in parameters.items()) > _PARAMETERS_BYTES_MAX:
        faults.append(too_long("parameters", _PARAMETERS_BYTES_MAX))
    return faults


def _topology(term: Obj, path: str) -> Faults:
    """A term of where volumes may be made (ValidateTopologySelectorTerm)."""
    faults: Faults = []
    seen: list[str] = []
    for index, requirement in enumerate(term.get("matchLabelExpressions") or ()):
        at, key = f"{path}[{index}]", requirement.get("key") or ""
        values = requirement.get("values") or []
        faults += [] if values else [required(f"{at}.values")]
        faults += [
            duplicate(f"{at}.values[{place}]", value)
            for place, value in enumerate(values)
            if value in values[:place]
        ]
        faults += [invalid(f"{at}.key", key, why) for why in names.qualified_name(key)]
        if key in seen:
            faults.append(duplicate(f"{at}.key", key))
        seen.append(key)
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
