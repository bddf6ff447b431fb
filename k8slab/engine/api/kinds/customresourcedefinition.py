"""CustomResourceDefinition (apiextensions.k8s.io/v1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...base.names import dns_1035_label
from ...base.objects import Obj, Objs, annotations_of, get_in, is_deleting, set_in
from .base import Kind
from .columns import CREATED_AT, NAME
from .faults import IMMUTABLE, Faults, forbidden, invalid, required, unsupported
from .filling import fill_zero

FINALIZER = "customresourcecleanup.apiextensions.k8s.io"
_COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")
_SCOPES = ("Cluster", "Namespaced")
_NOT_STRUCTURAL = (
    "id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref",
)  # fmt: skip
_APPROVED = "api-approved.kubernetes.io"
_LISTED = ("Name", "Served", "Storage", "Deprecated", "DeprecationWarning", "Schema",
           "Subresources", "AdditionalPrinterColumns", "SelectableFields")  # fmt: skip


def _default(obj: Obj) -> Obj:
    spec = fill_zero(obj.get("spec") or {}, {"conversion": {"strategy": "None"}})
    names = spec.get("names") or {}
    kind = names.get("kind", "")
    filled = fill_zero(names, {"singular": kind.lower(), "listKind": f"{kind}List"})
    return {**obj, "spec": {**spec, "names": filled}}


def _prepare(new: Obj, old: Obj | None) -> Obj:
    if old is not None:
        return new
    stored = [it.get("name", "") for it in new["spec"].get("versions") or () if it.get("storage")]
    names = {"kind": "", "plural": ""}
    status = {"acceptedNames": names, "conditions": [], "storedVersions": stored}
    return {**new, "status": status}


def _validate(obj: Obj) -> Faults:
    spec = obj["spec"]
    names, group = spec["names"], spec.get("group", "")
    faults: Faults = []
    if not group:
        faults.append(required("spec.group"))
    expected = f"{names.get('plural', '')}.{group}"
    is_new = not obj["metadata"].get("resourceVersion")
    if is_new and obj["metadata"].get("name") != expected:
        why = 'must be spec.names.plural+"."+spec.group'
        faults.append(invalid("metadata.name", obj["metadata"].get("name", ""), why))
    if group.endswith((".k8s.io", ".kubernetes.io")) and not annotations_of(obj).get(_APPROVED):
        why = (
            f'protected groups must have approval annotation "{_APPROVED}", see '
            "https://github.com/kubernetes/enhancements/pull/1111"
        )
        faults.append(required(f"metadata.annotations[{_APPROVED}]", why))
    if spec.get("scope") not in _SCOPES:
        faults.append(unsupported("spec.scope", spec.get("scope", ""), _SCOPES))
    for name in ("plural", "kind"):
        if not names.get(name):
            faults.append(required(f"spec.names.{name}"))
    return faults + _validate_versions(spec)


def _validate_versions(spec: Obj) -> Faults:
    versions = spec.get("versions") or []
    faults: Faults = []
    if sum(bool(it.get("storage")) for it in versions) != 1:
        why = "must have exactly one version marked as storage version"
        faults.append(invalid("spec.versions", [_go_version(it) for it in versions], why))
        faults += _stored_faults(versions)
    for index, version in enumerate(versions):
        name = version.get("name", "")
        where = f"spec.versions[{index}].name"
        faults += [invalid(where, name, why) for why in dns_1035_label(name)]
        path = f"spec.versions[{index}].schema.openAPIV3Schema"
        if len(versions) == 1:
            path = "spec.validation.openAPIV3Schema"
        schema = get_in(version, "schema", "openAPIV3Schema")
        if schema is None and "schema" in version:
            faults.append(required(f"spec.versions[{index}].schema.openAPIV3Schema"))
            continue
        if schema is None:
            faults.append(required(path, "schemas are required"))
            continue
        misshapen = _shape_faults(schema, path)
        if misshapen:
            faults += misshapen
            continue
        if not schema.get("type"):
            faults.append(required(f"{path}.type", "must not be empty at the root"))
        faults += _rule_faults(schema, path)
        faults += _default_faults(schema, path)
        faults += _column_faults(version, index, len(versions))
    return faults


def _shape_faults(schema: Any, path: str) -> Faults:
    """What is no schema inside a schema, and what a structural one has no words for."""
    if not isinstance(schema, dict):
        return [invalid(path, schema, "must be a schema")]
    properties = schema.get("properties") or {}
    if not isinstance(properties, dict):
        return [invalid(f"{path}.properties", properties, "must be schemas by name")]
    faults: Faults = [
        forbidden(f"{path}.{name}", f"{name} is not supported")
        for name in _NOT_STRUCTURAL
        if schema.get(name)
    ]
    for name, child in sorted(properties.items()):
        faults += _shape_faults(child, f"{path}.properties[{name}]")
    for name in ("items", "additionalProperties"):
        if name in schema and not isinstance(schema[name], bool | None):
            faults += _shape_faults(schema[name], f"{path}.{name}")
    return faults


def _stored_faults(versions: Objs) -> Faults:
    """What the status of a new definition lacks, where several versions are to be stored."""
    stored = [it.get("name", "") for it in versions if it.get("storage")]
    if len(stored) < 2:
        return []
    why = f"must have the storage version {stored[-1]}"
    return [invalid("status.storedVersions", stored[:1], why)]


def _default_faults(schema: Obj, path: str) -> Faults:
    """A default has to be right by its own schema."""
    from ..custom.validation import validate

    faults: Faults = []
    if "default" in schema:
        value, where = schema["default"], f"{path}.default"
        faults += [replace(fault, path=where) for fault in validate(value, schema)]
        if schema.get("type") == "integer" and isinstance(value, float):
            why = "Checked value must be of type integer (default format) in "
            faults.append(invalid(where, "", why))
    for name, child in sorted((schema.get("properties") or {}).items()):
        faults += _default_faults(child, f"{path}.properties[{name}]")
    if isinstance(schema.get("items"), dict):
        faults += _default_faults(schema["items"], f"{path}.items")
    return faults


def _column_faults(version: Obj, index: int, versions: int) -> Faults:
    where = "spec" if versions == 1 else f"spec.versions[{index}]"
    why = f"must be one of {','.join(_COLUMN_TYPES)}"
    faults: Faults = []
    for place, column in enumerate(version.get("additionalPrinterColumns") or ()):
        path = f"{where}.additionalPrinterColumns[{place}]"
        if not column.get("name"):
            faults.append(required(f"{path}.name"))
        if column.get("type") not in _COLUMN_TYPES:
            faults.append(invalid(f"{path}.type", column.get("type", ""), why))
        if not column.get("jsonPath"):
            faults.append(required(f"{path}.jsonPath"))
    return faults


def _go_version(version: Obj) -> Obj:
    """A version as Go's internal type prints it once its schema has been moved away."""
    shown: dict[str, Any] = dict.fromkeys(_LISTED)
    return {
        **shown,
        "Name": version.get("name", ""),
        "Served": bool(version.get("served")),
        "Storage": bool(version.get("storage")),
        "Deprecated": bool(version.get("deprecated")),
    }


def _rule_faults(schema: Obj, path: str) -> Faults:
    from ..custom.rules import fault_of_rule

    faults: Faults = []
    for index, rule in enumerate(schema.get("x-kubernetes-validations") or ()):
        why = fault_of_rule(rule.get("rule", ""))
        if why:
            where = f"{path}.x-kubernetes-validations[{index}].rule"
            faults.append(invalid(where, rule.get("rule", ""), why))
    for name, child in sorted((schema.get("properties") or {}).items()):
        faults += _rule_faults(child, f"{path}.properties[{name}]")
    if isinstance(schema.get("items"), dict):
        faults += _rule_faults(schema["items"], f"{path}.items")
    return faults


def _validate_update(new: Obj, old: Obj) -> Faults:
    fixed = (("group",), ("scope",), ("names", "kind"), ("names", "plural"))
    return [
        invalid(f"spec.{'.'.join(path)}", get_in(new["spec"], *path), IMMUTABLE)
        for path in fixed
        if get_in(new["spec"], *path) != get_in(old["spec"], *path)
    ]


def _held(obj: Obj) -> bool:
    """It can't go before it was marked for deletion, which gives it its finalizer."""
    return not is_deleting(obj)


def _going(obj: Obj) -> Obj:
    finalizers = obj["metadata"].get("finalizers") or []
    if FINALIZER not in finalizers:
        obj = set_in(obj, ("metadata", "finalizers"), [*finalizers, FINALIZER])
    condition = {
        "type": "Terminating",
        "status": "True",
        "lastTransitionTime": obj["metadata"]["deletionTimestamp"],
        "reason": "InstanceDeletionPending",
        "message": (
            "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon"
        ),
    }
    others = [
        it
        for it in get_in(obj, "status", "conditions", default=[])
        if it["type"] != condition["type"]
    ]
    return set_in(obj, ("status", "conditions"), [*others, condition])


KIND = Kind(
    "CustomResourceDefinition",
    "customresourcedefinitions",
    group="apiextensions.k8s.io",
    namespaced=False,
    short_names=("crd", "crds"),
    categories=("api-extensions",),
    status=True,
    generation=True,
    default=_default,
    prepare=_prepare,
    validate=_validate,
    validate_update=_validate_update,
    held=_held,
    going=_going,
    columns=(NAME, CREATED_AT),
)
