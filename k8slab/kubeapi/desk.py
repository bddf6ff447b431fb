"""What one cluster answers at once: all but streams (apiserver, 1.36)."""

from __future__ import annotations

import orjson

from k8slab.engine.api import authentication, authorization
from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj
from k8slab.engine.cluster import Cluster

from . import answers, discovery, health, openapi
from .answers import Answer, Form, answer, form_of, shaped
from .asked import NOT_ALLOWED, Asked, request_of, who
from .routes import NotServed, Resource, resource_of

VERSION = {
    "major": "1",
    "minor": "36",
    "emulationMajor": "1",
    "emulationMinor": "36",
    "minCompatibilityMajor": "1",
    "minCompatibilityMinor": "35",
    "gitVersion": "v1.36.2",
    "gitCommit": "k8slab",
    "gitTreeState": "archive",
    "buildDate": "2026-08-21T00:00:00Z",
    "goVersion": "go1.26.4",
    "compiler": "gc",
    "platform": "linux/amd64",
}
AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
NOWHERE = ApiError(404, "NotFound", "the server could not find the requested resource", {})
PROTO_OPENAPI = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
PAGE_NOT_FOUND = Answer(404, answers.TEXT, b"404 page not found\n")


def answered(cluster: Cluster, asked: Asked) -> Answer:
    """The answer to a request that opens no stream. Raises ApiError."""
    to = routed(cluster, asked)
    if isinstance(to, Answer):
        return to
    request = request_of(asked, to)
    return done(cluster, to, request, form_of(asked.headers.get("accept", ""), asked.query))


def routed(cluster: Cluster, asked: Asked) -> Resource | Answer:
    """The resource that a request is about, or the document that it asks for."""
    try:
        if asked.path.startswith(("/api/", "/apis/")):
            return resource_of(cluster, asked.path)
    except NotServed as wrong:
        if wrong.group and (asked.method != "GET" or document(cluster, asked) is None):
            raise NOWHERE from None
    return document(cluster, asked) or PAGE_NOT_FOUND


def done(cluster: Cluster, to: Resource, request: Obj, form: Form) -> Answer:
    """Carry a request out, and say what came of it."""
    verb, api = request["verb"], cluster.world.api
    before = cluster.version
    existed = verb == "patch" and _stored(cluster, to) is not None
    obj = cluster.request(request)
    code = (
        201
        if verb == "create" or (verb == "patch" and not existed and before != cluster.version)
        else 200
    )
    warnings = list(api.warnings)
    if to.subresource in ("eviction", "binding"):
        return answer(code, _success(code), form, warnings)
    if verb == "delete" and _stored(cluster, to) is None and not request["options"].get("dry_run"):
        return answer(code, _deleted(to, obj), form, warnings)
    return answer(code, shaped(to.kind, obj, form, cluster.world.unix_ms), form, warnings)


def _stored(cluster: Cluster, to: Resource) -> Obj | None:
    return cluster.get(to.kind.kind, to.namespace, to.name)


def _success(code: int) -> Obj:
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": code}


def _deleted(to: Resource, obj: Obj) -> Obj:
    details = {"name": to.name, "group": to.kind.group, "kind": to.kind.plural}
    details["uid"] = obj["metadata"]["uid"]
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": {name: value for name, value in details.items() if value},
    }


def document(cluster: Cluster, asked: Asked) -> Answer | None:
    """What tells of the server itself; None where the path leads nowhere."""
    path = asked.path.rstrip("/") or "/"
    _check_path(cluster, asked, path)
    if asked.method != "GET":
        raise ApiError(405, "MethodNotAllowed", NOT_ALLOWED, {})
    if path in health.PATHS:
        said = health.said(path, verbose="verbose" in asked.query)
        return Answer(200, answers.TEXT, said.encode())
    if path == "/version":
        return Answer(200, answers.JSON, orjson.dumps(VERSION, option=orjson.OPT_INDENT_2))
    wants = asked.headers.get("accept", "")
    if path in ("/api", "/apis") and "apidiscovery.k8s.io;v=v2;" in wants.replace(" ", ""):
        obj = discovery.aggregated(cluster, named=path == "/apis")
        return Answer(200, AGGREGATED, orjson.dumps(obj) + b"\n", (("Vary", "Accept"),))
    match path.split("/"):
        case ["", "openapi", "v2"]:
            return _swagger(asked)
        case ["", "openapi", "v3"]:
            return Answer(200, answers.TEXT, orjson.dumps(openapi.index(cluster)))
        case ["", "openapi", "v3", "api", version]:
            found = openapi.document(cluster, "", version)
            return found and Answer(200, answers.JSON, found)
        case ["", "openapi", "v3", "apis", group, version]:
            found = openapi.document(cluster, group, version)
            return found and Answer(200, answers.JSON, found)
    obj = _listing(cluster, path)
    return None if obj is None else Answer(200, answers.JSON, orjson.dumps(obj) + b"\n")


def _swagger(asked: Asked) -> Answer:
    """OpenAPI v2, without any definition: kubectl wants one before it looks into a List."""
    if PROTO_OPENAPI in asked.headers.get("accept", ""):
        info = _block(1, b"Kubernetes") + _block(2, b"1.36")
        return Answer(200, PROTO_OPENAPI.replace("@", "."), _block(1, b"2.0") + _block(2, info))
    info_ = {"title": "Kubernetes", "version": "1.36"}
    obj = {"swagger": "2.0", "info": info_, "paths": {}, "definitions": {}}
    return Answer(200, answers.JSON, orjson.dumps(obj) + b"\n")


def _block(number: int, data: bytes) -> bytes:
    """A short field of a protobuf message."""
    return bytes([number << 3 | 2, len(data)]) + data


def _check_path(cluster: Cluster, asked: Asked, path: str) -> None:
    """ApiError Forbidden where who asks may not read what is no resource."""
    request = {"verb": asked.method.lower(), **who(asked)}
    api = cluster.world.api
    authorization.check_path(api, authentication.authenticate(api, request), path)


def _listing(cluster: Cluster, path: str) -> Obj | None:
    parts = path.strip("/").split("/")
    match parts:
        case [""]:
            return {"paths": _paths(cluster)}
        case ["api"]:
            return discovery.api_versions()
        case ["api", version]:
            return discovery.resource_list(cluster, "", version)
        case ["apis"]:
            return discovery.group_list(cluster)
        case ["apis", group]:
            return discovery.group(cluster, group)
        case ["apis", group, version]:
            return discovery.resource_list(cluster, group, version)
    return None


def _paths(cluster: Cluster) -> list[str]:
    found = ["/api", "/api/v1", "/apis", *health.PATHS, "/openapi/v3", "/version"]
    for name, versions in discovery.groups(cluster).items():
        found += [f"/apis/{name}", *(f"/apis/{name}/{version}" for version in versions)]
    return sorted(found)
