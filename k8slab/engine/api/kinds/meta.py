"""Validation of ``metadata``, common to all kinds (apimachinery validation/objectmeta.go, 1.36)."""

from __future__ import annotations

from ...base import names
from ...base.objects import Obj
from .base import Kind
from .faults import Faults, forbidden, invalid, required, shown, too_long

ANNOTATIONS_BYTES_MAX = 256 << 10
_NOT_QUALIFIED = "name is neither a standard finalizer name nor is it fully qualified"
_FINALIZERS_WITHOUT_DOMAIN = ("foregroundDeletion", "orphan", "kubernetes")


def validate_metadata(kind: Kind, obj: Obj) -> Faults:
    """Every fault of a new object's metadata."""
    metadata = obj["metadata"]
    faults: Faults = []
    stem = metadata.get("generateName")
    if stem:
        masked = stem[:-1] + "a" if stem.endswith("-") else stem
        faults += [invalid("metadata.generateName", stem, why) for why in kind.name_rule(masked)]
    name = metadata.get("name")
    if not name:
        faults.append(required("metadata.name", "name or generateName is required"))
    else:
        faults += [invalid("metadata.name", name, why) for why in kind.name_rule(name)]
    return (
        faults
        + validate_labelling(metadata, "metadata")
        + _owners(metadata)
        + _finalizers(metadata)
    )


def validate_metadata_update(kind: Kind, new: Obj, old: Obj) -> Faults:
    """Every fault of changed metadata."""
    metadata, before = new["metadata"], old["metadata"]
    if metadata is before:
        return []
    faults = validate_labelling(metadata, "metadata") + _owners(metadata) + _finalizers(metadata)
    if "deletionTimestamp" in before:
        added = [
            it
            for it in metadata.get("finalizers") or ()
            if it not in (before.get("finalizers") or ())
        ]
        if added:
            found = ", ".join(map(shown, added))
            why = (
                "no new finalizers can be added if the object is being deleted, found new "
                f"finalizers []string{{{found}}}"
            )
            faults.append(forbidden("metadata.finalizers", why))
    return faults


def validate_labelling(metadata: Obj, path: str) -> Faults:
    """Faults of labels and annotations, of an object or of a template."""
    return validate_labels(metadata.get("labels") or {}, f"{path}.labels") + _annotations(
        metadata.get("annotations") or {}, f"{path}.annotations"
    )


def validate_labels(labels: dict[str, str], path: str) -> Faults:
    """Faults of a map of labels."""
    faults: Faults = []
    for name, value in labels.items():
        faults += [invalid(path, name, why) for why in names.qualified_name(name)]
        faults += [invalid(path, value, why) for why in names.label_value(value)]
    return faults


def _annotations(annotations: dict[str, str], path: str) -> Faults:
    faults = [
        invalid(path, name, why)
        for name in annotations
        for why in names.qualified_name(name.lower())
    ]
    size = sum(len(name.encode()) + len(value.encode()) for name, value in annotations.items())
    if size > ANNOTATIONS_BYTES_MAX:
        faults.append(too_long(path, ANNOTATIONS_BYTES_MAX))
    return faults


def _owners(metadata: Obj) -> Faults:
    faults: Faults = []
    controllers: list[Obj] = []
    for owner in metadata.get("ownerReferences") or ():
        path = "metadata.ownerReferences"
        version = owner.get("apiVersion") or ""
        if not version or version.count("/") > 1 or version.endswith("/"):
            faults.append(invalid(f"{path}.apiVersion", version, "version must not be empty"))
        for field in ("kind", "name", "uid"):
            if not owner.get(field):
                faults.append(invalid(f"{path}.{field}", "", "must not be empty"))
        if (version, owner.get("kind")) == ("v1", "Event"):
            why = "/v1, Kind=Event is disallowed from being an owner"
            faults.append(invalid(path, owner, why))
        if owner.get("controller"):
            controllers.append(owner)
    if len(controllers) > 1:
        first, second = (f"{it.get('kind')}/{it.get('name')}" for it in controllers[:2])
        why = (
            'Only one reference can have Controller set to true. Found "true" in references for '
            f"{first} and {second}"
        )
        faults.append(invalid("metadata.ownerReferences", metadata["ownerReferences"], why))
    return faults


def _finalizers(metadata: Obj) -> Faults:
    faults: Faults = []
    finalizers = metadata.get("finalizers") or ()
    for finalizer in finalizers:
        wrong = names.qualified_name(finalizer)
        faults += [invalid("metadata.finalizers", finalizer, why) for why in wrong]
    if "orphan" in finalizers and "foregroundDeletion" in finalizers:
        why = "finalizer orphan and foregroundDeletion cannot be both set"
        faults.append(invalid("metadata.finalizers", list(finalizers), why))
    return faults + [
        invalid(f"metadata.finalizers[{index}]", finalizer, _NOT_QUALIFIED)
        for index, finalizer in enumerate(finalizers)
        if "/" not in finalizer and finalizer not in _FINALIZERS_WITHOUT_DOMAIN
    ]
