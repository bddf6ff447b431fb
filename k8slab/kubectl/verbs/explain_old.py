"""``kubectl explain --output=plaintext-openapiv2``: the format of before 1.27 (pkg/explain)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from k8slab.engine.api.kinds import Kind
from k8slab.engine.api.schema import definition, openapi

from ..errors import failure
from ..printers.wordwrap import refilled

Schema = dict[str, Any]
_WIDTH, _FIELDS, _SAID = 80, 3, 5
_AS_STRING = ("Quantity", "IntOrString")  # which OpenAPI v2 calls strings


def explained(kind: Kind, path: list[str], *, recursive: bool) -> str:
    """The documentation of a kind or of one of its fields."""
    schema = _walk(openapi(kind), path)
    lines = [f"KIND:     {kind.kind}", f"VERSION:  {kind.api_version}", ""]
    descriptions, inside = _through(schema)
    form = _form(inside)
    if path and form != "any":
        word = "RESOURCE:" if form == "struct" else "FIELD:   "
        lines += [f"{word} {path[-1]} <{_type_name(schema)}>", ""]
    lines += ["DESCRIPTION:", *_description(descriptions)]
    if form == "struct":
        fields = _names(inside, _FIELDS, ()) if recursive else _fields(inside)
        lines += ["", "FIELDS:", *fields]
    return "\n".join(lines) + "\n"


def _walk(schema: Schema, path: list[str]) -> Schema:
    """The schema at a path; that of a plain value where the path leads on from there."""
    for name in path:
        _, inside = _through(schema)
        if _form(inside) != "struct":
            return inside
        found = inside["properties"].get(name)
        if found is None:
            raise failure(f'field "{name}" does not exist')
        schema = found
    return schema


def _item(schema: Schema) -> Schema | None:
    """What a list or a map is of, and what a reference means; None for any other."""
    if "$ref" in schema:
        return definition(schema["$ref"])
    values = schema.get("additionalProperties")
    item: Schema | None = schema.get("items") or (values if isinstance(values, dict) else None)
    return item


def _through(schema: Schema) -> tuple[list[str], Schema]:
    """What is said on the way through references, lists and maps, and what is at its end."""
    said = [schema.get("description", "")]
    while (item := _item(schema)) is not None:
        schema = item
        said.append(schema.get("description", ""))
    return said, schema


def _declared(schema: Schema) -> str:
    declared = schema.get("type", "")
    return str(declared[0] if isinstance(declared, list) else declared)


def _form(schema: Schema) -> str:
    """struct, any, or a plain type."""
    if "properties" in schema:
        return "struct"
    if "oneOf" in schema:
        return "string"
    return "any" if _declared(schema) in ("", "object") else _declared(schema)


def _type_name(schema: Schema) -> str:
    if str(schema.get("$ref", "")).rpartition(".")[2] in _AS_STRING:
        return "string"
    if "$ref" in schema:
        return _type_name(definition(schema["$ref"]))
    if "items" in schema:
        return f"[]{_type_name(schema['items'])}"
    if "properties" in schema:
        return "Object"
    if _declared(schema) == "object":
        return f"map[string]{_type_name(_item(schema) or {})}"
    return _declared(schema)


def _description(descriptions: list[str]) -> Iterator[str]:
    if not any(descriptions):
        yield " " * _SAID + "<empty>"
    for place, said in enumerate(descriptions):
        if said:
            yield from ([""] if place else [])
            yield from _indented(said, _SAID)


def _indented(said: str, indent: int) -> Iterator[str]:
    for line in refilled(said, _WIDTH - indent):
        yield " " * indent + line if line else ""


def _fields(schema: Schema) -> Iterator[str]:
    required = schema.get("required") or ()
    for name, field in sorted(schema["properties"].items()):
        must = " -required-" if name in required else ""
        yield f"{' ' * _FIELDS}{name}\t<{_type_name(field)}>{must}"
        yield from _indented(field.get("description", ""), _SAID)
        yield ""


def _names(schema: Schema, indent: int, above: tuple[str, ...]) -> Iterator[str]:
    """The names of all fields beneath; a type inside itself is not followed again."""
    for name, field in sorted((schema.get("properties") or {}).items()):
        yield f"{' ' * indent}{name}\t<{_type_name(field)}>"
        inner, seen = field, above
        while (item := _item(inner)) is not None:
            reference = inner.get("$ref")
            if reference in seen:
                break
            inner, seen = item, (*seen, reference) if reference else seen
        else:
            yield from _names(inner, indent + _FIELDS, seen)
