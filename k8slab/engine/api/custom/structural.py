"""Structural schemas: pruning and defaulting by a definition's OpenAPI schema (1.36)."""

from __future__ import annotations

from typing import Any

from ...base.objects import Obj
from ..schema import Type

_FORMS = {"string": "string", "integer": "int64", "number": "float64", "boolean": "bool"}
_PRESERVE = "x-kubernetes-preserve-unknown-fields"
_METADATA = ("apiVersion", "kind", "metadata")


def type_of_schema(schema: Obj, metadata: Type | None = None) -> Type:
    """The type of what a schema describes, for merging; ``metadata`` is that of an object's own."""
    form = schema.get("type", "object")
    atomic = schema.get("x-kubernetes-map-type") == "atomic"
    if form == "array":
        item = type_of_schema(schema.get("items") or {})
        return Type(
            "list",
            "[]",
            item=item,
            list_type=schema.get("x-kubernetes-list-type", ""),
            map_keys=tuple(schema.get("x-kubernetes-list-map-keys", ())),
        )
    if form != "object":
        return Type(_FORMS.get(form, "any"), form)
    values = schema.get("additionalProperties")
    if isinstance(values, dict):
        return Type("map", "map", item=type_of_schema(values), atomic=atomic)
    if schema.get(_PRESERVE) or "properties" not in schema:
        return Type("any", "object", atomic=atomic)
    fields = {name: type_of_schema(child) for name, child in schema["properties"].items()}
    if metadata is not None:
        plain = Type("string", "string")
        fields |= {"apiVersion": plain, "kind": plain, "metadata": metadata}
    return Type("struct", "object", atomic=atomic, _fields=fields)


def pruned(value: Any, schema: Obj, path: str, unknown: list[str], *, root: bool = False) -> Any:
    """``value`` without the fields that its schema does not have; their paths go to ``unknown``."""
    if isinstance(value, list):
        items = schema.get("items") or {}
        return [pruned(it, items, f"{path}[{at}]", unknown) for at, it in enumerate(value)]
    if not isinstance(value, dict):
        return value
    properties = schema.get("properties") or {}
    values = schema.get("additionalProperties")
    embedded = root or bool(schema.get("x-kubernetes-embedded-resource"))
    kept: Obj = {}
    for name, child in value.items():
        inside = f"{path}.{name}" if path else name
        if embedded and name in _METADATA:
            kept[name] = child
        elif name in properties:
            kept[name] = pruned(child, properties[name], inside, unknown)
        elif values:
            kept[name] = pruned(child, values if isinstance(values, dict) else {}, inside, unknown)
        elif schema.get(_PRESERVE):
            kept[name] = child
        else:
            unknown.append(inside)
    return kept


def defaulted(value: Any, schema: Obj) -> Any:
    """``value`` with the defaults of its schema; a null is a missing value where it has one."""
    if isinstance(value, list):
        return [defaulted(it, schema.get("items") or {}) for it in value]
    if not isinstance(value, dict):
        return value
    properties = schema.get("properties") or {}
    values = schema.get("additionalProperties")
    filled = {
        name: defaulted(child, properties.get(name) or (values if isinstance(values, dict) else {}))
        for name, child in value.items()
        if child is not None or "default" not in properties.get(name, {})
    }
    for name, child in properties.items():
        if name not in filled and "default" in child:
            filled[name] = defaulted(child["default"], child)
    return filled
