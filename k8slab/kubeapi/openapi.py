"""OpenAPI v3 documents: a schema for each kind of a group and version, and what PATCH takes.

kubectl reads them for ``explain``, and to see that the server checks fields by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from typing import Any

import orjson

from k8slab.engine.api import schema
from k8slab.engine.api.kinds import Kind
from k8slab.engine.base.objects import Obj
from k8slab.engine.cluster import Cluster

from .routes import served

V2, V3 = "#/definitions/", "#/components/schemas/"
DEFS = "#/$defs/"
_PARAMETERS = ("dryRun", "fieldManager", "fieldValidation", "force")


def index(cluster: Cluster) -> Obj:
    """``GET /openapi/v3``: where each group and version has its document."""
    paths = {}
    for group, version in sorted(served(cluster)):
        place = f"apis/{group}/{version}" if group else f"api/{version}"
        text = f"{place}{sorted(kind.kind for kind in served(cluster)[(group, version)].values())}"
        digest = sha256(text.encode()).hexdigest().upper()
        paths[place] = {"serverRelativeURL": f"/openapi/v3/{place}?hash={digest}"}
    return {"paths": paths}


def document(cluster: Cluster, group: str, version: str) -> bytes | None:
    """The document of one group and version, as JSON; None where it is not served."""
    kinds = served(cluster).get((group, version))
    if kinds is None:
        return None
    return _document(tuple(kinds.values()))


@lru_cache(maxsize=64)
def _document(kinds: tuple[Kind, ...]) -> bytes:
    schemas: dict[str, Any] = {}
    for kind in kinds:
        name, root = _root(kind)
        if root is None:
            continue
        wanted = [(name, root)]
        while wanted:
            found, body = wanted.pop()
            if found in schemas:
                continue
            schemas[found] = _translated(body)
            wanted += [
                (reference, schema.definition(reference))
                for reference in _references(body)
                if reference not in schemas
            ]
    paths = {path: _item(kind) for kind in kinds for path in [_path(kind)]}
    info = {"title": "Kubernetes", "version": "v1.36.2"}
    spec = {"openapi": "3.0.0", "info": info, "paths": paths, "components": {"schemas": schemas}}
    return orjson.dumps(spec)


def _root(kind: Kind) -> tuple[str, Obj | None]:
    try:
        body = schema.openapi(kind)
    except KeyError:
        return "", None
    gvk = {"group": kind.group, "version": kind.version, "kind": kind.kind}
    names = [name for key, name in schema.names().items() if key == tuple(gvk.values())]
    name = (
        names[0] if names else ".".join([*reversed(kind.group.split(".")), kind.version, kind.kind])
    )
    return name, {**body, "x-kubernetes-group-version-kind": [gvk]}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str):
            yield reference.rpartition("/")[2]
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)


def _translated(value: Any) -> Any:
    """A definition with v3's references; nullable types of the strict schema as plain ones."""
    if isinstance(value, list):
        return [_translated(each) for each in value]
    if not isinstance(value, dict):
        return value
    made = {}
    for name, each in value.items():
        if name == "$ref" and isinstance(each, str):
            made["allOf"] = [{"$ref": V3 + each.rpartition("/")[2]}]
        elif name == "additionalProperties" and each is False:
            continue
        elif name == "type" and isinstance(each, list):
            made["type"] = next((it for it in each if it != "null"), "object")
        else:
            made[name] = _translated(each)
    return made


def _path(kind: Kind) -> str:
    place = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
    namespace = "/namespaces/{namespace}" if kind.namespaced else ""
    return f"{place}{namespace}/{kind.plural}/{{name}}"


def _item(kind: Kind) -> Obj:
    gvk = {"group": kind.group, "version": kind.version, "kind": kind.kind}
    parameters = [
        {"name": name, "in": "query", "schema": {"type": "string"}} for name in _PARAMETERS
    ]
    about = {"x-kubernetes-group-version-kind": gvk, "responses": {"200": {"description": "OK"}}}
    return {
        "get": {"x-kubernetes-action": "get", **about},
        "patch": {"x-kubernetes-action": "patch", "parameters": parameters, **about},
    }
