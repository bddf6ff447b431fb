"""The engine's answers in the form that a client accepts: JSON, YAML, Tables, metadata alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import NamedTuple

import orjson

from k8slab.engine.api.errors import ApiError
from k8slab.engine.api.kinds import Kind
from k8slab.engine.api.tables import table
from k8slab.engine.base.objects import Obj, Objs
from k8slab.kubectl.printers.yaml_text import to_yaml

from . import older

JSON, YAML, TEXT = "application/json", "application/yaml", "text/plain; charset=utf-8"
NOT_ACCEPTABLE = (
    "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, "
    "application/vnd.kubernetes.protobuf"
)


class Form(NamedTuple):
    """How an answer is to look: ``shape`` is "", Table, PartialObjectMetadata or ...List."""

    media_type: str
    shape: str = ""
    include: str = "Metadata"


class Answer(NamedTuple):
    """What goes back: status code, media type, body, and warnings for the client's user."""

    code: int
    media_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


class Stream(NamedTuple):
    """An answer that goes on."""

    media_type: str
    chunks: AsyncIterator[bytes]


def form_of(accept: str, query: Mapping[str, str]) -> Form:
    """The first form of an Accept header that can be had. ApiError 406 where there is none."""
    for entry in (accept or JSON).split(","):
        media_type, *rest = (part.strip() for part in entry.split(";"))
        said = dict(part.partition("=")[::2] for part in rest)
        if media_type in ("*/*", "application/*", JSON):
            media_type = JSON
        elif media_type != YAML:
            continue
        shape = said.get("as", "")
        if shape and (said.get("g"), said.get("v")) != ("meta.k8s.io", "v1"):
            continue
        if shape not in ("", "Table", "PartialObjectMetadata", "PartialObjectMetadataList"):
            continue
        return Form(media_type, shape, query.get("includeObject") or "Metadata")
    raise ApiError(406, "NotAcceptable", NOT_ACCEPTABLE, {})


def answer(code: int, obj: Obj, form: Form, warnings: list[str] | None = None) -> Answer:
    """An object on the wire."""
    headers = tuple(("Warning", f'299 - "{_quoted(text)}"') for text in warnings or ())
    if form.media_type == YAML:
        return Answer(code, YAML, to_yaml(obj).encode(), headers)
    return Answer(code, JSON, orjson.dumps(obj) + b"\n", headers)


def failure(error: ApiError) -> Answer:
    """A refusal on the wire."""
    headers: tuple[tuple[str, str], ...] = ()
    after_s = (error.details or {}).get("retryAfterSeconds")
    if error.code == 429 and not error.because("DisruptionBudget"):
        after_s = after_s or 1
    if after_s:
        headers = (("Retry-After", str(after_s)),)
    return Answer(error.code, JSON, orjson.dumps(error.status()) + b"\n", headers)


def _quoted(text: str) -> str:
    """A header's quoted string, in which nothing can end the header."""
    visible = "".join(letter if letter.isprintable() else " " for letter in text)
    return visible.replace("\\", "\\\\").replace('"', '\\"')


def shaped(kind: Kind, obj: Obj, form: Form, now_unix_ms: int) -> Obj:
    """An object, or a list, in its shape."""
    obj = older.served(kind, obj)
    is_list = "items" in obj
    objects = obj["items"] if is_list else [obj]
    metadata = obj.get("metadata") or {}
    if form.shape == "Table":
        made = table(kind, objects, now_unix_ms, metadata.get("resourceVersion", ""))
        kept = {
            field: metadata[field]
            for field in ("continue", "remainingItemCount")
            if field in metadata
        }
        rows = [{**row, "object": _included(row["object"], form)} for row in made["rows"]]
        return {**made, "metadata": {**made["metadata"], **kept}, "rows": rows}
    if form.shape.startswith("PartialObjectMetadata"):
        partial = [_partial(each) for each in objects]
        if not is_list:
            return partial[0]
        named = {"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1"}
        return {**named, "metadata": metadata, "items": partial}
    return {**obj, "items": [_bare(each) for each in objects]} if is_list else obj


def _included(obj: Obj, form: Form) -> Obj | None:
    match form.include:
        case "None":
            return None
        case "Object":
            return obj
    return _partial(obj)


def _partial(obj: Obj) -> Obj:
    return {
        "kind": "PartialObjectMetadata",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": obj["metadata"],
    }


def _bare(obj: Obj) -> Obj:
    """Items of a list do not say their kind."""
    return {field: value for field, value in obj.items() if field not in ("kind", "apiVersion")}


def events_as(kind: Kind, events: Objs, form: Form, now_unix_ms: int, first: bool) -> bytes:
    """Events of a watch, one a line; only the first Table tells its columns."""
    lines = []
    for event in events:
        obj = event["object"]
        if event["type"] != "ERROR":
            obj = shaped(kind, obj, form, now_unix_ms)
            if form.shape == "Table" and not first:
                obj = {**obj, "columnDefinitions": None}
            first = False
        lines.append(orjson.dumps({"type": event["type"], "object": obj}) + b"\n")
    return b"".join(lines)
