"""The kinds that a CustomResourceDefinition makes (apiextensions customresource strategy, 1.36)."""

from __future__ import annotations

from typing import Any

from ...base.conditions import condition_of
from ...base.memo import by_identity
from ...base.objects import Obj, get_in
from ..decode import Decoded, DecodeError, check_depth, read_metadata
from ..errors import FieldError
from ..kinds.base import Kind
from ..kinds.faults import Faults, invalid
from ..schema import definition_type
from .columns import columns_of
from .rules import broken_rules, has_rules, unchecked
from .structural import defaulted, pruned, type_of_schema
from .validation import BLOCKING, validate

_OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_INT32_MAX = 2**31 - 1


@by_identity
def kinds_of(definition: Obj) -> tuple[Kind, ...]:
    """A kind for each served version, the stored one first; none before it is Established."""
    established = condition_of(definition, "Established")
    if established is None or established["status"] != "True":
        return ()
    versions = sorted(definition["spec"]["versions"], key=lambda it: not it.get("storage"))
    return tuple(_kind(definition["spec"], it) for it in versions if it.get("served"))


def _kind(spec: Obj, version: Obj) -> Kind:
    names = spec["names"]
    schema = _whole(get_in(version, "schema", "openAPIV3Schema", default={}))
    subresources = version.get("subresources") or {}
    resource = _Resource(schema, scaled="scale" in subresources)
    deprecated = ""
    if version.get("deprecated"):
        usual = f"{spec['group']}/{version['name']} {names['kind']} is deprecated"
        deprecated = version.get("deprecationWarning") or usual
    return Kind(
        names["kind"],
        names["plural"],
        group=spec["group"],
        version=version["name"],
        namespaced=spec["scope"] == "Namespaced",
        short_names=tuple(names.get("shortNames") or ()),
        categories=tuple(names.get("categories") or ()),
        status="status" in subresources,
        scale="scale" in subresources,
        generation=True,
        deprecated=deprecated,
        default=resource.default,
        validate=resource.validate,
        validate_update=resource.validate_update,
        columns=columns_of(version),
        schema=schema,
        type=type_of_schema(schema, definition_type(_OBJECT_META)),
        read=resource.read,
    )


def _whole(schema: Obj) -> Obj:
    """The schema of a whole object: its own fields, and those that every object has."""
    common: Obj = {
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": {"$ref": f"#/$defs/{_OBJECT_META}"},
    }
    return {**schema, "properties": {**(schema.get("properties") or {}), **common}}


class _Resource:
    """What the API server does with the objects of one version of a definition."""

    def __init__(self, schema: Obj, *, scaled: bool) -> None:
        own = {name: it for name, it in schema["properties"].items() if "$ref" not in it}
        self.schema = {**schema, "properties": own}
        self.scaled = scaled
        self.ruled = has_rules(schema)

    def read(self, value: Any) -> Decoded:
        """An object without what the schema does not have."""
        if not isinstance(value, dict):
            raise DecodeError("the object provided is no object")
        check_depth(value)
        unknown: list[str] = []
        obj = pruned(value, self.schema, "", unknown, root=True)
        metadata = read_metadata(obj.get("metadata") or {})
        return Decoded({**obj, "metadata": metadata.obj}, [*unknown, *metadata.unknown])

    def default(self, obj: Obj) -> Obj:
        filled = defaulted({**obj, "metadata": {}}, self.schema)
        return {**filled, "metadata": obj["metadata"]}

    def validate(self, obj: Obj) -> Faults:
        """The faults of a new object; those of a changed one are validate_update's."""
        if "resourceVersion" in obj["metadata"]:
            return []
        faults = self._plain(obj)
        return faults + self._rules(obj, None, faults)

    def validate_update(self, new: Obj, old: Obj) -> Faults:
        """The faults that a change brings: what was wrong before may stay (ratcheting)."""
        before = self._plain(old)
        faults = [it for it in self._plain(new) if it not in before]
        return faults + self._rules(new, old, faults)

    def _plain(self, obj: Obj) -> Faults:
        """The faults of the schema and of scale."""
        faults = validate(obj, self.schema)
        return faults + (_scale_faults(obj) if self.scaled else [])

    def _rules(self, new: Obj, old: Obj | None, faults: Faults) -> Faults:
        if not self.ruled:
            return []
        if any(it.reason in BLOCKING for it in faults):
            return [unchecked()]
        return list(broken_rules(new, old, self.schema))


def _scale_faults(obj: Obj) -> Faults:
    """The replicas of the scale subresource are an int32 that is not negative."""
    replicas, path = get_in(obj, "spec", "replicas"), ".spec.replicas"
    if replicas is None:
        return []
    if not isinstance(replicas, int):
        why = f"{path} accessor error: {replicas} is of the type string, expected int64"
        return [FieldError(path, "FieldValueInvalid", f"Invalid value: 0: {why}")]
    if replicas < 0:
        return [invalid(path, replicas, "should be a non-negative integer")]
    if replicas > _INT32_MAX:
        return [invalid(path, replicas, f"should be less than or equal to {_INT32_MAX}")]
    return []
