"""The faults of a definition's schema: that it is structural, its defaults, its words, its rules.

ValidateStructural, ValidateDefaults and ValidateCustomResourceDefinitionOpenAPISchema of
apiextensions 1.36. What Go walks in no order (properties) is walked by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ...base.objects import Obj
from ..decode import fault_of
from ..errors import FieldError
from .crd_rules import RULES, rule_types, rule_words
from .faults import Faults, forbidden, invalid, required, unsupported

_SCHEMA = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps"
_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_ABSENT = ("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")
_LIST_TYPES, _MAP_TYPES = ("atomic", "set", "map"), ("atomic", "granular")
_INT_OR_STRING = [{"type": "integer"}, {"type": "string"}]
_METADATA = ("metadata", "kind", "apiVersion")
_JUNCTORS = ("allOf", "anyOf", "oneOf")
_PRESERVE, _EMBEDDED = "x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource"
_EITHER = "x-kubernetes-int-or-string"
_LIST_TYPE, _MAP_TYPE = "x-kubernetes-list-type", "x-kubernetes-map-type"
_KEYS = "x-kubernetes-list-map-keys"
_UNSAID = {
    "type": "must be empty to be structural",
    "additionalProperties": "must be undefined to be structural",
    "default": "must be undefined to be structural",
    "title": "must be empty to be structural",
    "description": "must be empty to be structural",
    "nullable": "must be false to be structural",
    _PRESERVE: "must be false to be structural",
    _EMBEDDED: "must be false to be structural",
    _EITHER: "must be false to be structural",
    _KEYS: "must be empty to be structural",
    _LIST_TYPE: "must be undefined to be structural",
    _MAP_TYPE: "must be undefined to be structural",
    RULES: "must be empty to be structural",
}
"""What a schema under allOf, anyOf, oneOf and not may not say."""


def schema_faults(schema: Any, path: str, status: bool) -> Faults:
    """What is wrong with a version's schema; ``status`` says that it has that subresource."""
    misshapen = list(_misshapen(schema, path))
    if misshapen:
        return misshapen
    faults: Faults = []
    kind = schema.get("type", "")
    if status and kind and kind != "object":
        why = 'only "object" is allowed as the type at the root of the schema if the status '
        faults.append(invalid(f"{path}.type", kind, f"{why}subresource is enabled"))
    if schema.get("nullable"):
        faults.append(forbidden(f"{path}.nullable", "nullable cannot be true at the root"))
    sound = False
    if not any(_has_absent(it) for it in _everywhere(schema)):
        wrong = _structural(schema, path) or list(_defaults(schema, path))
        sound = not wrong
        faults += wrong
    words = _Words(sound)
    words.check(schema, path, root=True)
    return faults + words.faults + words.of_rules


def _misshapen(schema: Any, path: str) -> Iterator[FieldError]:
    """What is no schema inside a schema: decoding leaves items and additionalProperties open."""
    if not isinstance(schema, dict):
        yield invalid(path, schema, "must be a schema")
        return
    if wrong := fault_of(schema, _SCHEMA):
        yield invalid(path, schema, wrong)
        return
    for where, child in _parts(schema, path):
        yield from _misshapen(child, where)


def _parts(schema: Obj, path: str) -> Iterator[tuple[str, Any]]:
    """The schemas inside a schema, and where they are."""
    values, items = schema.get("additionalProperties"), schema.get("items")
    if values is not None and not isinstance(values, bool):
        yield f"{path}.additionalProperties", values
    for name, child in sorted((schema.get("properties") or {}).items()):
        yield f"{path}.properties[{name}]", child
    if schema.get("not") is not None:
        yield f"{path}.not", schema["not"]
    for junctor in _JUNCTORS:
        for index, child in enumerate(schema.get(junctor) or ()):
            yield f"{path}.{junctor}[{index}]", child
    if items is not None:
        yield f"{path}.items", items


def _everywhere(schema: Obj) -> Iterator[Obj]:
    yield schema
    for _, child in _parts(schema, ""):
        yield from _everywhere(child)


def _has_absent(schema: Obj) -> bool:
    return any(schema.get(name) for name in _ABSENT)


# That it is structural


def _structural(schema: Obj, path: str) -> Faults:
    """ValidateStructural: what a schema has to be so that unknown fields can be told apart."""
    faults = [*_invariants(schema, path, "root"), *_completeness(schema, schema, path, path)]
    return sorted(faults, key=lambda it: f"{it.path}: {it.message}")


def _invariants(schema: Obj, path: str, level: str) -> Iterator[FieldError]:
    items, values = schema.get("items"), schema.get("additionalProperties")
    properties, kind = schema.get("properties") or {}, schema.get("type") or ""
    embedded, preserving = bool(schema.get(_EMBEDDED)), bool(schema.get(_PRESERVE))
    if kind == "array" and items is None:
        yield required(f"{path}.items", "must be specified")
    if items is not None:
        yield from _invariants(items, f"{path}.items", "item")
    for name, child in properties.items():
        yield from _invariants(child, f"{path}.properties[{name}]", "field")
    if values is not None and level == "root":
        yield forbidden(f"{path}.additionalProperties", "must not be used at the root")
    if isinstance(values, dict):
        yield from _invariants(values, f"{path}.additionalProperties", "field")
    for name, is_so in ((_PRESERVE, preserving), (_EMBEDDED, embedded)):
        if schema.get(_EITHER) and is_so:
            yield invalid(f"{path}.{name}", True, f"must be false if {_EITHER} is true")
    yield from _value_rules(schema, path)
    if embedded and kind != "object":
        why = f"must be object if {_EMBEDDED} is true"
        yield invalid(f"{path}.type", kind, why) if kind else required(f"{path}.type", why)
    elif not kind and not schema.get(_EITHER) and not preserving:
        yield required(f"{path}.type", _NO_TYPE[level])
    if embedded and values is not None:
        why = f"must not be used if {_EMBEDDED} is set"
        yield forbidden(f"{path}.additionalProperties", why)
    if level == "root" and kind and kind != "object":
        yield invalid(f"{path}.type", kind, "must be object at the root")
    if level == "root" or embedded:
        yield from _metadata(properties, path, level)
    if embedded and not preserving and not properties:
        why = f"must not be empty if {_EMBEDDED} is true without {_PRESERVE}"
        yield required(f"{path}.properties", why)


_NO_TYPE = {
    "root": "must not be empty at the root",
    "item": "must not be empty for specified array items",
    "field": "must not be empty for specified object fields",
}


def _metadata(properties: Obj, path: str, level: str) -> Iterator[FieldError]:
    """Of an object's metadata a schema may only say what its name is to be."""
    for name in ("kind", "apiVersion"):
        found = properties.get(name)
        if found is not None and found.get("type") != "string":
            at = f"{path}.properties[{name}].type"
            yield invalid(at, found.get("type") or "", "must be string")
    found = properties.get("metadata")
    if found is None:
        return
    at = f"{path}.properties[metadata]"
    if found.get("type") != "object":
        yield invalid(f"{at}.type", found.get("type") or "", "must be object")
    more = set(found) - {"type", "properties", "default"}
    if level == "root" and (more or set(found.get("properties") or ()) - {"name", "generateName"}):
        yield forbidden(
            at,
            "must not specify anything other than name and generateName, but metadata is "
            "implicitly specified",
        )


def _value_rules(schema: Obj, path: str, *, either: bool = False) -> Iterator[FieldError]:
    """The words of allOf, anyOf, oneOf and not, and the pattern."""
    from ..custom.rules import fault_of_pattern

    anyof, allof = schema.get("anyOf") or [], schema.get("allOf") or []
    if anyof != _INT_OR_STRING and not either:
        for index, child in enumerate(anyof):
            yield from _nested(child, f"{path}.anyOf[{index}]")
    for index, child in enumerate(allof):
        skip = index == 0 and child.get("anyOf") == _INT_OR_STRING
        yield from _nested(child, f"{path}.allOf[{index}]", either=skip)
    for index, child in enumerate(schema.get("oneOf") or ()):
        yield from _nested(child, f"{path}.oneOf[{index}]")
    if schema.get("not") is not None:
        yield from _nested(schema["not"], f"{path}.not")
    pattern = schema.get("pattern") or ""
    if pattern and (why := fault_of_pattern(pattern)):
        told = f"must be a valid regular expression, but isn't: {why}"
        yield invalid(f"{path}.pattern", pattern, told)


def _nested(schema: Obj, path: str, *, either: bool = False) -> Iterator[FieldError]:
    yield from _value_rules(schema, path, either=either)
    if isinstance(schema.get("items"), dict):
        yield from _nested(schema["items"], f"{path}.items")
    for name, child in (schema.get("properties") or {}).items():
        yield from _nested(child, f"{path}.properties[{name}]")
    for name, why in _UNSAID.items():
        if schema.get(name) or (name in schema and name in ("default", "additionalProperties")):
            yield forbidden(f"{path}.{name}", why)
    if "metadata" in (schema.get("properties") or {}):
        why = "must not be specified in a nested context"
        yield forbidden(f"{path}.properties[metadata]", why)


def _completeness(rules: Obj, whole: Any, at: str, path: str) -> Iterator[FieldError]:
    """What is defined under allOf, anyOf, oneOf and not has to be defined outside of them."""
    children = [(rules["not"], f"{path}.not")] if rules.get("not") is not None else []
    for junctor in _JUNCTORS:
        found = enumerate(rules.get(junctor) or ())
        children += [(child, f"{path}.{junctor}[{index}]") for index, child in found]
    for child, where in children:
        yield from _complete(child, whole, at, where)


def _complete(rules: Obj, whole: Any, at: str, path: str) -> Iterator[FieldError]:
    if not isinstance(whole, dict):
        yield required(at, f"because it is defined in {path}")
        return
    yield from _completeness(rules, whole, at, path)
    if isinstance(rules.get("items"), dict):
        yield from _complete(rules["items"], whole.get("items"), f"{at}.items", f"{path}.items")
    known = whole.get("properties") or {}
    for name, child in (rules.get("properties") or {}).items():
        inside = f"properties[{name}]"
        yield from _complete(child, known.get(name), f"{at}.{inside}", f"{path}.{inside}")


# Its defaults


def _defaults(schema: Obj, path: str) -> Iterator[FieldError]:
    """A default has to be right by its own schema, and to say no unknown field."""
    from ..custom.structural import pruned
    from ..custom.validation import validate

    if "default" in schema:
        value, where = schema["default"], f"{path}.default"
        unknown: list[str] = []
        pruned(value, schema, "", unknown)
        if unknown:
            yield invalid(where, value, "must not have unknown fields")
        for fault in validate(value, schema):
            yield replace(fault, path=f"{where}.{fault.path}" if fault.path else where)
        if schema.get("type") == "integer" and isinstance(value, float):
            why = "Checked value must be of type integer (default format) in "
            yield invalid(where, "", why)
    if isinstance(schema.get("items"), dict):
        yield from _defaults(schema["items"], f"{path}.items")
    for name, child in sorted((schema.get("properties") or {}).items()):
        yield from _defaults(child, f"{path}.properties[{name}]")


# Its words, and its rules


@dataclass(slots=True)
class _Words:
    """One walk over a schema; ``rules`` says whether rules are looked at."""

    rules: bool
    faults: Faults = field(default_factory=list)
    of_rules: Faults = field(default_factory=list)

    def check(
        self,
        schema: Obj,
        path: str,
        *,
        root: bool = False,
        no_default: str = "",
        lost: str = "",
        typed: bool = True,
    ) -> None:
        """``no_default`` says why there may be none, ``lost`` where what was before is lost."""
        before = len(self.faults)
        self.faults += _own_words(schema, path, no_default)
        values, items = schema.get("additionalProperties"), schema.get("items")
        properties = schema.get("properties") or {}
        if properties and values is not None and values is not True:
            why = "additionalProperties and properties are mutual exclusive"
            self.faults.append(forbidden(f"{path}.additionalProperties", why))
        more: dict[str, Any] = {"no_default": no_default, "typed": typed}
        if isinstance(values, dict):
            self.check(values, f"{path}.additionalProperties", lost=lost, **more)
        kept = lost or (path if schema.get(_MAP_TYPE) == "atomic" else "")
        for name, child in sorted(properties.items()):
            top = f"in top-level {name}" if root and name in _METADATA else no_default
            where = f"{path}.properties[{name}]"
            self.check(child, where, no_default=top, lost=kept, typed=typed)
        for where, child in _parts({name: schema.get(name) for name in ("not", *_JUNCTORS)}, path):
            self.check(child, where, no_default=no_default, typed=False)
        if isinstance(items, dict):
            kept = lost or ("" if schema.get(_LIST_TYPE) == "map" else path)
            self.check(items, f"{path}.items", lost=kept, **more)
        self.faults += [*_extensions(schema, path), *rule_words(schema, path)]
        if self.rules and typed and len(self.faults) == before:
            self.of_rules += rule_types(schema, path, lost, root=root)


def _own_words(schema: Obj, path: str, no_default: str) -> Iterator[FieldError]:
    kind = schema.get("type") or ""
    if kind and kind not in _TYPES:
        yield unsupported(f"{path}.type", kind, _TYPES)
    if "default" in schema and no_default:
        yield forbidden(f"{path}.default", f"must not be set {no_default}")
    for name in _ABSENT:
        if schema.get(name):
            yield forbidden(f"{path}.{name}", f"{name} is not supported")
    if kind == "null":
        why = "type cannot be set to null, use nullable as an alternative"
        yield forbidden(f"{path}.type", why)
    if schema.get("uniqueItems"):
        why = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        yield forbidden(f"{path}.uniqueItems", why)


def _extensions(schema: Obj, path: str) -> Iterator[FieldError]:
    """The words of Kubernetes: how lists and maps are merged."""
    kind, items = schema.get("type") or "", schema.get("items")
    in_maps, in_lists, keys = schema.get(_MAP_TYPE), schema.get(_LIST_TYPE), schema.get(_KEYS) or []
    if schema.get(_PRESERVE) is False:
        yield invalid(f"{path}.{_PRESERVE}", False, "must be true or undefined")
    for word, said, wanted, known in (
        (_MAP_TYPE, in_maps, "object", _MAP_TYPES),
        (_LIST_TYPE, in_lists, "array", _LIST_TYPES),
    ):
        if said is not None and kind != wanted:
            why = f"must be {wanted} if {word} is specified"
            yield invalid(f"{path}.type", kind, why) if kind else required(f"{path}.type", why)
        if said is not None and said not in known:
            yield unsupported(f"{path}.{word}", said, known)
    if keys and in_lists != "map":
        at, why = f"{path}.{_LIST_TYPE}", f"must be map if {_KEYS} is non-empty"
        yield required(at, why) if in_lists is None else invalid(at, in_lists, why)
    if in_lists == "map":
        if not keys:
            yield required(f"{path}.{_KEYS}", f"must not be empty if {_LIST_TYPE} is map")
        if items is None:
            yield required(f"{path}.items", f"must have a schema if {_LIST_TYPE} is map")
    if isinstance(items, dict) and in_lists in ("map", "set"):
        yield from _keyed(items, keys, in_lists, path)


def _keyed(items: Obj, keys: list[str], in_lists: str, path: str) -> Iterator[FieldError]:
    """The items of a list whose items are told apart."""
    properties, kind = items.get("properties") or {}, items.get("type") or ""
    whose = f"if parent array's {_LIST_TYPE} is map"
    if in_lists == "map" and kind != "object":
        yield invalid(f"{path}.items.type", kind, f"must be object {whose}")
    elif in_lists == "map":
        for index, key in enumerate(keys):
            at = f"{path}.items.properties[{key}]"
            if key not in properties:
                yield invalid(
                    f"{path}.{_KEYS}", keys, "entries must all be names of item properties"
                )
            elif properties[key].get("type") in ("array", "object"):
                yield invalid(f"{at}.type", kind, f"must be a scalar type {whose}")
            if key in keys[:index]:
                yield invalid(f"{path}.{_KEYS}", keys, "must not contain duplicate entries")
    if items.get("nullable"):
        why = f"cannot be nullable when {_LIST_TYPE} is {in_lists}"
        yield forbidden(f"{path}.items.nullable", why)
    for key in keys if in_lists == "map" else ():
        found, at = properties.get(key), f"{path}.items.properties[{key}]"
        named = f"this property is in {_KEYS}, so it"
        if found is None:
            continue
        if key not in (items.get("required") or ()) and found.get("default") is None:
            why = f"{named} must have a default or be a required property"
            yield required(f"{at}.default", why)
        if found.get("nullable"):
            yield forbidden(f"{at}.nullable", f"{named} cannot be nullable")
