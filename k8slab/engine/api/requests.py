"""Requests from outside: what a client puts on the wire, as a JSON value.

    {"verb": "get|list|watch|create|update|patch|delete|deletecollection", "kind": "Deployment",
     "namespace": "", "name": "", "subresource": "|status|scale|binding|eviction", "body": ...,
     "patch_type": "strategic|merge|json|apply", "options": {...}, "user": "learner",
     "groups": [], "token": "..."}

Subresources also "token" (of a ServiceAccount). A ``token`` says who asks where no ``user`` does.

Options: dry_run, field_validation (Strict, or Warn and Ignore that drop unknown fields), grace_s,
propagation, uid, resource_version, label_selector, field_selector, field_manager (who is noted as
the manager of what changes), force (an apply takes fields from other managers); of lists and
watches those of ``api.lists``. The answer is the object, a list with ``items``, or of a watch
{"events", "resource_version"}. ``Api.warnings`` is then what the server warns of.
"""

from __future__ import annotations

import json
from typing import Any

import orjson

from ..base.objects import Key, Obj
from . import authentication, authorization, escalation, reviews, scale, subresources
from .authorization import LEARNER, user_of
from .decode import DecodeError, described, read_as
from .errors import ApiError, FieldError, bad_request, invalid
from .eviction import evict
from .kinds import Kind
from .lists import list_of, watch
from .patch import TYPES, apply_patch, conversion_fault, go_text
from .schema import type_of, type_of_kind
from .server import Api
from .serverside import server_side_apply

BODY_BYTES_MAX = 3 << 20
_READS = ("get", "list", "watch")
CONNECTIONS = frozenset({"exec", "attach", "portforward"})


def is_mutating(request: Obj) -> bool:
    """Whether a request can change the cluster: reviews are posted, and change nothing.

    Nor does it to connect to a pod.
    """
    if request["kind"] in reviews.KINDS or request.get("subresource") in CONNECTIONS:
        return False
    return request["verb"] not in _READS


def handle(api: Api, request: Obj) -> Obj:
    """Carry out a request; ApiError where it is refused."""
    api.warnings = []
    request = authentication.authenticate(api, request)
    kind = api.discovery.named(request["kind"])
    authorization.check(api, kind, request)
    if kind.deprecated:
        api.warnings.append(kind.deprecated)
    if kind.virtual and request["verb"] != "create":
        raise _not_allowed()
    if kind.kind == "ComponentStatus" and request["verb"] not in _READS:
        raise _not_allowed()
    options = request.get("options") or {}
    key = Key(
        kind.kind,
        (request.get("namespace") or "default") if kind.namespaced else "",
        request.get("name") or "",
    )
    subresource = request.get("subresource") or ""
    if request["verb"] in ("get", "update", "patch"):
        _check_subresource(kind, subresource)
    match request["verb"]:
        case "get":
            stored = api.get(key)
            return scale.scale_of(stored) if subresource == "scale" else stored
        case "list":
            return list_of(api, kind, request.get("namespace") or None, options)
        case "watch":
            since = options.get("resource_version") or ""
            events, version = watch(api, kind, request.get("namespace") or None, since, options)
            return {"events": events, "resource_version": version}
        case "create":
            return _create(api, kind, key, request, options)
        case "update":
            return _update(api, kind, key, request, options)
        case "patch":
            return _patch(api, kind, key, request, options)
        case "delete":
            return _delete(api, key, request, options)
        case "deletecollection":
            found = list_of(api, kind, request.get("namespace") or None, options)
            for obj in found["items"]:
                _delete(api, key._replace(name=obj["metadata"]["name"]), request, options)
            return found
        case _:
            raise _not_allowed()


def _not_allowed() -> ApiError:
    why = "the server does not allow this method on the requested resource"
    return ApiError(405, "MethodNotAllowed", why)


def _check_subresource(kind: Kind, subresource: str) -> None:
    if subresource and subresource not in subresources.of_kind(kind):
        raise ApiError(404, "NotFound", "the server could not find the requested resource", {})


def read_body(api: Api, kind: Kind, body: Any, field_validation: str = "Strict") -> Obj:
    """``body`` read as an object of ``kind``; ApiError 400 in the server's words."""
    said = body.get("kind") if isinstance(body, dict) else None
    stated = f'{said or kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}'
    _check_kind(kind, body, stated)
    try:
        decoded = read_as(kind, body)
    except DecodeError as error:
        raise bad_request(f"{stated}: {error}") from error
    if decoded.unknown and field_validation == "Strict":
        raise bad_request(f"{stated}: {decoded.strict_error()}")
    if field_validation == "Warn":
        api.warnings += [f'unknown field "{path}"' for path in decoded.unknown]
    obj = decoded.obj
    return {**obj, "kind": kind.kind, "apiVersion": kind.api_version}


def _check_kind(kind: Kind, body: Any, stated: str) -> None:
    if not isinstance(body, dict):
        raise bad_request(f"{stated}: json: cannot unmarshal into Go value of type v1.{kind.kind}")
    said, version = body.get("kind"), body.get("apiVersion")
    if said is not None and not isinstance(said, str):
        raise bad_request(_unrecognized(kind, body, said))
    if version and version != kind.api_version:
        raise bad_request(
            f"the API version in the data ({version}) does not match the expected API version "
            f"({kind.api_version})"
        )
    if said and said != kind.kind:
        why = (
            f'no kind "{said}" is registered for version "{kind.api_version}" in scheme '
            '"pkg/api/legacyscheme/scheme.go:30"'
        )
        raise bad_request(f"{stated}: {why}")


def _unrecognized(kind: Kind, body: Obj, said: Any) -> str:
    start = json.dumps(body)[:30]
    what = "number" if isinstance(said, int | float) else described(said)
    return (
        f"the object provided is unrecognized (must be of type {kind.kind}): couldn't get "
        f"version/kind; json parse error: json: cannot unmarshal {what} into Go struct field .kind "
        f"of type string ({start} ...)"
    )


def _place(kind: Kind, key: Key, obj: Obj) -> Obj:
    """``obj`` in the namespace of the request; ApiError where it names another."""
    metadata = obj.get("metadata") or {}
    if kind.namespaced:
        if metadata.get("namespace", key.namespace) != key.namespace:
            raise bad_request(
                "the namespace of the provided object does not match the namespace sent on the "
                "request"
            )
        metadata = {**metadata, "namespace": key.namespace}
    return {**obj, "metadata": metadata}


def _writing(request: Obj, options: Obj) -> dict[str, Any]:
    """Who writes, and how."""
    return {
        "user": request.get("user") or LEARNER,
        "manager": options.get("field_manager") or "",
        "dry_run": bool(options.get("dry_run")),
    }


def _create(api: Api, kind: Kind, key: Key, request: Obj, options: Obj) -> Obj:
    subresource = request.get("subresource") or ""
    if subresource == "binding":
        return _bind(api, key, request["body"])
    if subresource == "eviction":
        return _evict(api, key, request, options)
    if kind.virtual:
        body = read_body(api, kind, request.get("body") or {})
        return reviews.answer(api, kind, body, user_of(request))
    if subresource == "token":
        asked = (request.get("body") or {}).get("spec") or {}
        return authentication.issue(api, api.get(key), asked.get("expirationSeconds"))
    body = read_body(api, kind, request["body"], options.get("field_validation") or "Strict")
    obj = _place(kind, key, body)
    escalation.check(api, kind, obj, user_of(request))
    return api.create(obj, **_writing(request, options))


def _bind(api: Api, key: Key, body: Obj) -> Obj:
    """BindingREST.Create: the name in the body has to be the pod's, and a node is told."""
    if (body.get("metadata") or {}).get("name") != key.name:
        raise bad_request("name in URL does not match name in Binding object")
    node = (body.get("target") or {}).get("name")
    if not node:
        fault = FieldError("target.name", "FieldValueRequired", "Required value")
        raise invalid("Binding", "", key.name, [fault])
    return api.bind(api.get(key), str(node))


def _evict(api: Api, key: Key, request: Obj, options: Obj) -> Obj:
    asked = (request.get("body") or {}).get("deleteOptions") or {}
    grace_s = asked.get("gracePeriodSeconds")
    dry_run = bool(options.get("dry_run") or asked.get("dryRun"))
    return evict(api, api.get(key), grace_s=grace_s, dry_run=dry_run)


def _update(api: Api, kind: Kind, key: Key, request: Obj, options: Obj) -> Obj:
    subresource = request.get("subresource") or ""
    if subresource == "scale":
        return _store_scale(api, kind, api.get(key), request["body"], request, options)
    body = read_body(api, kind, request["body"], options.get("field_validation") or "Strict")
    name = body.get("metadata", {}).get("name")
    if name != key.name:
        raise bad_request(
            f"the name of the object ({name}) does not match the name on the URL ({key.name})"
        )
    obj = _place(kind, key, body)
    escalation.check(api, kind, obj, user_of(request))
    return api.update(obj, subresource=subresource, **_writing(request, options))


def _patch(api: Api, kind: Kind, key: Key, request: Obj, options: Obj) -> Obj:
    patch_type = request.get("patch_type") or "strategic"
    if patch_type == "apply":
        user = request.get("user") or LEARNER
        return server_side_apply(api, kind, key, request["body"], options, user=user)
    if patch_type not in TYPES:
        raise ApiError(415, "UnsupportedMediaType", f"the patch type {patch_type} is not supported")
    if patch_type == "strategic" and kind.type is not None:
        raise _not_strategic()
    stored = api.get(key)
    subresource = request.get("subresource") or ""
    if subresource == "scale":
        scale_type = type_of("autoscaling", "v1", "Scale")
        patched = apply_patch(patch_type, scale.scale_of(stored), request["body"], scale_type)
        return _store_scale(api, kind, stored, patched, request, options)
    kind_type = type_of_kind(kind)
    patched = apply_patch(patch_type, stored, request["body"], kind_type)
    validation = options.get("field_validation") or "Warn"
    obj = _read_patched(api, kind, key, patched, request, validation)
    obj = _place(kind, key, obj)
    escalation.check(api, kind, obj, user_of(request))
    return api.update(obj, subresource=subresource, **_writing(request, options))


def _not_strategic() -> ApiError:
    """Custom kinds have no strategic merge patch."""
    types = ("json-patch+json", "merge-patch+json", "apply-patch+yaml")
    accepted = ", ".join(f"application/{it}" for it in types)
    why = (
        "the body of the request was in an unknown format - accepted media types include: "
        f"{accepted}"
    )
    return ApiError(415, "UnsupportedMediaType", why)


def _read_patched(
    api: Api, kind: Kind, key: Key, patched: Obj, request: Obj, field_validation: str
) -> Obj:
    """The patched object, read as its kind.

    A patch that breaks a type is a 422: of a strategic one the patch is told, of another the
    object that it would make.
    """
    strategic = (request.get("patch_type") or "strategic") == "strategic"
    told = go_text(request["body"]) if strategic else orjson.dumps(patched).decode()
    if strategic and (why := conversion_fault(patched, type_of_kind(kind))):
        raise _bad_patch(told, why)
    metadata = patched.get("metadata")
    if not isinstance(metadata, dict) or not metadata.get("name"):
        raise bad_request(
            f"the name of the object ({key.name} based on URL) was undeterminable: name must be "
            "provided"
        )
    if metadata["name"] != key.name:
        raise bad_request(
            f"the name of the object ({metadata['name']}) does not match the name on the URL "
            f"({key.name})"
        )
    typed = {"apiVersion": kind.api_version, "kind": kind.kind}
    said = {name: patched.get(name) for name in typed}
    if said != typed and not strategic:
        raise _bad_patch(told, _other_type(kind, patched))
    try:
        decoded = read_as(kind, {**patched, **typed})
    except DecodeError as error:
        raise _bad_patch(told, str(error)) from error
    if decoded.unknown and field_validation == "Strict":
        raise _bad_patch(told, decoded.strict_error())
    if field_validation == "Warn":
        api.warnings += [f'unknown field "{path}"' for path in decoded.unknown]
    return decoded.obj


def _other_type(kind: Kind, patched: Obj) -> str:
    """What decoding says of an object whose type a patch has taken away or changed."""
    for name, field in (("kind", "Kind"), ("apiVersion", "apiVersion")):
        if not patched.get(name):
            return f"Object '{field}' is missing in '{orjson.dumps(patched).decode()}'"
    said, version = patched["kind"], patched["apiVersion"]
    if said == kind.kind:
        why = f'no kind "{said}" is registered for version "{version}" in scheme '
        return f'{why}"pkg/api/legacyscheme/scheme.go:30"'
    own = f"({kind.version}.{said}) to ({kind.group.partition('.')[0] or 'core'}.{kind.kind})"
    return f"converting {own}: unknown conversion"


def _bad_patch(text: str, why: str) -> ApiError:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return invalid("", "", "", [FieldError("patch", "FieldValueInvalid",
                                           f'Invalid value: "{quoted}": {why}')])  # fmt: skip


def _store_scale(api: Api, kind: Kind, stored: Obj, body: Obj, request: Obj, options: Obj) -> Obj:
    new = scale.with_scale(kind, stored, body)
    written = api.update(new, **_writing(request, options))
    return scale.scale_of(written)


def _delete(api: Api, key: Key, request: Obj, options: Obj) -> Obj:
    return api.delete(
        key,
        grace_s=options.get("grace_s"),
        propagation=options.get("propagation"),
        uid=options.get("uid"),
        resource_version=options.get("resource_version"),
        user=request.get("user") or LEARNER,
        dry_run=bool(options.get("dry_run")),
    )
