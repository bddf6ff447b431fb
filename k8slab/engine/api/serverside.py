"""Server-side apply: the patch type "apply" (apiserver handlers/patch.go applyPatcher, 1.36)."""

from __future__ import annotations

from typing import Any

from ..base.objects import Key, Obj
from .decode import DecodeError, lean, read_as
from .errors import ApiError, FieldError, bad_request, invalid
from .kinds import Kind
from .managed import last_applied, managers
from .schema import type_of_kind
from .server import Api


def server_side_apply(api: Api, kind: Kind, key: Key, body: Any, options: Obj, *, user: str) -> Obj:
    """Make the object what the configuration ``body`` says, and note who said so.

    Options: field_manager (required), force, dry_run. Raises ApiError: 400 and 500 for a body that
    is no configuration, 409 Conflict where others manage what it would change, 422.
    """
    name = options.get("field_manager") or ""
    if not name:
        why = "Required value: is required for apply patch"
        fault = FieldError("fieldManager", "FieldValueRequired", why)
        raise invalid("PatchOptions", "meta.k8s.io", "", [fault])
    config = _read(kind, key, body)
    live = api.store.get(key)
    version = config["metadata"].get("resourceVersion")
    if live is None and version:
        raise _conflict_of_missing(kind, key)
    by = managers.Manager(name, "Apply", kind.api_version)
    force = bool(options.get("force"))
    kind_type, now, mine = type_of_kind(kind), api.timestamp(), name == last_applied.MANAGER
    allowed = last_applied.allowed(live, kind_type) if live is not None and mine else frozenset()
    applied = managers.apply(live, config, by, kind_type, now, force=force, allowed=allowed)
    if mine:
        applied = last_applied.annotated(applied, config)
    metadata = {**applied["metadata"], "name": key.name}
    if kind.namespaced:
        metadata["namespace"] = key.namespace
    applied = {**applied, "metadata": metadata}
    dry_run = bool(options.get("dry_run"))
    if live is None:
        return api.create(applied, user=user, dry_run=dry_run)
    return api.update(applied, user=user, dry_run=dry_run)


def _conflict_of_missing(kind: Kind, key: Key) -> ApiError:
    resource = f"{kind.plural}.{kind.group}" if kind.group else kind.plural
    message = f'Operation cannot be fulfilled on {resource} "{key.name}": uid mismatch'
    return ApiError(409, "Conflict", message)


def _read(kind: Kind, key: Key, body: Any) -> Obj:
    """The configuration, read by its type."""
    if not isinstance(body, dict):
        raise bad_request("error decoding YAML: the configuration is no object")
    api_version, said = body.get("apiVersion") or "", body.get("kind") or ""
    if not api_version or not said:
        group, _, version = api_version.rpartition("/")
        raise bad_request(f"invalid object type: {group}/{version}, Kind={said}")
    if (api_version, said) != (kind.api_version, kind.kind):
        raise bad_request(f"the configuration is a {api_version} {said}, not a {kind.kind}")
    metadata = body.get("metadata")
    if not isinstance(metadata, dict):
        metadata = {}
    if metadata.get("managedFields"):
        raise bad_request("metadata.managedFields must be nil")
    config = {**body, "metadata": {"name": key.name, **metadata}}
    try:
        decoded = read_as(kind, config)
    except DecodeError as error:
        raise managers.typed_patch_error(config, str(error)) from error
    if decoded.unknown:
        why = "\n".join(f".{path}: field not declared in schema" for path in decoded.unknown)
        if len(decoded.unknown) > 1:
            why = f"errors:\n{why}"
        raise managers.typed_patch_error(config, why)
    return lean(decoded.obj, type_of_kind(kind)) if kind.type is None else decoded.obj
