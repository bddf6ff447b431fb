"""Validation of what a container mounts: volumes, and claims as block devices (core, 1.36)."""

from __future__ import annotations

from collections.abc import Mapping

from ...base.objects import Obj
from .faults import Faults, forbidden, invalid, not_found, required, unsupported
from .volume_sources import descending, no_backsteps

_PROPAGATIONS = ("Bidirectional", "HostToContainer", "None")
_RECURSIVE = ("Disabled", "Enabled", "IfPossible")


def validate_mounts(container: Obj, volumes: Mapping[str, Obj], path: str) -> Faults:
    """Faults of ``volumeMounts``; ``volumes`` are those of the pod that have no fault."""
    devices = _by_name(container, "volumeDevices", "devicePath")
    faults: Faults = []
    seen: list[str] = []
    for index, mount in enumerate(container.get("volumeMounts") or ()):
        at = f"{path}[{index}]"
        name, where = mount.get("name") or "", mount.get("mountPath") or ""
        if not name:
            faults.append(required(f"{at}.name"))
        if name not in volumes:
            faults.append(not_found(f"{at}.name", name))
        if not where:
            faults.append(required(f"{at}.mountPath"))
        if where in seen:
            faults.append(invalid(f"{at}.mountPath", where, "must be unique"))
        seen.append(where)
        if name in devices:
            why = "must not already exist in volumeDevices"
            faults.append(invalid(f"{at}.name", name, why))
        if where in devices.values():
            why = "must not already exist as a path in volumeDevices"
            faults.append(invalid(f"{at}.mountPath", where, why))
        faults += _sub_paths(mount, at, path) + _propagation(mount, container, path)
    return faults


def _by_name(container: Obj, field: str, where: str) -> dict[str, str]:
    return {it.get("name") or "": it.get(where) or "" for it in container.get(field) or ()}


def _sub_paths(mount: Obj, at: str, path: str) -> Faults:
    """They are told at the list itself, without the number of the mount."""
    plain, expanded = mount.get("subPath") or "", mount.get("subPathExpr") or ""
    faults = descending(plain, f"{path}.subPath")
    if plain and expanded:
        why = "subPathExpr and subPath are mutually exclusive"
        faults.append(invalid(f"{at}.subPathExpr", expanded, why))
    return faults + descending(expanded, f"{path}.subPathExpr")


def _propagation(mount: Obj, container: Obj, path: str) -> Faults:
    faults: Faults = []
    wanted, recursive = mount.get("mountPropagation"), mount.get("recursiveReadOnly")
    at = f"{path}.mountPropagation"
    if wanted is not None and wanted not in _PROPAGATIONS:
        faults.append(unsupported(at, wanted, _PROPAGATIONS))
    privileged = (container.get("securityContext") or {}).get("privileged")
    if wanted == "Bidirectional" and not privileged:
        why = "Bidirectional mount propagation is available only to privileged containers"
        faults.append(forbidden(at, why))
    at = f"{path}.recursiveReadOnly"
    if recursive in ("Enabled", "IfPossible"):
        if not mount.get("readOnly"):
            faults.append(forbidden(at, "may only be specified when readOnly is true"))
        if wanted not in (None, "None"):
            why = "may only be specified when mountPropagation is None or not specified"
            faults.append(forbidden(at, why))
    elif recursive not in (None, "Disabled"):
        faults.append(unsupported(at, recursive, _RECURSIVE))
    return faults


def validate_devices(container: Obj, volumes: Mapping[str, Obj], path: str) -> Faults:
    """Faults of ``volumeDevices``."""
    mounts = _by_name(container, "volumeMounts", "mountPath")
    faults: Faults = []
    seen_names: list[str] = []
    seen_paths: list[str] = []
    for index, device in enumerate(container.get("volumeDevices") or ()):
        at = f"{path}[{index}]"
        name, where = device.get("name") or "", device.get("devicePath") or ""
        faults += [] if name else [required(f"{at}.name")]
        if name in seen_names:
            faults.append(invalid(f"{at}.name", name, "must be unique"))
        faults += _block(name, volumes, f"{at}.name")
        faults += [] if where else [required(f"{at}.devicePath")]
        if where in seen_paths:
            faults.append(invalid(f"{at}.devicePath", where, "must be unique"))
        if no_backsteps(where, at):
            why = "can not contain backsteps ('..')"
            faults.append(invalid(f"{at}.devicePath", where, why))
        else:
            seen_paths.append(where)
        if name in mounts:
            faults.append(invalid(f"{at}.name", name, "must not already exist in volumeMounts"))
        if where in mounts.values():
            why = "must not already exist as a path in volumeMounts"
            faults.append(invalid(f"{at}.devicePath", where, why))
        seen_names += [name] if name else []
    return faults


def _block(name: str, volumes: Mapping[str, Obj], path: str) -> Faults:
    if name not in volumes:
        return [not_found(path, name)]
    if not {"persistentVolumeClaim", "ephemeral"} & set(volumes[name]):
        why = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
        return [invalid(path, name, why)]
    return []
