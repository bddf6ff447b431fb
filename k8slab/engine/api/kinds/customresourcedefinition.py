"""CustomResourceDefinition (apiextensions.k8s.io/v1)."""

from __future__ import annotations

from ...base.objects import Obj, get_in, is_deleting, set_in
from .base import Kind
from .columns import CREATED_AT, NAME
from .crd_validation import validate_definition, validate_definition_update
from .filling import fill_zero

FINALIZER = "customresourcecleanup.apiextensions.k8s.io"


def _default(obj: Obj) -> Obj:
    spec = fill_zero(obj.get("spec") or {}, {"conversion": {"strategy": "None"}})
    names = spec.get("names") or {}
    kind = names.get("kind", "")
    filled = fill_zero(names, {"singular": kind.lower(), "listKind": f"{kind}List"} if kind else {})
    return {**obj, "spec": {**spec, "names": filled}}


def _prepare(new: Obj, old: Obj | None) -> Obj:
    stored = [it.get("name", "") for it in new["spec"].get("versions") or () if it.get("storage")]
    if old is not None:
        before = get_in(new, "status", "storedVersions", default=[])
        if not stored or stored[0] in before:
            return new
        return set_in(new, ("status", "storedVersions"), [*before, stored[0]])
    names = {"kind": "", "plural": ""}
    status = {"acceptedNames": names, "conditions": [], "storedVersions": stored[:1]}
    return {**new, "status": status}


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
    validate=validate_definition,
    validate_update=validate_definition_update,
    held=_held,
    going=_going,
    columns=(NAME, CREATED_AT),
)
