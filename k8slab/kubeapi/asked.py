"""An HTTP request to the API as the engine takes it (``engine.api.requests``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast
from urllib.parse import parse_qs

import orjson

from k8slab.engine.api.errors import ApiError, FieldError, bad_request, invalid
from k8slab.engine.api.requests import BODY_BYTES_MAX
from k8slab.engine.base.objects import Obj
from k8slab.kubectl.yaml_reader import YamlError, read_documents

from . import older, protobuf
from .routes import Resource

JSON, YAML = "application/json", "application/yaml"
PATCHES = {
    "application/strategic-merge-patch+json": "strategic",
    "application/merge-patch+json": "merge",
    "application/json-patch+json": "json",
    "application/apply-patch+yaml": "apply",
    "application/apply-patch+cbor": "",
}
ACCEPTED = f"{JSON}, {YAML}, {protobuf.MEDIA_TYPE}"
NOT_ALLOWED = "the server does not allow this method on the requested resource"
_VALIDATIONS = ("", "Ignore", "Strict", "Warn")
_PROPAGATIONS = ("", "Foreground", "Background", "Orphan")
_MANAGER_MAX = 128


class Asked(NamedTuple):
    """One HTTP request. Header names are lower case; ``query`` has the last value of each name."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    groups: tuple[str, ...] = ()


def read_query(text: str) -> dict[str, str]:
    """The parameters of a query, the last of each."""
    return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}


def request_of(asked: Asked, to: Resource) -> Obj:
    """The engine's request. ApiError where the HTTP request makes none."""
    verb = _verb(asked, to)
    request: Obj = {
        "verb": verb,
        "kind": to.kind.kind,
        "namespace": to.namespace,
        "name": to.name,
        "subresource": to.subresource,
        "options": _options(asked, verb),
    }
    if verb == "patch":
        request |= {"patch_type": _patch_type(asked), "body": older.stored(to.kind, _patch(asked))}
    elif verb in ("create", "update"):
        request["body"] = _body(asked, to)
        if verb == "create" and not to.name:
            metadata = request["body"].get("metadata")
            name = metadata.get("name") if isinstance(metadata, dict) else None
            request["name"] = name if isinstance(name, str) else ""
    return request | who(asked)


def _verb(asked: Asked, to: Resource) -> str:
    watches = to.watches or asked.query.get("watch") in ("1", "true", "True")
    verbs = {
        ("GET", True): "get",
        ("GET", False): "watch" if watches else "list",
        ("POST", False): "create",
        ("PUT", True): "update",
        ("PATCH", True): "patch",
        ("DELETE", True): "delete",
        ("DELETE", False): "deletecollection",
    }
    if watches and asked.method == "GET":
        return "watch"
    if asked.method == "POST" and to.subresource:
        return "create"
    verb = verbs.get((asked.method, bool(to.name)))
    nowhere = to.kind.namespaced and not to.namespace
    if verb is None or (nowhere and verb in ("create", "deletecollection") and not to.kind.virtual):
        raise ApiError(405, "MethodNotAllowed", NOT_ALLOWED, {})
    return verb


def who(asked: Asked) -> Obj:
    """Whose token was sent, or whom the client impersonates; nothing for the lab's owner.

    The lab's own key, sent as a token too, says no more than the address does.
    """
    user = asked.headers.get("impersonate-user")
    if user:
        uid = asked.headers.get("impersonate-uid", "")
        return {"user": user, "groups": list(asked.groups), "uid": uid}
    if asked.groups or asked.headers.get("impersonate-uid"):
        raise bad_request("requesting uid, groups or user-extra without impersonating a user")
    scheme, _, token = asked.headers.get("authorization", "").partition(" ")
    own = token == asked.headers.get("k8slab-key", "")
    return {"token": token} if scheme.lower() == "bearer" and not own else {}


def _options(asked: Asked, verb: str) -> Obj:
    query = asked.query
    options: Obj = {
        "label_selector": query.get("labelSelector", ""),
        "field_selector": query.get("fieldSelector", ""),
        "limit": _integer(query.get("limit", "")),
        "continue": query.get("continue", ""),
        "resource_version": query.get("resourceVersion", ""),
        "resource_version_match": query.get("resourceVersionMatch", ""),
        "field_manager": query.get("fieldManager") or _agent(asked),
        "force": query.get("force") in ("true", "1"),
    }
    if verb in ("create", "update", "patch"):
        kind = {"create": "CreateOptions", "update": "UpdateOptions", "patch": "PatchOptions"}[verb]
        said = query.get("fieldValidation", "")
        if said not in _VALIDATIONS:
            texts = '"", "Ignore", "Strict", "Warn"'
            raise _not_supported(kind, "fieldValidation", f'"{said}"', texts)
        options["field_validation"] = said or "Warn"
        options["dry_run"] = _dry_run(kind, query.get("dryRun"))
        if "fieldManager" not in query and verb == "patch" and _patch_type(asked) == "apply":
            why = "Required value: is required for apply patch"
            fault = FieldError("fieldManager", "FieldValueRequired", why)
            raise invalid("PatchOptions", "meta.k8s.io", "", [fault])
    if verb in ("delete", "deletecollection"):
        options |= _deletion(asked)
    return {name: value for name, value in options.items() if value not in ("", None, False)}


def _deletion(asked: Asked) -> Obj:
    """DeleteOptions, of the body or else of the query."""
    said = asked.body and _object(asked, "DeleteOptions")
    said = said if isinstance(said, dict) else {}
    query = asked.query
    grace = said.get("gracePeriodSeconds", _integer(query.get("gracePeriodSeconds", "")))
    policy = said.get("propagationPolicy") or query.get("propagationPolicy") or ""
    if policy not in _PROPAGATIONS:
        texts = '"Foreground", "Background", "Orphan", "nil"'
        raise _not_supported("DeleteOptions", "propagationPolicy", f'"{policy}"', texts)
    dry_run = said.get("dryRun") or ([query["dryRun"]] if "dryRun" in query else [])
    conditions = said.get("preconditions") or {}
    return {
        "grace_s": grace,
        "propagation": policy,
        "uid": conditions.get("uid"),
        "resource_version": conditions.get("resourceVersion"),
        "dry_run": _dry_run("DeleteOptions", dry_run[0] if dry_run else None),
    }


def _dry_run(kind: str, said: Any) -> bool:
    if said is None:
        return False
    if said != "All":
        raise _not_supported(kind, "dryRun", f'["{said}"]', '"All"')
    return True


def _not_supported(kind: str, field: str, said: str, texts: str) -> ApiError:
    why = f"Unsupported value: {said}: supported values: {texts}"
    return invalid(kind, "meta.k8s.io", "", [FieldError(field, "FieldValueNotSupported", why)])


def _integer(text: str) -> int | None:
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax') from None


def _agent(asked: Asked) -> str:
    """The default field manager: the client's name, up to its version."""
    return asked.headers.get("user-agent", "unknown").partition("/")[0][:_MANAGER_MAX]


def _media_type(asked: Asked) -> str:
    return asked.headers.get("content-type", JSON).partition(";")[0].strip().lower()


def _patch_type(asked: Asked) -> str:
    patch_type = PATCHES.get(_media_type(asked), "")
    if not patch_type:
        raise ApiError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {})
    return patch_type


def _patch(asked: Asked) -> Any:
    if _patch_type(asked) == "apply":
        return _yaml(asked)
    try:
        return orjson.loads(asked.body)
    except orjson.JSONDecodeError as error:
        raise bad_request(f"error decoding patch: {error}") from None


def _body(asked: Asked, to: Resource) -> Obj:
    body = _object(asked, to.kind.kind)
    if not isinstance(body, dict):
        raise bad_request(f"the object provided is unrecognized (must be of type {to.kind.kind})")
    if not to.subresource:
        _check_type(body, to)
    return cast(Obj, older.stored(to.kind, body))


def _object(asked: Asked, kind: str) -> Any:
    if len(asked.body) > BODY_BYTES_MAX:
        raise too_large()
    match _media_type(asked):
        case "application/json" | "":
            return _json(asked, kind)
        case "application/yaml":
            return _yaml(asked)
        case protobuf.MEDIA_TYPE:
            return protobuf.decode(asked.body)
    why = (
        "the body of the request was in an unknown format - accepted media types include: "
        f"{ACCEPTED}"
    )
    raise ApiError(415, "UnsupportedMediaType", why)


def _check_type(body: Obj, to: Resource) -> None:
    """Another kind, or another version of it, cannot be read as this one."""
    kind, said = to.kind, body.get("kind")
    version = body.get("apiVersion") or kind.api_version
    stated = f'{said} in version "{str(version).rpartition("/")[2]}" cannot be handled as a '
    if isinstance(said, str) and said != kind.kind:
        own = f"({kind.version}.{said}) to ({kind.group.partition('.')[0] or 'core'}.{kind.kind})"
        raise bad_request(f"{stated}{kind.kind}: converting {own}: unknown conversion")
    if said == kind.kind and version != kind.api_version:
        why = f'no kind "{said}" is registered for version "{version}" in scheme '
        raise bad_request(f'{stated}{kind.kind}: {why}"pkg/api/legacyscheme/scheme.go:30"')


def _json(asked: Asked, kind: str) -> Any:
    try:
        return orjson.loads(asked.body)
    except orjson.JSONDecodeError:
        said = asked.body.decode("utf-8", "replace")
        why = _go_error(said)
        shown = said if len(said) <= 30 else f"{said[:30]} ..."
        raise bad_request(
            f"the object provided is unrecognized (must be of type {kind}): couldn't get "
            f"version/kind; json parse error: {why} ({shown or '<empty>'})"
        ) from None


def _go_error(text: str) -> str:
    """What Go's encoding/json says of a text that is no JSON."""
    if not text.strip():
        return "unexpected end of JSON input"
    try:
        read_documents(text if text.lstrip().startswith("{") else "{" + text)
    except YamlError as error:
        return str(error.args[0]).rpartition(": ")[2] if error.args else str(error)
    return "invalid JSON"


def _yaml(asked: Asked) -> Any:
    try:
        documents = read_documents(asked.body.decode("utf-8", "replace"))
    except YamlError as error:
        raise bad_request(f"error decoding YAML: {error}") from None
    return documents[0].value if documents else None


def too_large() -> ApiError:
    """413: the body is over the limit."""
    why = f"Request entity too large: limit is {BODY_BYTES_MAX}"
    return ApiError(413, "RequestEntityTooLarge", why)
