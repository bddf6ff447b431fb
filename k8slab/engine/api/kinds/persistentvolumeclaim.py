"""PersistentVolumeClaim (v1)."""

from __future__ import annotations

from ...base import names
from ...base.objects import Obj, get_in, set_in
from ...base.quantity import parse_quantity
from .base import Column, Kind
from .columns import AGE, NAME, text
from .faults import IMMUTABLE, Faults, forbidden, invalid, required, unsupported
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
    return validate_claim_spec(obj["spec"], "spec")


def validate_claim_spec(spec: Obj, path: str) -> Faults:
    """Faults of a claim's spec, its own or that of a template (core validation)."""
    modes, at = spec.get("accessModes") or [], f"{path}.accessModes"
    faults = [] if modes else [required(at, "at least 1 access mode is required")]
    faults += validate_label_selector(spec.get("selector"), f"{path}.selector")
    faults += validate_modes(modes, at)
    faults += validate_size(get_in(spec, "resources", "requests", default={}), f"{path}.resources")
    faults += _class_name(spec, "storageClassName", path)
    mode = spec.get("volumeMode")
    if mode is not None and mode not in _MODES:
        faults.append(unsupported(f"{path}.volumeMode", mode, _MODES))
    return faults + _sources(spec, path) + _class_name(spec, "volumeAttributesClassName", path)


def _class_name(spec: Obj, field: str, path: str) -> Faults:
    name = spec.get(field)
    if not name:
        return []
    return [invalid(f"{path}.{field}", name, why) for why in names.dns_subdomain(name)]


def _sources(spec: Obj, path: str) -> Faults:
    """What a claim is to be filled from, by its old field and its new."""
    faults: Faults = []
    for field in ("dataSource", "dataSourceRef"):
        if spec.get(field) is not None:
            faults += _source(spec[field], f"{path}.{field}")
    old, new = spec.get("dataSource"), spec.get("dataSourceRef")
    if old is None or new is None:
        return faults
    told = f"{path}.dataSource"
    if new.get("namespace"):
        why = "may not be specified when dataSourceRef.namespace is specified"
        faults.append(invalid(path, told, why))
    elif any(old.get(field) != new.get(field) for field in ("apiGroup", "kind", "name")):
        faults.append(invalid(path, told, "must match dataSourceRef"))
    return faults


def _source(source: Obj, path: str) -> Faults:
    faults = [required(f"{path}.{field}") for field in ("name", "kind") if not source.get(field)]
    group, kind = source.get("apiGroup") or "", source.get("kind") or ""
    if not group and kind != "PersistentVolumeClaim":
        why = "must be 'PersistentVolumeClaim' when referencing the default apiGroup"
        faults.append(invalid(path, kind, why))
    if group:
        at = f"{path}.apiGroup"
        faults += [invalid(at, group, why) for why in names.dns_subdomain(group)]
    return faults


def _validate_update(new: Obj, old: Obj) -> Faults:
    """Only the size and the attributes class of a bound claim may change, and what binds it."""
    before, after = dict(old["spec"]), dict(new["spec"])
    if not before.get("volumeName"):
        _as_in(before, after, "volumeName")
    if before.get("storageClassName") is None:
        _as_in(after, before, "storageClassName")
    asked, stored = _request(after), _request(before)
    if phase(old, 0) == "Bound":
        _as_in(after, before, "volumeAttributesClassName")
        if asked is not None and stored is not None:
            after = set_in(after, ("resources", "requests", "storage"), stored)
    faults: Faults = []
    if after != before:
        diff = go_diff(before, after, "PersistentVolumeClaimSpec")
        faults.append(forbidden("spec", f"{_FIXED}\n{diff}"))
    size, has = parse_quantity(asked or "0"), get_in(old, "status", "capacity", "storage")
    if size < parse_quantity(stored or "0") and size <= parse_quantity(has or "0"):
        why = "field can not be less than status.capacity"
        faults.append(forbidden("spec.resources.requests.storage", why))
    mode = new["spec"].get("volumeMode")
    if mode != old["spec"].get("volumeMode"):
        faults.append(invalid("volumeMode", mode, IMMUTABLE))
    return faults


def _request(spec: Obj) -> str | None:
    found: str | None = get_in(spec, "resources", "requests", "storage")
    return found


def _as_in(spec: Obj, other: Obj, field: str) -> None:
    """Give a spec the field that another has, or take it away."""
    spec.pop(field, None)
    if field in other:
        spec[field] = other[field]


def _capacity(obj: Obj, now_unix_ms: int) -> str:
    if not obj["spec"].get("volumeName"):
        return ""
    return str(get_in(obj, "status", "capacity", "storage", default="0"))


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
