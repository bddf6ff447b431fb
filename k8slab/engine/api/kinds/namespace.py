"""Namespace (v1)."""

from __future__ import annotations

from ...base import names
from ...base.objects import Obj, set_in
from .base import Kind
from .columns import AGE, NAME, text

_NAME_LABEL = "kubernetes.io/metadata.name"


def _default(obj: Obj) -> Obj:
    name = obj["metadata"].get("name")
    labels = obj["metadata"].get("labels") or {}
    if name and labels.get(_NAME_LABEL) != name:
        obj = set_in(obj, ("metadata", "labels"), {**labels, _NAME_LABEL: name})
    return obj


def _prepare(new: Obj, old: Obj | None) -> Obj:
    if old is not None:
        return {**new, "spec": old["spec"]}
    finalizers = (new.get("spec") or {}).get("finalizers") or []
    if "kubernetes" not in finalizers:
        finalizers = [*finalizers, "kubernetes"]
    return {**new, "spec": {"finalizers": finalizers}, "status": {"phase": "Active"}}


def _held(obj: Obj) -> bool:
    return bool(obj["spec"].get("finalizers"))


def _going(obj: Obj) -> Obj:
    """Terminating; a namespace's deletion knows no grace period."""
    kept = {it: obj["metadata"][it] for it in obj["metadata"] if it != "deletionGracePeriodSeconds"}
    return set_in({**obj, "metadata": kept}, ("status", "phase"), "Terminating")


KIND = Kind(
    "Namespace",
    "namespaces",
    namespaced=False,
    short_names=("ns",),
    status=True,
    default=_default,
    prepare=_prepare,
    name_rule=names.dns_label,
    held=_held,
    going=_going,
    columns=(NAME, text("Status", "status", "phase"), AGE),
)
