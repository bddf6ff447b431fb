"""Validation of a container's environment (core validation, 1.36)."""

from __future__ import annotations

from ...base import names
from ...base.objects import Obj
from .downward import ENVIRONMENT_FIELDS, validate_field_ref, validate_resource_ref
from .faults import Faults, invalid, required
from .volume_sources import no_backsteps

_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
_ONE_OF = (
    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or "
    "`fileKeyRef`"
)
_SEVERAL = "may not have more than one field specified at a time"


def validate_environment(variables: list[Obj], path: str) -> Faults:
    """Faults of ``env`` (ValidateEnv)."""
    faults: Faults = []
    for index, variable in enumerate(variables):
        at = f"{path}[{index}]"
        name, source = variable.get("name"), variable.get("valueFrom")
        if not name:
            faults.append(required(f"{at}.name"))
        else:
            faults += [invalid(f"{at}.name", name, why) for why in names.environment_name(name)]
        if source is not None:
            faults += _source(source, variable.get("value") or "", f"{at}.valueFrom")
    return faults


def validate_environment_sources(sources: list[Obj], path: str) -> Faults:
    """Faults of ``envFrom`` (ValidateEnvFrom)."""
    faults: Faults = []
    for index, source in enumerate(sources):
        at, prefix = f"{path}[{index}]", source.get("prefix")
        if prefix:
            faults += [
                invalid(f"{at}.prefix", prefix, why) for why in names.environment_name(prefix)
            ]
        said = [it for it in ("configMapRef", "secretRef") if source.get(it) is not None]
        for field in said:
            faults += _name(source[field].get("name") or "", f"{at}.{field}.name")
        if not said:
            faults.append(invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"))
        elif len(said) > 1:
            faults.append(invalid(path, "", _SEVERAL))
    return faults


def _name(name: str, path: str) -> Faults:
    if not name:
        return [required(path)]
    return [invalid(path, name, why) for why in names.dns_subdomain(name.removesuffix("-"))]


def _source(source: Obj, value: str, path: str) -> Faults:
    said = [name for name in _SOURCES if source.get(name) is not None]
    faults: Faults = []
    for field in said:
        reference, at = source[field], f"{path}.{field}"
        match field:
            case "fieldRef":
                faults += validate_field_ref(reference, ENVIRONMENT_FIELDS, at)
            case "resourceFieldRef":
                faults += validate_resource_ref(reference, at, in_volume=False)
            case "fileKeyRef":
                faults += _file_key(reference, at)
            case _:
                faults += _key(reference, at)
    if not said:
        faults.append(invalid(path, "", _ONE_OF))
    elif value:
        faults.append(invalid(path, "", "may not be specified when `value` is not empty"))
    elif len(said) > 1:
        faults.append(invalid(path, "", _SEVERAL))
    return faults


def _key(reference: Obj, path: str) -> Faults:
    """A key of a ConfigMap or Secret; a name that is missing is no name of one."""
    name, key = reference.get("name") or "", reference.get("key") or ""
    faults = [invalid(f"{path}.name", name, why) for why in names.dns_subdomain(name)]
    if not key:
        return [*faults, required(f"{path}.key")]
    return faults + [invalid(f"{path}.key", key, why) for why in names.config_map_key(key)]


def _file_key(reference: Obj, path: str) -> Faults:
    key, volume = reference.get("key") or "", reference.get("volumeName") or ""
    faults: Faults = [] if key else [required(f"{path}.key")]
    faults += [invalid(f"{path}.key", key, why) for why in names.environment_name(key) if key]
    faults += [] if volume else [required(f"{path}.volumeName")]
    at = f"{path}.volumeName"
    faults += [invalid(at, volume, why) for why in names.dns_label(volume) if volume]
    where = reference.get("path") or ""
    return faults + (no_backsteps(where, f"{path}.path") if where else [required(f"{path}.path")])
