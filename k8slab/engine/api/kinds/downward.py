"""What a container may be told of its own pod: fields and resources (core validation, 1.36)."""

from __future__ import annotations

import re

from ...base import names
from ...base.objects import Obj
from .faults import Faults, invalid, required, unsupported
from .volume_sources import file_mode, not_reserved

ENVIRONMENT_FIELDS = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
_FILE_FIELDS = (
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
)
_KNOWN_FIELDS = frozenset((*ENVIRONMENT_FIELDS, *_FILE_FIELDS, "spec.restartPolicy", "status.phase",
                           "spec.schedulerName", "status.nominatedNodeName"))  # fmt: skip
_RESOURCES = (
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
)
_HUGE_PAGES = ("limits.hugepages-", "requests.hugepages-")
_SUBSCRIPT = re.compile(r"(.+)\['(.*)'\]")
_BYTES = ("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei")
_DIVISORS = {
    "cpu": ("1m and 1", ("1m", "1"), "cpu"),
    "memory": (", ".join(_BYTES), _BYTES, "memory"),
    "ephemeral-storage": (", ".join(_BYTES), _BYTES, "local ephemeral storage"),
    "hugepages": (", ".join(_BYTES), _BYTES, "hugepages"),
}


def validate_field_ref(reference: Obj, fields: tuple[str, ...], path: str) -> Faults:
    """Faults of a fieldRef, which may name one of ``fields`` (validateObjectFieldSelector)."""
    field = reference.get("fieldPath") or ""
    if not reference.get("apiVersion"):
        return [required(f"{path}.apiVersion")]
    if not field:
        return [required(f"{path}.fieldPath")]
    subscript = _SUBSCRIPT.fullmatch(field)
    if (subscript[1] if subscript else field) not in _KNOWN_FIELDS:
        why = f"error converting fieldPath: field label not supported: {field}"
        return [invalid(f"{path}.fieldPath", field, why)]
    if subscript is None:
        return [] if field in fields else [unsupported(f"{path}.fieldPath", field, fields)]
    owner, key = subscript.groups()
    if owner not in ("metadata.annotations", "metadata.labels"):
        why = f"error converting fieldPath: field label does not support subscript: {field}"
        return [invalid(f"{path}.fieldPath", field, why)]
    key = key.lower() if owner == "metadata.annotations" else key
    return [invalid(path, key, why) for why in names.qualified_name(key)]


def validate_resource_ref(reference: Obj, path: str, *, in_volume: bool) -> Faults:
    """Faults of a resourceFieldRef; a volume's names its container."""
    resource = reference.get("resource") or ""
    faults: Faults = []
    if in_volume and not reference.get("containerName"):
        faults.append(required(f"{path}.containerName"))
    elif not resource:
        faults.append(required(f"{path}.resource"))
    elif resource not in _RESOURCES and not resource.startswith(_HUGE_PAGES):
        faults.append(unsupported(f"{path}.resource", resource, _RESOURCES))
    return faults + _divisor(resource, str(reference.get("divisor") or "0"), path)


def _divisor(resource: str, divisor: str, path: str) -> Faults:
    what = resource.partition(".")[2]
    rule = _DIVISORS.get("hugepages" if what.startswith("hugepages-") else what)
    if divisor == "0" or rule is None or divisor in rule[1]:
        return []
    why = f"only divisor's values {rule[0]} are supported with the {rule[2]} resource"
    return [invalid(f"{path}.divisor", resource, why)]


def validate_downward_files(files: list[Obj], path: str) -> Faults:
    """Faults of the files of a downwardAPI volume; they are all told at the volume's path."""
    faults: Faults = []
    for file in files:
        where = file.get("path") or ""
        faults += [] if where else [required(f"{path}.path")]
        faults += not_reserved(where, f"{path}.path")
        field, resource = file.get("fieldRef"), file.get("resourceFieldRef")
        if field is not None:
            faults += validate_field_ref(field, _FILE_FIELDS, f"{path}.fieldRef")
            if resource is not None:
                why = "fieldRef and resourceFieldRef can not be specified simultaneously"
                faults.append(invalid(path, "resource", why))
        elif resource is not None:
            at = f"{path}.resourceFieldRef"
            faults += validate_resource_ref(resource, at, in_volume=True)
        else:
            faults.append(required(path, "one of fieldRef and resourceFieldRef is required"))
        faults += file_mode(file, "mode", path)
    return faults
