"""Who manages which fields: metadata.managedFields and server-side apply (managedfields, 1.36).

Users' writes are recorded; controllers' are only where an object already has managers
(docs/decisions). An apply merges the configuration into the live object, drops what its manager
applied before and says no more, and conflicts with whoever else set a field that it would change.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ...base.objects import Obj, Objs, set_in
from ..errors import ApiError
from ..schema import Type
from . import merge
from .paths import DuplicateItem, Path, Paths, fields_v1, owned, parse, shown

_SYSTEM = frozenset(
    {("f:metadata",)}
    | {
        ("f:metadata", f"f:{name}")
        for name in ("name", "namespace", "uid", "creationTimestamp", "generation", "selfLink",
                     "resourceVersion", "managedFields", "deletionTimestamp",
                     "deletionGracePeriodSeconds")
    }
)  # fmt: skip
BEFORE = "before-first-apply"


class Manager(NamedTuple):
    """One who manages fields; the same name applies and updates as two managers."""

    name: str
    operation: str  # Apply or Update
    api_version: str
    subresource: str = ""


class Managed(NamedTuple):
    """The fields of one manager, and when it last changed them ("" where it never did)."""

    fields: Paths
    time: str


Managers = dict[Manager, Managed]


def read(obj: Obj) -> Managers:
    """The managers of an object."""
    return {
        Manager(
            entry.get("manager", ""),
            entry.get("operation", ""),
            entry.get("apiVersion", ""),
            entry.get("subresource", ""),
        ): Managed(frozenset(parse(entry.get("fieldsV1") or {})), entry.get("time", ""))
        for entry in obj["metadata"].get("managedFields") or ()
    }


def write(obj: Obj, managers: Managers) -> Obj:
    """``obj`` with these managers, ordered as the server orders them."""
    ordered = sorted(
        ((manager, managed) for manager, managed in managers.items() if managed.fields),
        key=lambda it: (it[0].operation, it[1].time, it[0].name, it[0].subresource),
    )
    entries = [_entry(manager, managed) for manager, managed in ordered]
    if not entries and "managedFields" not in obj["metadata"]:
        return obj
    return set_in(obj, ("metadata", "managedFields"), entries)


def _entry(manager: Manager, managed: Managed) -> Obj:
    entry: Obj = {
        "manager": manager.name,
        "operation": manager.operation,
        "apiVersion": manager.api_version,
    }
    if managed.time:
        entry["time"] = managed.time
    entry["fieldsType"] = "FieldsV1"
    entry["fieldsV1"] = fields_v1(managed.fields)
    if manager.subresource:
        entry["subresource"] = manager.subresource
    return entry


def updated(new: Obj, old: Obj | None, by: Manager, kind: Type, now: str) -> Obj:
    """``new`` with its managers after an update by one of them."""
    before = _content(old) if old is not None else {}
    after = _content(new)
    changed = frozenset(merge.changed(before, after, kind)) - _SYSTEM
    gone = merge.removed(before, after, kind)
    managers = read(old) if old is not None else {}
    managers = {
        manager: managed._replace(fields=_without(managed.fields, gone) - changed)
        if manager != by
        else managed._replace(fields=_without(managed.fields, gone))
        for manager, managed in managers.items()
    }
    mine = managers[by].fields if by in managers else frozenset()
    if changed:
        managers[by] = Managed(mine | changed, now)
    return write(new, managers)


def _content(obj: Obj) -> Obj:
    """What of an object has managers: neither what the system says of it, nor its status."""
    metadata = {
        name: value
        for name, value in obj["metadata"].items()
        if ("f:metadata", f"f:{name}") not in _SYSTEM
    }
    hidden = ("apiVersion", "kind", "metadata", "status")
    kept = {name: value for name, value in obj.items() if name not in hidden}
    return {**kept, "metadata": metadata} if metadata else kept


def _without(fields: Paths, gone: list[Path]) -> Paths:
    """``fields`` less what lies at or beneath a path that is gone."""
    return frozenset(path for path in fields if not any(path[: len(root)] == root for root in gone))


def apply(
    live: Obj | None,
    config: Obj,
    by: Manager,
    kind: Type,
    now: str,
    *,
    force: bool,
    allowed: Paths = frozenset(),
) -> Obj:
    """The object after ``by`` applied ``config``. Raises ApiError 409 (conflicts), 500 (its form).

    ``live`` None: there is no such object yet. Managers are on the result; where nothing but they
    change the manager gets no time. ``allowed`` are fields that may be taken without force.
    """
    try:
        said = frozenset(owned(_content(config), kind)) - _SYSTEM - {()}
        merged = merge.merge(live, config, kind) if live is not None else config
    except DuplicateItem as error:
        raise typed_patch_error(config, str(error)) from None
    managers = read(live) if live is not None else {}
    if live is not None and not managers:
        before = frozenset(owned(_content(live), kind)) - _SYSTEM
        managers[Manager(BEFORE, "Update", by.api_version)] = Managed(before, "")
    mine = managers.pop(by, None)
    if mine is not None:
        kept = said.union(*(managed.fields for managed in managers.values()))
        held = frozenset(path[:length] for path in kept for length in range(1, len(path) + 1))
        merged = merge.prune(merged, kind, mine.fields - kept, held)
    old = _content(live) if live is not None else {}
    new = _content(merged)
    changed = frozenset(merge.changed(old, new, kind)) - _SYSTEM
    conflicts = {
        manager: sorted(managed.fields & said & changed)
        for manager, managed in managers.items()
        if managed.fields & said & changed
    }
    refused = {who: [it for it in fields if it not in allowed] for who, fields in conflicts.items()}
    if any(refused.values()) and not force:
        raise _conflict({who: fields for who, fields in refused.items() if fields})
    for manager, fields in conflicts.items():
        managed = managers[manager]
        managers[manager] = managed._replace(fields=managed.fields - frozenset(fields))
    gone = merge.removed(old, new, kind)
    managers = {
        manager: managed._replace(fields=_without(managed.fields, gone))
        for manager, managed in managers.items()
    }
    time = now if old != new else mine.time if mine is not None else ""
    managers[by] = Managed(said, time)
    return write(merged, managers)


def typed_patch_error(config: Obj, why: str) -> ApiError:
    """500: the configuration does not fit its type."""
    metadata = config["metadata"]
    where = f"{metadata.get('namespace', '')}/{metadata.get('name', '')}"
    group, _, version = config["apiVersion"].rpartition("/")
    gvk = f"{group}/{version}, Kind={config['kind']}"
    return ApiError(500, "", f"failed to create typed patch object ({where}; {gvk}): {why}")


def _conflict(conflicts: dict[Manager, list[Path]]) -> ApiError:
    """409, with a cause for each field."""
    causes: Objs = []
    told: list[str] = []
    for manager in sorted(conflicts):
        using = f' with subresource "{manager.subresource}"' if manager.subresource else ""
        who = f'"{manager.name}"{using} using {manager.api_version}'
        fields = [shown(path) for path in conflicts[manager]]
        causes += [
            {"reason": "FieldManagerConflict", "message": f"conflict with {who}", "field": field}
            for field in fields
        ]
        if len(fields) == 1:
            told.append(f"conflict with {who}: {fields[0]}")
        else:
            told.append(f"conflicts with {who}:\n" + "\n".join(f"- {field}" for field in fields))
    count = len(causes)
    plural = "conflict" if count == 1 else "conflicts"
    message = f"Apply failed with {count} {plural}: " + "\n".join(told)
    details: dict[str, Any] = {"causes": causes}
    return ApiError(409, "Conflict", message, details)
