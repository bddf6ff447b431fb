"""kubectl explain: what a kind's schema says of a field (kubectl pkg/explain/v2, plaintext)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from k8slab.engine.api.kinds import Kind
from k8slab.engine.api.schema import definition, openapi

from ..command import Verb
from ..errors import Failure, failure
from ..flags import Flag, Parsed
from ..printers.wordwrap import wrapped
from ..session import Session
from .explain_old import explained

_WIDTH = 76
_SHOWN = 4  # values of a field in a list of fields
_OLD = "plaintext-openapiv2"
_USAGE = "You must specify the type of resource to explain. Use \"kubectl api-resources\" for a \
complete list of supported resources."  # fmt: skip
Schema = dict[str, Any]


def run(session: Session, parsed: Parsed) -> int | None:
    """Print the documentation of a kind or of one of its fields."""
    if not parsed.arguments:
        raise failure(_USAGE)
    if len(parsed.arguments) > 1:
        raise failure("We accept only this format: explain RESOURCE")
    if parsed.options["output"] not in ("plaintext", _OLD):
        raise failure(f"unrecognized format: {parsed.options['output']}")
    word = parsed.arguments[0]
    strange = re.search(r"[^\w.\[\]*/-]", word)
    if strange:
        raise failure(f"unrecognized character in action: U+{ord(strange[0]):04X} '{strange[0]}'")
    if re.search(r"[\[\]]|\.\.|^\..", word):
        raise failure("invalid jsonpath syntax, first node must be field node")
    kind, path = _kind(session, word.strip(".").split("."), parsed.options["api-version"])
    if parsed.options["output"] == _OLD:
        session.write(explained(kind, path, recursive=parsed.options["recursive"]))
        return None
    session.write(_head(kind))
    name, schema = _walk(kind, path)
    if path:
        session.write(_field_line(name, schema))
    said = "".join(_descriptions(schema)) or "<empty>"
    session.write(f"DESCRIPTION:\n{_indented(said, _WIDTH, 4)}")
    body = "".join(_fields(schema, 1, recursive=parsed.options["recursive"]))
    if body:
        session.write(f"FIELDS:\n{body}")
    session.write("\n")
    return None


def _kind(session: Session, words: list[str], api_version: str) -> tuple[Kind, list[str]]:
    """The kind that the first words name (``deployments``, ``deployments.apps``), and the rest."""
    if not words[0]:
        raise failure("a resource must be present, got: /, Resource=")
    kind, path = session.discovery.resolve(words[0]), words[1:]
    if kind is None:
        raise Failure(f'the server doesn\'t have a resource type "{words[0]}"')
    for size in range(len(words), 1, -1) if kind.group else ():
        name = ".".join(words[:size])
        grouped = session.discovery.resolve(name)
        if grouped is not None and name == f"{grouped.plural}.{grouped.group}":
            kind, path = grouped, words[size:]
            break
    if api_version and api_version != kind.api_version:
        group = "" if "/" in api_version else "/"
        raise failure(f'couldn\'t find resource for "{group}{api_version}, Resource={kind.plural}"')
    return kind, path


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


def _item(schema: Schema) -> Schema | None:
    """What a list or a map is of."""
    values = schema.get("additionalProperties")
    item: Schema | None = schema.get("items") or (values if isinstance(values, dict) else None)
    return item


def _type_name(schema: Schema) -> str:
    """The type as a reader knows it: ``[]Container``, ``map[string]string``."""
    if "items" in schema:
        return f"[]{_type_name(schema['items'])}"
    item = _item(schema)
    if item is not None:
        return f"map[string]{_type_name(item)}"
    if "$ref" in schema:
        declared = _declared(definition(schema["$ref"]))
        return str(schema["$ref"]).rpartition(".")[2] if declared == "Object" else declared
    return _declared(schema)


def _declared(schema: Schema) -> str:
    declared = schema.get("type", "object")
    declared = declared[0] if isinstance(declared, list) else declared
    return "Object" if declared == "object" else str(declared)


def _field_line(name: str, schema: Schema) -> str:
    values = "".join(f"    {value}\n" for value in _values(schema))
    enum = f"ENUM:\n{values}" if values else "\n"
    return f"FIELD: {name} <{_type_name(schema)}>\n{enum}\n"


def _values(schema: Schema) -> list[str]:
    return [str(value) or '""' for value in schema.get("enum") or ()]


def _descriptions(schema: Schema) -> Iterator[str]:
    """What is said of a field, and then of its type, each ended by a line's end."""
    if schema.get("description"):
        yield f"{schema['description']}\n"
    inner = definition(schema["$ref"]) if "$ref" in schema else _item(schema)
    if inner is not None:
        yield from _descriptions(inner)


def _indented(text: str, width: int, indent: int) -> str:
    """Each line wrapped, and behind spaces; an empty one too."""
    pad = " " * indent
    return pad + wrapped(text, width).replace("\n", f"\n{pad}") + "\n"


def _fields(
    schema: Schema, level: int, *, recursive: bool, above: tuple[str, ...] = ()
) -> Iterator[str]:
    """The lines of a schema's fields, sorted; ``recursive`` leaves out what is said of them.

    A type inside itself (``above``) is not followed again.
    """
    reference = schema.get("$ref")
    if reference in above:
        return
    if reference:
        schema, above = definition(reference), (*above, reference)
    for name, field in sorted((schema.get("properties") or {}).items()):
        yield _detail(name, field, level, required=name in (schema.get("required") or ()))
        if recursive:
            yield from _fields(field, level + 1, recursive=True, above=above)
        else:
            said = field.get("description") or "<no description>"
            yield _indented(said, 78 - 2 * level, 2 * level + 2) + "\n"
    item = _item(schema)
    if item is not None:
        yield from _fields(item, level, recursive=recursive, above=above)


def _detail(name: str, schema: Schema, level: int, *, required: bool) -> str:
    indent, must = "  " * level, " -required-" if required else ""
    line = f"{indent}{name}\t<{_type_name(schema)}>{must}\n"
    values = _values(schema)
    if not values:
        return line
    more = ", ...." if len(values) > _SHOWN else ""
    return f"{line}{indent}enum: {', '.join(values[:_SHOWN])}{more}\n"


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
        Flag("output", default="plaintext", hint="plaintext, or plaintext-openapiv2"),
    ),
)
