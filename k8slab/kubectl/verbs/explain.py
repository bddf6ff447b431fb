"""kubectl explain: what a kind's schema says of a field (kubectl pkg/explain/v2, plaintext)."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import Any

from k8slab.engine.api.kinds import Kind
from k8slab.engine.api.schema import definition, openapi

from ..command import Verb
from ..errors import Failure, failure
from ..flags import Flag, Parsed
from ..session import Session

_WIDTH = 76
_USAGE = "You must specify the type of resource to explain. Use \"kubectl api-resources\" for a \
complete list of supported resources."  # fmt: skip
_FIXED = ("apiVersion", "kind")  # what our schema pins and a real server's does not
_PLAIN = {"Time": "string", "MicroTime": "string"}
Schema = dict[str, Any]


def run(session: Session, parsed: Parsed) -> int | None:
    """Print the documentation of a kind or of one of its fields."""
    if not parsed.arguments:
        raise failure(_USAGE)
    if len(parsed.arguments) > 1:
        raise failure("We accept only this format: explain RESOURCE")
    if parsed.options["output"] not in ("plaintext", ""):
        raise failure(f"unrecognized format: {parsed.options['output']}")
    word = parsed.arguments[0]
    if re.search(r"[\[\]{}]", word):
        raise failure("invalid jsonpath syntax, first node must be field node")
    resource, *path = [step for step in word.split(".") if step] or [""]
    kind = _kind(session, resource, parsed.options["api-version"])
    session.write(_head(kind))
    name, schema = _walk(kind, path)
    if path:
        session.write(_field_line(name, schema))
    session.print(f"DESCRIPTION:\n{_indented(_descriptions(schema) or '<empty>')}")
    fields = _fields(schema, "  ", recursive=parsed.options["recursive"], above=())
    body = "".join(fields)
    if body:
        session.write(f"FIELDS:\n{body}")
    session.write("\n")
    return None


def _kind(session: Session, resource: str, api_version: str) -> Kind:
    kind = session.discovery.resolve(resource)
    if kind is None:
        raise Failure(f'the server doesn\'t have a resource type "{resource}"')
    if api_version and api_version != kind.api_version:
        raise failure(f'couldn\'t find resource for "{api_version}, Resource={kind.plural}"')
    return kind


def _head(kind: Kind) -> str:
    group = f"GROUP:      {kind.group}\n" if kind.group else ""
    return f"{group}KIND:       {kind.kind}\nVERSION:    {kind.version}\n\n"


def _walk(kind: Kind, path: list[str]) -> tuple[str, Schema]:
    """The name of the field at ``path``, and its schema."""
    name, schema = "", openapi(kind)
    for name in path:
        found = (_inside(schema).get("properties") or {}).get(name)
        if found is None:
            raise failure(f'field "{path[-1]}" does not exist')
        schema = found
    return name, schema


def _inside(schema: Schema) -> Schema:
    """The schema whose fields a value has: behind references, lists and maps."""
    while True:
        values = schema.get("additionalProperties")
        if "$ref" in schema:
            schema = definition(schema["$ref"])
        elif "items" in schema:
            schema = schema["items"]
        elif isinstance(values, dict):
            schema = values
        else:
            return schema


def _type_name(schema: Schema) -> str:
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition(".")[2]
        return _PLAIN.get(name, name)
    declared = schema.get("type", "Object")
    declared = declared[0] if isinstance(declared, list) else declared
    if declared == "array":
        return f"[]{_type_name(schema.get('items') or {})}"
    values = schema.get("additionalProperties")
    if declared == "object" and isinstance(values, dict):
        return f"map[string]{_type_name(values)}"
    return "Object" if declared == "object" else str(declared)


def _field_line(name: str, schema: Schema) -> str:
    values = "".join(f"    {value}\n" for value in _values(schema))
    enum = f"ENUM:\n{values}" if values else "\n"
    return f"FIELD: {name} <{_type_name(schema)}>\n{enum}\n"


def _values(schema: Schema) -> list[str]:
    return [str(value) for value in schema.get("enum") or ()]


def _descriptions(schema: Schema) -> str:
    """What is said of a field, and then of its type."""
    said = [schema.get("description", "")]
    while "items" in schema:
        schema = schema["items"]
    if "$ref" in schema:
        said.append(definition(schema["$ref"]).get("description", ""))
    return "\n".join(text for text in said if text)


def _indented(text: str) -> str:
    """Each line wrapped at 76 characters, behind four spaces; an empty one ends it."""
    if text == "<empty>":
        return f"    {text}"
    return "".join(f"    {line}\n" for line in _wrapped(text)) + "    "


def _wrapped(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        yield from textwrap.wrap(
            line, _WIDTH, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
        ) or [""]


def _fields(
    schema: Schema, indent: str, *, recursive: bool, above: tuple[str, ...]
) -> Iterator[str]:
    """The lines of a schema's fields, sorted; ``recursive`` leaves out what is said of them."""
    inside = _inside(schema)
    required = inside.get("required") or ()
    for name, field in sorted((inside.get("properties") or {}).items()):
        type_name = _type_name(field)
        must = " -required-" if name in required else ""
        yield f"{indent}{name}\t<{type_name}>{must}\n"
        if _values(field) and name not in _FIXED:
            yield f"{indent}enum: {', '.join(_values(field))}\n"
        if not recursive:
            said = field.get("description") or "<no description>"
            yield "".join(f"    {line}\n" for line in _wrapped(said)) + "\n"
        elif type_name not in above:
            yield from _fields(
                field, f"{indent}  ", recursive=True, above=(*above, type_name.lstrip("[]"))
            )


VERB = Verb(
    name="explain",
    summary="Get documentation for a resource",
    run=run,
    section="Basic Commands (Intermediate)",
    usage="TYPE[.FIELD...]",
    example="kubectl explain pods\nkubectl explain deployment.spec.strategy --recursive",
    flags=(
        Flag("recursive", "bool", default=False, hint="The names of all fields beneath, too"),
        Flag("api-version", hint="The version of the API to explain"),
        Flag("output", short="o", default="plaintext", hint='"plaintext"'),
    ),
)
