"""Validation of the volumes of a pod spec (core validation, 1.36)."""

from __future__ import annotations

from ...base import names
from ...base.objects import Obj
from ...base.quantity import parse_quantity
from .faults import NOT_NEGATIVE, Faults, duplicate, forbidden, invalid, required

_REQUIRED: dict[str, tuple[str, ...]] = {
    "emptyDir": (),
    "hostPath": ("path",),
    "secret": ("secretName",),
    "nfs": ("server", "path"),
    "iscsi": ("targetPortal", "iqn"),
    "persistentVolumeClaim": ("claimName",),
    "configMap": ("name",),
    "downwardAPI": (),
    "projected": (),
    "csi": ("driver",),
    "ephemeral": ("volumeClaimTemplate",),
    "image": ("reference",),
}


def validate_volumes(volumes: list[Obj], path: str) -> tuple[Faults, frozenset[str]]:
    """The faults, and the names of the volumes that have none (only these can be mounted)."""
    faults: Faults = []
    good: list[str] = []
    seen: list[str] = []
    for index, volume in enumerate(volumes):
        at = f"{path}[{index}]"
        name = volume.get("name")
        wrong = _source(volume, at)
        if not name:
            wrong.append(required(f"{at}.name"))
        else:
            wrong += [invalid(f"{at}.name", name, why) for why in names.dns_label(name)]
            if name in seen:
                wrong.append(duplicate(f"{at}.name", name))
            seen.append(name)
        if name and not wrong:
            good.append(name)
        faults += wrong
    return faults, frozenset(good)


def _source(volume: Obj, path: str) -> Faults:
    faults: Faults = []
    said = [name for name in volume if name != "name" and volume[name] is not None]
    ordered = [name for name in _REQUIRED if name in said]
    for number, name in enumerate(ordered):
        at = f"{path}.{name}"
        if number:
            faults.append(forbidden(at, "may not specify more than 1 volume type"))
            continue
        source = volume[name]
        faults += [required(f"{at}.{field}") for field in _REQUIRED[name] if not source.get(field)]
        if name == "emptyDir":
            faults += _size_limit(source, at)
        faults += _mode(source, at)
    return faults if said else [*faults, required(path, "must specify a volume type")]


def _size_limit(source: Obj, path: str) -> Faults:
    limit = source.get("sizeLimit")
    if limit is None or parse_quantity(limit) >= 0:
        return []
    return [forbidden(f"{path}.sizeLimit", f"SizeLimit field {NOT_NEGATIVE}")]


def _mode(source: Obj, path: str) -> Faults:
    mode = source.get("defaultMode")
    if mode is None or 0 <= mode <= 0o777:
        return []
    why = "must be a number between 0 and 0777 (octal), both inclusive"
    return [invalid(f"{path}.defaultMode", mode, why)]
