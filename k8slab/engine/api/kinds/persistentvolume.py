"""PersistentVolume (v1)."""

from __future__ import annotations

import posixpath

from ...base import names
from ...base.objects import Obj, get_in
from ...base.quantity import parse_quantity
from ..errors import FieldError
from .base import Column, Kind
from .columns import AGE, NAME, text
from .faults import IMMUTABLE, Faults, forbidden, invalid, required, unsupported
from .filling import change, fill, fill_zero
from .internal import go_diff
from .placement import validate_node_selector
from .storage import UNSET, access_modes, phase, validate_modes
from .volume_sources import validate_source

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
_MODES = ("Block", "Filesystem")
_SOURCES = (
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "glusterfs",
    "flocker",
    "nfs",
    "rbd",
    "quobyte",
    "cephfs",
    "iscsi",
    "cinder",
    "fc",
    "flexVolume",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "scaleIO",
    "local",
    "storageos",
    "csi",
)
"""In the order in which the server looks for them; the first that is there counts."""
_FORBIDDEN_AT, _CHECKED_AT = {"cephfs": "cephFS"}, {"gcePersistentDisk": "persistentDisk"}
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
    faults += _affinity(spec) + _sources(spec)
    host_path = get_in(spec, "hostPath", "path") or ""
    emptied = spec.get("persistentVolumeReclaimPolicy") == "Recycle"
    if emptied and host_path and posixpath.normpath(host_path) == "/":
        why = "may not be 'recycle' for a hostPath mount of '/'"
        faults.append(forbidden("spec.persistentVolumeReclaimPolicy", why))
    return faults + _classes(spec)


def _affinity(spec: Obj) -> Faults:
    """Which nodes can reach it; a volume of a node's own disk has to say."""
    affinity, path = spec.get("nodeAffinity"), "spec.nodeAffinity"
    if affinity is None:
        return []
    if affinity.get("required") is None:
        return [required(f"{path}.required", "must specify required node constraints")]
    return validate_node_selector(affinity["required"], f"{path}.required")


def _sources(spec: Obj) -> Faults:
    said = [name for name in _SOURCES if spec.get(name) is not None]
    why = "may not specify more than 1 volume type"
    faults = [] if said else [required("spec", "must specify a volume type")]
    for number, name in enumerate(said):
        if number:
            faults.append(forbidden(f"spec.{_FORBIDDEN_AT.get(name, name)}", why))
            continue
        faults += validate_source(name, spec[name], f"spec.{_CHECKED_AT.get(name, name)}")
        if name == "csi" and not spec[name].get("volumeHandle"):
            faults.append(required("spec.csi.volumeHandle"))
        if name == "local" and spec.get("nodeAffinity") is None:
            faults.append(required("spec.nodeAffinity", "Local volume requires node affinity"))
    return faults


def _classes(spec: Obj) -> Faults:
    name, mode = spec.get("storageClassName") or "", spec.get("volumeMode")
    at, faults = "spec.storageClassName", list[FieldError]()
    faults += [invalid(at, name, why) for why in names.dns_subdomain(name) if name]
    if mode is not None and mode not in _MODES:
        faults.append(unsupported("spec.volumeMode", mode, _MODES))
    return faults


def _capacity_faults(capacity: Obj | None) -> Faults:
    faults = [] if capacity else [required("spec.capacity")]
    if set(capacity or ()) != {"storage"}:
        told = dict(sorted(capacity.items())) if capacity is not None else None
        faults.append(unsupported("spec.capacity", told, ("storage",)))
    for name, amount in sorted((capacity or {}).items()):
        path, value = f"spec.capacity[{name}]", parse_quantity(amount)
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
