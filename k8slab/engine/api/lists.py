"""Lists and watches: selectors, pages, resourceVersions (apiserver storage, 1.36)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from ..base.objects import Key, Obj, Objs, key_of, labels_of
from ..base.selectors import parse_selector
from ..store import Change, Gone
from .errors import ApiError, FieldError, bad_request, invalid
from .fields import field_matcher
from .kinds import Kind
from .server import Api

Matches = Callable[[Obj], bool]
_INITIAL_END = "k8s.io/initial-events-end"


def list_of(api: Api, kind: Kind, namespace: str | None, options: Obj) -> Obj:
    """The list object (``PodList``) of what the options ask for.

    Options: label_selector, field_selector, limit, continue, resource_version and
    resource_version_match (Exact, NotOlderThan). Raises ApiError 400, 410, 422, 504.
    """
    version, start = _place(api, options)
    namespace = namespace if kind.namespaced else None
    objects = _objects_at(api, kind, namespace, version)
    selects = _matcher(kind, options)
    found = [obj for obj in objects if selects(obj)] if selects else objects
    if start is not None:
        found = [obj for obj in found if _cursor(obj) > start]
    metadata: Obj = {"resourceVersion": str(version)}
    cached = options.get("resource_version") == "0" and not options.get("continue")
    limit = 0 if cached else options.get("limit") or 0  # the watch cache knows no pages
    if 0 < limit < len(found):
        left, found = len(found) - limit, found[:limit]
        metadata["continue"] = _token(version, _cursor(found[-1]))
        if selects is None:
            metadata["remainingItemCount"] = left
    return {
        "kind": f"{kind.kind}List",
        "apiVersion": kind.api_version,
        "metadata": metadata,
        "items": found,
    }


def _matcher(kind: Kind, options: Obj) -> Matches | None:
    """What the selectors let through; None where there are none."""
    labels, fields = options.get("label_selector"), options.get("field_selector")
    if not labels and not fields:
        return None
    try:
        selects = parse_selector(labels or "")
    except ValueError as error:
        raise bad_request(str(error)) from error
    matches = field_matcher(fields or "", kind)
    return lambda obj: selects(labels_of(obj)) and matches(obj)


def _place(api: Api, options: Obj) -> tuple[int, tuple[str, str] | None]:
    """The version that a list shows, and (for a later page) after which object it starts."""
    current = api.store.version
    token, match = options.get("continue"), options.get("resource_version_match")
    said = options.get("resource_version")
    if token:
        return _read_token(token)
    if match and not said:
        why = "resourceVersionMatch is forbidden unless resourceVersion is provided"
        fault = FieldError("resourceVersionMatch", "FieldValueForbidden", f"Forbidden: {why}")
        raise invalid("ListOptions", "meta.k8s.io", "", [fault])
    version = _read_version(said)
    if version > current:
        raise _too_large(version, current)
    return (version if match == "Exact" else current), None


def _read_version(text: Any) -> int:
    if not text:
        return 0
    if not (isinstance(text, str) and text.isascii() and text.isdigit()):
        why = f'strconv.ParseUint: parsing "{text}": invalid syntax'
        raise bad_request(
            f'invalid resource version: resourceVersion: Invalid value: "{text}": {why}'
        )
    return int(text[:20])


def _too_large(version: int, current: int) -> ApiError:
    cause = {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
    return ApiError(
        504,
        "Timeout",
        f"Timeout: Too large resource version: {version}, current: {current}",
        {"causes": [cause], "retryAfterSeconds": 1},
    )


def _cursor(obj: Obj) -> tuple[str, str]:
    key = key_of(obj)
    return key.namespace, key.name


def _token(version: int, last: tuple[str, str]) -> str:
    value = {"v": "meta.k8s.io/v1", "rv": version, "start": "/".join(last) + "\0"}
    return base64.urlsafe_b64encode(orjson.dumps(value)).decode().rstrip("=")


def _read_token(token: str) -> tuple[int, tuple[str, str]]:
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        if raw[:1] != b"{":
            began = chr(raw[0]) if raw else ""
            raise ValueError(f"invalid character '{began}' looking for beginning of value")
        value = orjson.loads(raw)
        namespace, _, name = str(value["start"]).rstrip("\0").partition("/")
        return int(value["rv"]), (namespace, name)
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise bad_request(f"invalid continue token: continue key is not valid: {error}") from error


def _objects_at(api: Api, kind: Kind, namespace: str | None, version: int) -> Objs:
    """The objects of a kind as they were at ``version``: what changed since is undone."""
    objects = api.store.list(kind.kind, namespace)
    if version == api.store.version:
        return objects
    try:
        changes = list(api.store.changes_since(version))
    except Gone as error:
        why = "The resourceVersion for the provided list is too old."
        raise ApiError(410, "Expired", why) from error
    then: dict[Key, Obj] = {key_of(obj): obj for obj in objects}
    for change in reversed(changes):
        if change.key.kind != kind.kind or namespace not in (None, change.key.namespace):
            continue
        if change.previous is None:
            then.pop(change.key, None)
        else:
            then[change.key] = change.previous
    return [then[key] for key in sorted(then)]


def watch(
    api: Api, kind: Kind, namespace: str | None, since: str, options: Obj
) -> tuple[Objs, str]:
    """What a watch from version ``since`` has to tell by now, and the version to go on from.

    Events are {"type": ADDED|MODIFIED|DELETED|BOOKMARK, "object"}. ``since`` "" or "0" first gives
    every object as ADDED. Options: the selectors of a list, ``bookmarks`` (end with one) and
    ``initial_events`` (mark the end of the first ones). Raises ApiError 410 Expired for a version
    that is compacted away: list again.
    """
    selects = _matcher(kind, options) or _everything
    namespace = namespace if kind.namespaced else None
    version = _read_version(since)
    now = str(api.store.version)
    if not version or options.get("initial_events"):
        objects = [obj for obj in api.store.list(kind.kind, namespace) if selects(obj)]
        events: Objs = [{"type": "ADDED", "object": obj} for obj in objects]
        if options.get("initial_events"):
            events.append(_bookmark(kind, now, {_INITIAL_END: "true"}))
        return events, now
    try:
        changes = api.store.changes_since(version)
    except Gone as error:
        why = f"too old resource version: {version} ({api.store.compacted})"
        raise ApiError(410, "Expired", why) from error
    events = [
        event
        for change in changes
        if change.key.kind == kind.kind and namespace in (None, change.key.namespace)
        for event in _seen(change, selects)
    ]
    if options.get("bookmarks"):
        events.append(_bookmark(kind, now, {}))
    return events, now


def _everything(obj: Obj) -> bool:
    return True


def _seen(change: Change, selects: Matches) -> Iterator[Obj]:
    """A change as a watcher with a selector sees it: what comes into sight is ADDED."""
    before = change.previous is not None and selects(change.previous)
    after = change.type != "DELETED" and selects(change.object)
    if before and after:
        yield {"type": "MODIFIED", "object": change.object}
    elif after:
        yield {"type": "ADDED", "object": change.object}
    elif before:
        yield {"type": "DELETED", "object": change.object}


def _bookmark(kind: Kind, version: str, annotations: dict[str, str]) -> Obj:
    metadata: Obj = {"resourceVersion": version}
    if annotations:
        metadata["annotations"] = annotations
    obj = {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": metadata}
    return {"type": "BOOKMARK", "object": obj}
