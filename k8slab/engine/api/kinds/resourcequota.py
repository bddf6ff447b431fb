"""ResourceQuota (v1)."""

from __future__ import annotations

from ...base.objects import Obj, get_in
from ...base.quantity import parse_quantity
from .base import Column, Kind
from .columns import AGE, NAME
from .faults import NOT_NEGATIVE, Faults, invalid


def _listed(obj: Obj, *, limits: bool) -> str:
    """``pods: 1/4, ...`` of the resources that are limits, or of the others."""
    hard = get_in(obj, "status", "hard", default={})
    used = get_in(obj, "status", "used", default={})
    return ", ".join(
        f"{name}: {used.get(name, '0')}/{hard[name]}"
        for name in sorted(hard)
        if name.startswith("limits.") is limits
    )


_SCOPES = ("BestEffort", "CrossNamespacePodAffinity", "NotBestEffort", "NotTerminating",
           "PriorityClass", "Terminating", "VolumeAttributesClass")  # fmt: skip
_PLAIN = frozenset(
    {"cpu", "memory", "ephemeral-storage", "pods", "services", "replicationcontrollers",
     "resourcequotas", "secrets", "configmaps", "persistentvolumeclaims", "services.nodeports",
     "services.loadbalancers", "requests.storage"}
    | {f"{what}.{name}" for what in ("requests", "limits")
       for name in ("cpu", "memory", "ephemeral-storage")}
)  # fmt: skip
_COUNTED = frozenset({"pods", "services", "replicationcontrollers", "resourcequotas", "secrets",
                      "configmaps", "persistentvolumeclaims", "services.nodeports",
                      "services.loadbalancers"})  # fmt: skip
_OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")


def _validate(obj: Obj) -> Faults:
    spec = obj.get("spec") or {}
    hard = spec.get("hard") or {}
    faults: Faults = []
    for name in sorted(hard):
        faults += _validate_hard(name, hard[name])
    for it in get_in(spec, "scopeSelector", "matchExpressions", default=[]):
        if it.get("scopeName") not in _SCOPES:
            path = "spec.scopeSelector.matchExpressions.scopeName"
            faults.append(invalid(path, it.get("scopeName", ""), "unsupported scope"))
        if it.get("operator") not in _OPERATORS:
            path = "spec.scopeSelector.matchExpressions.operator"
            faults.append(invalid(path, it.get("operator", ""), "not a valid selector operator"))
    scopes = spec.get("scopes") or []
    if "BestEffort" in scopes and any(name != "pods" for name in hard):
        faults.append(invalid("spec.scopes", scopes, "unsupported scope applied to resource"))
    return faults


def _validate_hard(name: str, text: str) -> Faults:
    path, value = f"spec.hard[{name}]", parse_quantity(text)
    faults: Faults = []
    if "/" not in name and name not in _PLAIN and not name.startswith("hugepages-"):
        faults += [
            invalid(path, name, f"must be a standard resource {what}")
            for what in ("type or fully qualified", "for quota")
        ]
    if value < 0:
        faults.append(invalid(path, text, NOT_NEGATIVE))
    if value.denominator != 1 and (name in _COUNTED or name.startswith("count/")):
        faults.append(invalid(path, text, "must be an integer"))
    return faults


KIND = Kind(
    "ResourceQuota",
    "resourcequotas",
    short_names=("quota",),
    status=True,
    validate=_validate,
    columns=(
        NAME,
        Column("Request", lambda obj, _: _listed(obj, limits=False)),
        Column("Limit", lambda obj, _: _listed(obj, limits=True)),
        AGE,
    ),
)
