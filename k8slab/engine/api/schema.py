"""The types of the API, from the OpenAPI data of the package ``kubernetes-validate``, and the
values of its fields that it leaves out (``tools/take_schema_words``).

Only what is asked for is compiled, once a process: the raw definitions are read when the first
type is wanted (about 15 ms) and dropped into small ``Type`` values as fields are followed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson

from .gotypes import NAMED_STRINGS
from .kinds.base import Kind

VERSION = "v1.36.0"

_SPECIAL = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "intstr",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "time",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "time",
    "io.k8s.apimachinery.pkg.runtime.RawExtension": "any",
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "any",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON": "any",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool": "any",
    "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray": "any",
}
_SCALARS = {"string": "string", "boolean": "bool", "integer": "int64", "number": "float64"}


@dataclass(slots=True)
class Type:
    """A type: ``form`` is struct, map, list, string, bool, int32, int64, float64, bytes, quantity,
    intstr, time or any; ``name`` is what Go calls it in its decoding errors (``v1.PodSpec``).

    A struct has ``fields``; a map and a list have an ``item``. ``merge_key`` and ``strategies`` are
    those of the strategic merge patch, of the field that has this type; ``list_type`` (map, set or
    atomic), ``map_keys`` and ``atomic`` (a struct or map that is owned as a whole) those of
    server-side apply.
    """

    form: str
    name: str
    item: Type | None = None
    merge_key: str = ""
    strategies: tuple[str, ...] = ()
    list_type: str = ""
    map_keys: tuple[str, ...] = ()
    atomic: bool = False
    definition: str = ""
    _fields: dict[str, Type] | None = field(default=None, repr=False)

    @property
    def fields(self) -> dict[str, Type]:
        """The fields of a struct by their JSON names; empty for any other form."""
        if self._fields is None:
            self._fields = _fields(self.definition) if self.form == "struct" else {}
        return self._fields

    @property
    def struct(self) -> str:
        """The name of a struct without its package (``PodSpec``)."""
        return self.name.rpartition(".")[2]


@cache
def type_of(group: str, version: str, kind: str) -> Type:
    """The type of a kind; KeyError where the API has no such kind."""
    return _struct(_kinds()[(group, version, kind)])


def type_of_kind(kind: Kind) -> Type:
    """The type of a kind's objects."""
    return kind.type or type_of(kind.group, kind.version, kind.kind)


def openapi(kind: Kind) -> dict[str, Any]:
    """The OpenAPI schema of a kind; ``definition`` gives what it refers to."""
    if kind.schema is not None:
        return kind.schema
    return definition(_kinds()[(kind.group, kind.version, kind.kind)])


@cache
def definition_type(name: str) -> Type:
    """The type of a definition, by its full name."""
    return _struct(name)


def definition(reference: str) -> dict[str, Any]:
    """The OpenAPI schema that a ``$ref`` (or the bare name of a definition) means."""
    found: dict[str, Any] = _definitions()[reference.rpartition("/")[2]]
    return found


def _package() -> Path:
    """Where the package's data lies; found, not imported (its code and what that needs: 50 ms)."""
    spec = find_spec("kubernetes_validate")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent


@cache
def _definitions() -> dict[str, Any]:
    path = f"kubernetes-json-schema/{VERSION}-local-strict/_definitions.json"
    definitions: dict[str, Any] = orjson.loads((_package() / path).read_bytes())["$defs"]
    words = orjson.loads(resources.files(__package__).joinpath("schema_words.json").read_bytes())
    for name, said in words["described"].items():
        definitions[name]["description"] = said
    for name, definition in definitions.items():
        properties = definition.get("properties", {})
        for pinned in ("apiVersion", "kind"):
            properties.get(pinned, {}).pop("enum", None)
        for field_name, values in words["values"].get(_short(name), {}).items():
            _enumerate(properties[field_name], values)
    return definitions


def _short(name: str) -> str:
    """``core.v1.Pod`` of a definition's full name."""
    return ".".join(name.split(".")[-3:])


def _enumerate(schema: dict[str, Any], values: dict[str, str]) -> None:
    """Name a field's values, and say in its description what each means, as a server does."""
    lines = [f' - `"{value}"` {said}'.rstrip() for value, said in values.items()]
    schema["enum"] = list(values)
    schema["description"] += "\n\nPossible enum values:\n" + "\n".join(lines)


@cache
def _kinds() -> dict[tuple[str, str, str], str]:
    return {
        (gvk["group"], gvk["version"], gvk["kind"]): name
        for name, definition in _definitions().items()
        for gvk in definition.get("x-kubernetes-group-version-kind", ())
    }


def names() -> dict[tuple[str, str, str], str]:
    """The definition of each kind by its group, version and name."""
    return _kinds()


def _struct(definition: str) -> Type:
    *_, version, name = definition.split(".")
    atomic = _definitions()[definition].get("x-kubernetes-map-type") == "atomic"
    return Type("struct", f"{version}.{name}", definition=definition, atomic=atomic)


def _fields(definition: str) -> dict[str, Type]:
    properties = _definitions()[definition].get("properties", {})
    owner = definition.rpartition(".")[2]
    return {name: _field(owner, name, schema) for name, schema in properties.items()}


def _field(owner: str, name: str, schema: dict[str, Any]) -> Type:
    found = _type(schema)
    named = NAMED_STRINGS.get((owner, name)) or NAMED_STRINGS.get(("", name))
    if named and found.form in ("string", "map"):
        found.name = named
    elif named and found.item is not None and found.item.form == "string":
        found.item.name, found.name = named, f"[]{named}"
    found.merge_key = schema.get("x-kubernetes-patch-merge-key", "")
    found.list_type = schema.get("x-kubernetes-list-type", "")
    found.map_keys = tuple(schema.get("x-kubernetes-list-map-keys", ()))
    found.atomic = found.atomic or schema.get("x-kubernetes-map-type") == "atomic"
    found.strategies = tuple(schema.get("x-kubernetes-patch-strategy", "").split(","))
    return found


def _type(schema: dict[str, Any]) -> Type:
    reference = schema.get("$ref")
    if reference:
        definition = reference.rpartition("/")[2]
        if definition in _SPECIAL:
            form = _SPECIAL[definition]
            *_, version, name = definition.split(".")
            return Type(form, f"{version}.{name}")
        return _struct(definition.removesuffix("OrArray"))  # v1 takes no array of schemas
    return _inline(schema)


def _inline(schema: dict[str, Any]) -> Type:
    declared = schema.get("type", "object")
    kind = declared[0] if isinstance(declared, list) else declared
    if kind == "array":
        item = _type(schema["items"])
        return Type("list", f"[]{item.name}", item=item)
    if kind == "object":
        values = schema.get("additionalProperties")
        if not isinstance(values, dict):
            return Type("any", "interface {}")
        item = _type(values)
        name = "v1.ResourceList" if item.form == "quantity" else f"map[string]{item.name}"
        return Type("map", name, item=item)
    if schema.get("format") == "byte":
        return Type("bytes", "[]uint8")
    if schema.get("format") == "int32":
        return Type("int32", "int32")
    form = _SCALARS[kind]
    return Type(form, form)
