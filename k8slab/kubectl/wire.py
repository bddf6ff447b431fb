"""What kubectl puts on the wire: the HTTP form of its requests, and what ``-v`` tells of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from k8slab.engine.api.kinds import Kind
from k8slab.engine.base.objects import Obj

SERVER = "https://k8slab:6443"
URLS, HEADERS, BODIES = 6, 7, 8
"""The verbosity from which on kubectl tells URLs, headers, bodies."""

BODY_MAX = {8: 1024, 9: 10240}
"""Characters of a body that a verbosity shows; a higher one shows all (client-go, 1.36)."""

METHODS = {
    "get": "GET",
    "list": "GET",
    "watch": "GET",
    "create": "POST",
    "update": "PUT",
    "patch": "PATCH",
    "delete": "DELETE",
    "deletecollection": "DELETE",
}
_CONTENT_TYPES = {
    "strategic": "application/strategic-merge-patch+json",
    "merge": "application/merge-patch+json",
    "json": "application/json-patch+json",
    "apply": "application/apply-patch+yaml",
}
_PARAMETERS = {
    "dry_run": "dryRun",
    "field_manager": "fieldManager",
    "field_selector": "fieldSelector",
    "field_validation": "fieldValidation",
    "force": "force",
    "label_selector": "labelSelector",
    "limit": "limit",
    "resource_version": "resourceVersion",
}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer. ``path`` lacks the query, ``answer`` is the object or Status."""

    method: str
    path: str
    query: str
    content_type: str
    body: Any
    code: int
    answer: Obj

    @property
    def url(self) -> str:
        """The whole address."""
        return SERVER + self.path + (f"?{self.query}" if self.query else "")

    @property
    def short(self) -> str:
        """``GET /api/v1/namespaces/default/pods 200``."""
        return f"{self.method} {self.path} {self.code}"


def exchange(kind: Kind, request: Obj, code: int, answer: Obj) -> Exchange:
    """The HTTP form of a request (as in ``engine.api.requests``) and of its answer."""
    verb, options = request["verb"], request.get("options") or {}
    query = {
        parameter: "All" if name == "dry_run" else str(options[name]).removesuffix("\n")
        for name, parameter in _PARAMETERS.items()
        if options.get(name)
    }
    if verb == "watch":
        query["watch"] = "true"
    return Exchange(
        method=METHODS[verb],
        path=path_of(kind, request),
        query=urlencode(sorted(query.items())),
        content_type=_CONTENT_TYPES.get(request.get("patch_type") or "", "application/json"),
        body=request.get("body"),
        code=201 if verb == "create" and code == 200 else code,
        answer=answer,
    )


def path_of(kind: Kind, request: Obj) -> str:
    """``/apis/apps/v1/namespaces/default/deployments/web/scale``."""
    root = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
    namespace = request.get("namespace")
    named = request.get("name") if request["verb"] != "create" or request.get("subresource") else ""
    parts = [root, *(["namespaces", namespace] if namespace else []), kind.plural]
    return "/".join([*parts, *(part for part in (named, request.get("subresource")) if part)])


def told(made: Exchange, verbosity: int, stamp: str) -> list[str]:
    """The lines that ``-v`` adds to standard error; ``stamp`` is the time (``0105 09:00:30``)."""
    if verbosity < URLS:
        return []
    status = f'status="{made.code} {HTTPStatus(made.code).phrase}"'
    line = f"I{stamp}.000000       1 round_trippers.go"
    asked = f'verb="{made.method}" url="{made.url}"'
    if verbosity < HEADERS:
        return [f'{line}:632] "Response" {asked} {status} milliseconds=1']
    lines = [f'{line}:527] "Request" {asked} headers=<']
    headers = ["Accept: application/json", "User-Agent: kubectl/v1.36.2 (linux/amd64)"]
    if made.body is not None:
        headers.append(f"Content-Type: {made.content_type}")
    lines += [f"\t{header}" for header in sorted(headers)] + [" >"]
    if verbosity >= BODIES and made.body is not None:
        lines += _body(f"I{stamp}.000000       1", "Request Body", made.body, verbosity)
    lines.append(f'{line}:632] "Response" {status} headers=<')
    lines += ["\tContent-Type: application/json", " > milliseconds=1"]
    if verbosity >= BODIES:
        lines += _body(f"I{stamp}.000000       1", "Response Body", made.answer, verbosity)
    return lines


def _body(start: str, title: str, body: Any, verbosity: int) -> list[str]:
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    most = BODY_MAX.get(verbosity)
    if most is not None and len(text) > most:
        text = f"{text[:most]} [truncated {len(text) - most} chars]"
    return [f'{start} helper.go:262] "{title}" body=<', f"\t{text}", " >"]
