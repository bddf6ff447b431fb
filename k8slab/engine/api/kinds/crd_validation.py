"""The faults of a CustomResourceDefinition (apiextensions validation, 1.36), in its order.

The server looks at the internal form, in which what all versions say alike (a schema, columns)
stands once, beside them.
"""

from __future__ import annotations

from typing import Any

from ...base.names import dns_1035_label, dns_subdomain
from ...base.objects import Obj, Objs, annotations_of, get_in
from .crd_schema import schema_faults
from .faults import IMMUTABLE, Faults, forbidden, invalid, required, unsupported

_COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")
_COLUMN_FORMATS = ("byte", "date", "date-time", "double", "float", "int32", "int64", "password")
_SCOPES = ("Cluster", "Namespaced")
_CONVERTERS = ("None", "Webhook")
_APPROVED = "api-approved.kubernetes.io"
_LISTED = ("Name", "Served", "Storage", "Deprecated", "DeprecationWarning", "Schema",
           "Subresources", "AdditionalPrinterColumns", "SelectableFields")  # fmt: skip
_SHARED = {
    "schema": "validation",
    "subresources": "subresources",
    "additionalPrinterColumns": "additionalPrinterColumns",
}
"""What may stand beside the versions, and what it is called there."""
_WARNING_MAX = 256


def validate_definition(obj: Obj) -> Faults:
    """What is wrong with a definition."""
    spec, own_name = obj["spec"], obj["metadata"].get("name", "")
    names, group, versions = spec["names"], spec.get("group", ""), spec.get("versions") or []
    faults: Faults = []
    is_new = not obj["metadata"].get("resourceVersion")
    if is_new and own_name and own_name != f"{names.get('plural', '')}.{group}":
        why = 'must be spec.names.plural+"."+spec.group'
        faults.append(invalid("metadata.name", own_name, why))
    faults += _group(group) + _choice("spec.scope", spec.get("scope", ""), _SCOPES)
    shared = {field for field in _SHARED if _alike(versions, field)}
    faults += _schemas_there(versions)
    for index, version in enumerate(versions):
        faults += _version(version, f"spec.versions[{index}]", shared)
    faults += _all_versions(spec, versions) + _names(names)
    for field, name in _SHARED.items():
        if field in shared and versions:
            faults += _part(field, versions[0], f"spec.{name}")
    faults += _conversion(spec.get("conversion") or {}, "spec.conversion")
    return faults + _stored(obj, versions) + _approval(obj, group)


def _group(group: str) -> Faults:
    if not group:
        return [required("spec.group")]
    if why := dns_subdomain(group):
        return [invalid("spec.group", group, ",".join(why))]
    if "." not in group:
        return [invalid("spec.group", group, "should be a domain with at least one dot")]
    return []


def _choice(path: str, value: str, choices: tuple[str, ...]) -> Faults:
    if not value:
        return [required(path)]
    return [] if value in choices else [unsupported(path, value, choices)]


def _alike(versions: Objs, field: str) -> bool:
    """Whether all versions say the same."""
    said = [it.get(field) for it in versions]
    return all((it or None) == (said[0] or None) for it in said)


def _schemas_there(versions: Objs) -> Faults:
    faults: Faults = []
    for index, version in enumerate(versions):
        path, schema = f"spec.versions[{index}].schema.openAPIV3Schema", version.get("schema")
        if schema is None:
            faults.append(required(path, "schemas are required"))
        elif schema.get("openAPIV3Schema") is None:
            faults.append(required(path))
    return faults


def _version(version: Obj, path: str, shared: set[str]) -> Faults:
    name, warning = version.get("name", ""), version.get("deprecationWarning")
    faults: Faults = []
    if why := dns_1035_label(name):
        faults.append(invalid(f"{path}.name", name, ",".join(why)))
    if warning is not None:
        at = f"{path}.deprecationWarning"
        if not version.get("deprecated"):
            faults.append(invalid(at, warning, "can only be set for deprecated versions"))
        elif len(warning.encode()) > _WARNING_MAX:
            faults.append(invalid(at, warning, f"must be <= {_WARNING_MAX} characters long"))
        elif not warning:
            faults.append(invalid(at, warning, "must not be an empty string"))
    for field in _SHARED:
        if field not in shared:
            faults += _part(field, version, f"{path}.{field}")
    return faults


def _part(field: str, version: Obj, path: str) -> Faults:
    value = version.get(field)
    if not value:
        return []
    if field == "schema":
        schema = value.get("openAPIV3Schema")
        status = get_in(version, "subresources", "status") is not None
        return (
            schema_faults(schema, f"{path}.openAPIV3Schema", status) if schema is not None else []
        )
    if field == "subresources":
        return _scale(value["scale"], f"{path}.scale") if value.get("scale") is not None else []
    return [fault for index, it in enumerate(value) for fault in _column(it, f"{path}[{index}]")]


def _column(column: Obj, path: str) -> Faults:
    kind, form, where = (column.get(name) or "" for name in ("type", "format", "jsonPath"))
    why = f"must be one of {','.join(_COLUMN_TYPES)}"
    faults: Faults = []
    if not column.get("name"):
        faults.append(required(f"{path}.name"))
    if not kind:
        faults.append(required(f"{path}.type", why))
    elif kind not in _COLUMN_TYPES:
        faults.append(invalid(f"{path}.type", kind, why))
    if form and form not in _COLUMN_FORMATS:
        known = f"must be one of {','.join(_COLUMN_FORMATS)}"
        faults.append(invalid(f"{path}.format", form, known))
    if not where:
        return [*faults, required(f"{path}.JSONPath")]
    return faults + _simple_path(where, f"{path}.JSONPath")


def _simple_path(text: str, path: str) -> Faults:
    if text.startswith("."):
        return []
    return [invalid(path, text, "must be a simple json path starting with .")]


def _scale(scale: Obj, path: str) -> Faults:
    faults: Faults = []
    for field, under in (("specReplicasPath", ".spec"), ("statusReplicasPath", ".status")):
        text, at = scale.get(field) or "", f"{path}.{field}"
        if not text:
            faults.append(required(at))
            continue
        wrong = _simple_path(text, at)
        if not wrong and not text.startswith(f"{under}."):
            wrong = [invalid(at, text, f"should be a json path under {under}")]
        faults += wrong
    text, at = scale.get("labelSelectorPath") or "", f"{path}.labelSelectorPath"
    wrong = _simple_path(text, at) if text else []
    if text and not wrong and not text.startswith((".spec.", ".status.")):
        wrong = [invalid(at, text, "should be a json path under either .spec or .status")]
    return faults + wrong


def _all_versions(spec: Obj, versions: Objs) -> Faults:
    told = [_go_version(it) for it in versions] if spec.get("versions") is not None else None
    called = [it.get("name", "") for it in versions]
    faults: Faults = []
    if len(set(called)) < len(called):
        faults.append(invalid("spec.versions", told, "must contain unique version names"))
    if sum(bool(it.get("storage")) for it in versions) != 1:
        why = "must have exactly one version marked as storage version"
        faults.append(invalid("spec.versions", told, why))
    if called and called[0] and (wrong := dns_1035_label(called[0])):
        faults.append(invalid("spec.version", called[0], ",".join(wrong)))
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
        "DeprecationWarning": version.get("deprecationWarning"),
    }


def _names(names: Obj) -> Faults:
    path = "spec.names"
    fields = ("plural", "singular", "kind", "listKind")
    faults = [required(f"{path}.{field}") for field in fields if not names.get(field)]
    for field in fields:
        name = names.get(field) or ""
        kind = field in ("kind", "listKind")
        why = dns_1035_label(name.lower() if kind else name) if name else []
        head = "may have mixed case, but should otherwise match: " if kind else ""
        if why:
            faults.append(invalid(f"{path}.{field}", name, head + ",".join(why)))
    for index, name in enumerate(names.get("shortNames") or ()):
        if why := dns_1035_label(name):
            faults.append(invalid(f"{path}.shortNames[{index}]", name, ",".join(why)))
    if names.get("kind") and names["kind"] == names.get("listKind"):
        why_not = "kind and listKind may not be the same"
        faults.append(invalid(f"{path}.listKind", names["listKind"], why_not))
    for index, name in enumerate(names.get("categories") or ()):
        if why := dns_1035_label(name):
            faults.append(invalid(f"{path}.categories[{index}]", name, ",".join(why)))
    return faults


def _conversion(conversion: Obj, path: str) -> Faults:
    strategy, webhook = conversion.get("strategy") or "", conversion.get("webhook") or {}
    client, reviews = webhook.get("clientConfig"), webhook.get("conversionReviewVersions") or []
    faults = _choice(f"{path}.strategy", strategy, _CONVERTERS)
    if strategy != "Webhook":
        why = "should not be set when strategy is not set to Webhook"
        said = {"webhookClientConfig": client, "conversionReviewVersions": reviews or None}
        told = [forbidden(f"{path}.{field}", why) for field, it in said.items() if it is not None]
        return faults + told
    if client is None:
        why = "required when strategy is set to Webhook"
        faults.append(required(f"{path}.webhookClientConfig", why))
    elif (client.get("url") is None) == (client.get("service") is None):
        why = "exactly one of url or service is required"
        faults.append(required(f"{path}.webhookClientConfig", why))
    at = f"{path}.conversionReviewVersions"
    if not reviews:
        return [*faults, required(at)]
    for index, version in enumerate(reviews):
        if version in reviews[:index]:
            faults.append(invalid(f"{at}[{index}]", version, "duplicate version"))
            continue
        faults += [invalid(f"{at}[{index}]", version, why) for why in dns_1035_label(version)]
    if not {"v1", "v1beta1"} & set(reviews):
        faults.append(invalid(at, reviews, "must include at least one of v1, v1beta1"))
    return faults


def _stored(obj: Obj, versions: Objs) -> Faults:
    """The versions that objects have been stored in have to be there."""
    path, stored = "status.storedVersions", get_in(obj, "status", "storedVersions", default=[])
    if not stored:
        return [invalid(path, None, "must have at least one stored version")]
    left = dict.fromkeys(stored)
    faults: Faults = []
    for version in versions:
        name = version.get("name", "")
        if version.get("storage") and name not in left:
            faults.append(invalid(path, stored, f"must have the storage version {name}"))
        left.pop(name, None)
    for name in left:
        why = (
            f"missing from spec.versions; {name} was previously a storage version, and must remain "
            "in spec.versions until a storage migration ensures no data remains persisted in "
            f"{name} and removes {name} from status.storedVersions"
        )
        faults.append(invalid(f"{path}[{stored.index(name)}]", name, why))
    return faults


def _approval(obj: Obj, group: str) -> Faults:
    if not group.endswith((".k8s.io", ".kubernetes.io")) or annotations_of(obj).get(_APPROVED):
        return []
    why = (
        f'protected groups must have approval annotation "{_APPROVED}", see '
        "https://github.com/kubernetes/enhancements/pull/1111"
    )
    return [required(f"metadata.annotations[{_APPROVED}]", why)]


def validate_definition_update(new: Obj, old: Obj) -> Faults:
    """What of a definition is fixed."""
    fixed = (("scope",), ("names", "kind"), ("group",), ("names", "plural"))
    return [
        invalid(f"spec.{'.'.join(path)}", get_in(new["spec"], *path), IMMUTABLE)
        for path in fixed
        if get_in(new["spec"], *path) != get_in(old["spec"], *path)
    ]
