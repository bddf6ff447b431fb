"""What a writer expects of the object as it is stored; a Conflict where it is otherwise."""

from __future__ import annotations

from ..base.objects import Obj
from .errors import ApiError, conflict
from .kinds.base import Kind

_FOLDERS = {
    "Node": "minions",
    "Service": "services/specs",
    "Endpoints": "services/endpoints",
    "ReplicationController": "controllers",
    "Ingress": "ingress",
}


def registry_path(kind: str, plural: str, namespace: str, name: str) -> str:
    """``/registry/secrets/default/db``: where etcd has an object."""
    parts = ("/registry", _FOLDERS.get(kind, plural), namespace, name)
    return "/".join(part for part in parts if part)


def check_update(kind: Kind, obj: Obj, old: Obj) -> None:
    """An update's resourceVersion and uid, where it says them, are the stored ones."""
    name = old["metadata"]["name"]
    version = obj["metadata"].get("resourceVersion")
    if version and not (version.isascii() and version.isdigit()):
        why = f'strconv.ParseUint: parsing "{version}": invalid syntax'
        raise ApiError(500, "", why)
    if version and version != old["metadata"]["resourceVersion"]:
        raise conflict(kind.plural, kind.group, name)
    uid, stored = obj["metadata"].get("uid"), old["metadata"].get("uid")
    if uid and uid != stored:
        place = registry_path(kind.kind, kind.plural, old["metadata"].get("namespace", ""), name)
        why = (
            f"StorageError: invalid object, Code: 4, Key: {place}, ResourceVersion: 0, "
            "AdditionalErrorMsg: Precondition failed: UID in precondition: "
            f"{uid}, UID in object meta: {stored}"
        )
        raise conflict(kind.plural, kind.group, name, why)


def check_deletion(kind: Kind, old: Obj, uid: str | None, resource_version: str | None) -> None:
    """The preconditions of a deletion (registry/rest BeforeDelete)."""
    asked = (
        ("UID", uid, "uid", "deleted and then recreated"),
        ("ResourceVersion", resource_version, "resourceVersion", "modified"),
    )
    for what, wanted, field, happened in asked:
        stored = old["metadata"][field]
        if wanted is not None and wanted != stored:
            why = (
                f"the {what} in the precondition ({wanted}) does not match the {what} in record "
                f"({stored}). The object might have been {happened}"
            )
            raise conflict(kind.kind, kind.group, old["metadata"]["name"], why)
