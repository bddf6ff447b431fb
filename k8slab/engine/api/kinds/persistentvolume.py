"""PersistentVolume (v1)."""

from __future__ import annotations

from ...base.objects import Obj, get_in
from ...base.quantity import parse_quantity
from ..errors import FieldError
from .base import Column, Kind
from .columns import AGE, NAME, text
from .faults import IMMUTABLE, Faults, forbidden, invalid, required, unsupported
from .filling import change, fill, fill_zero
from .internal import go_diff
from .storage import UNSET, access_modes, phase, validate_modes

PROTECTION = "kubernetes.io/pv-protection"
_SPEC_ZERO = {"persistentVolumeReclaimPolicy": "Retain"}
_POLICIES = ("Delete", "Recycle", "Retain")
_PLAIN = frozenset(
    {
        "accessModes",
        "capacity",
        "claimRef",
        "mountOptions",
        "nodeAffinity",
        "persistentVolumeReclaimPolicy",
        "storageClassName",
        "volumeAttributesClassName",
        "volumeMode",
    }
)
_SOURCE_FIXED = "spec.persistentvolumesource is immutable after creation"


def _default(obj: Obj) -> Obj:
    spec = fill_zero(fill(obj.get("spec") or {}, {"volumeMode": "Filesystem"}), _SPEC_ZERO)
    return {**obj, "spec": change(spec, "hostPath", lambda it: fill(it, {"type": ""}))}


def _prepare(new: Obj, old: Obj | None) -> Obj:
    return new if old is not None else {**new, "status": {"phase": "Pending"}}


def sources(spec: Obj) -> Obj:
    """The volume sources that a spec names (there is to be one)."""
    return {name: it for name, it in spec.items() if name not in _PLAIN and it is not None}


def _validate(obj: Obj) -> Faults:
    spec = obj["spec"]
    modes = spec.get("accessModes") or []
    faults = [] if modes else [required("spec.accessModes")]
    faults += validate_modes(modes, "spec.accessModes")
    faults += _capacity_faults(spec.get("capacity"))
    policy = spec["persistentVolumeReclaimPolicy"]
    if policy not in _POLICIES:
        faults.append(unsupported("spec.persistentVolumeReclaimPolicy", policy, _POLICIES))
    found = sources(spec)
    if not found:
        faults.append(required("spec", "must specify a volume type"))
    why = "may not specify more than 1 volume type"
    return [*faults, *(forbidden(f"spec.{name}", why) for name in list(found)[1:])]


def _capacity_faults(capacity: Obj | None) -> Faults:
    faults = [] if capacity else [required("spec.capacity")]
    if set(capacity or ()) != {"storage"}:
        return [*faults, unsupported("spec.capacity", capacity, ("storage",))]
    amount = (capacity or {})["storage"]
    path, value = "spec.capacity[storage]", parse_quantity(amount)
    if value < 0:
        faults.append(_not_a_quantity(path, amount))
    if value <= 0:
        faults.append(invalid(path, amount, "must be greater than zero"))
    return faults


def _not_a_quantity(path: str, amount: str) -> FieldError:
    message = f"Invalid value: {amount}: must be a valid resource quantity"
    return FieldError(path, "FieldValueInvalid", message)


def _validate_update(new: Obj, old: Obj) -> Faults:
    faults: Faults = []
    after, before = sources(new["spec"]), sources(old["spec"])
    if after != before:
        diff = go_diff(before, after, "PersistentVolumeSource")
        faults.append(forbidden("spec.persistentvolumesource", f"{_SOURCE_FIXED}\n{diff}"))
    mode = new["spec"].get("volumeMode")
    if mode != old["spec"].get("volumeMode"):
        faults.append(invalid("volumeMode", mode, IMMUTABLE))
    return faults


def _claim(obj: Obj, now_unix_ms: int) -> str:
    claim = get_in(obj, "spec", "claimRef")
    return f"{claim['namespace']}/{claim['name']}" if claim else ""


def _modes(obj: Obj, now_unix_ms: int) -> str:
    return access_modes(obj["spec"].get("accessModes") or [])


KIND = Kind(
    "PersistentVolume",
    "persistentvolumes",
    namespaced=False,
    short_names=("pv",),
    status=True,
    default=_default,
    prepare=_prepare,
    validate=_validate,
    validate_update=_validate_update,
    columns=(
        NAME,
        text("Capacity", "spec", "capacity", "storage", missing=""),
        Column("Access Modes", _modes),
        text("Reclaim Policy", "spec", "persistentVolumeReclaimPolicy", missing=""),
        Column("Status", phase),
        Column("Claim", _claim),
        text("StorageClass", "spec", "storageClassName", missing=""),
        text("VolumeAttributesClass", "spec", "volumeAttributesClassName", missing=UNSET),
        text("Reason", "status", "reason", missing=""),
        AGE,
        text("VolumeMode", "spec", "volumeMode", missing=UNSET, wide=True),
    ),
)
