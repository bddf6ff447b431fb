"""Field selectors (apimachinery pkg/fields) and the fields that each kind can be selected by."""

from __future__ import annotations

from collections.abc import Callable

from ..base.objects import Obj, get_in
from .errors import bad_request
from .kinds.base import Kind

_COMMON = ("metadata.name", "metadata.namespace")
_FIELDS: dict[str, tuple[str, ...]] = {
    "Pod": (
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.serviceAccountName",
        "spec.hostNetwork",
        "status.phase",
        "status.podIP",
        "status.nominatedNodeName",
    ),
    "Node": ("spec.unschedulable",),
    "Namespace": ("status.phase",),
    "Service": ("spec.clusterIP", "spec.type"),
    "ReplicaSet": ("status.replicas",),
    "ReplicationController": ("status.replicas",),
    "Secret": ("type",),
    "Job": ("status.successful",),
    "CertificateSigningRequest": ("spec.signerName",),
    "Event": (
        "involvedObject.kind",
        "involvedObject.namespace",
        "involvedObject.name",
        "involvedObject.uid",
        "involvedObject.apiVersion",
        "involvedObject.resourceVersion",
        "involvedObject.fieldPath",
        "reason",
        "reportingComponent",
        "source",
        "type",
    ),
}
_PATHS = {"source": ("source", "component"), "status.successful": ("status", "succeeded")}
_CORE = frozenset(_FIELDS) - {"ReplicaSet", "CertificateSigningRequest"}
"""Kinds with a list of their own: another field is told of in other words."""
_OPERATORS = ("!=", "==", "=")


def field_matcher(text: str, kind: Kind) -> Callable[[Obj], bool]:
    """A matcher for ``a.b=c,d!=e``; ApiError 400 for a field that the kind can't be selected by."""
    wanted: dict[str, set[str]] = {}
    unwanted: dict[str, set[str]] = {}
    for part in filter(None, text.split(",")):
        field, equal, value = _term(part, text, kind)
        (wanted if equal else unwanted).setdefault(field, set()).add(value)

    def matches(obj: Obj) -> bool:
        return all({_value(obj, field)} == values for field, values in wanted.items()) and not any(
            _value(obj, field) in values for field, values in unwanted.items()
        )

    return matches


def _term(part: str, text: str, kind: Kind) -> tuple[str, bool, str]:
    for operator in _OPERATORS:
        field, found, value = part.partition(operator)
        if found:
            if field not in _COMMON and field not in _FIELDS.get(kind.kind, ()):
                raise bad_request(_unknown(field, kind))
            return field, operator != "!=", value
    raise bad_request(f"invalid selector: '{text}'; can't understand '{part}'")


def _unknown(field: str, kind: Kind) -> str:
    if kind.kind in _CORE:
        return f"field label not supported: {field}"
    known = ", ".join(f'"{it}"' for it in _COMMON[: 1 + kind.namespaced])
    return f'"{field}" is not a known field selector: only {known}'


def _value(obj: Obj, field: str) -> str:
    path = _PATHS.get(field) or tuple(field.split("."))
    value = get_in(obj, *path, default="")
    return str(value).lower() if isinstance(value, bool) else str(value)
