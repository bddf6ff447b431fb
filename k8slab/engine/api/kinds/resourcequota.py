"""ResourceQuota (v1)."""

from __future__ import annotations

from ...base.objects import Obj, get_in
from ...base.quantity import parse_quantity
from .base import Column, Kind
from .columns import AGE, NAME
from .faults import IMMUTABLE, NOT_NEGATIVE, Faults, invalid, required
from .internal import internal


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
_OF_PODS = frozenset(
    {"pods", "cpu", "memory", "ephemeral-storage"}
    | {f"{what}.{name}" for what in ("requests", "limits")
       for name in ("cpu", "memory", "ephemeral-storage")}
)  # fmt: skip
_OF_SCOPE = {
    "BestEffort": frozenset({"pods"}),
    "VolumeAttributesClass": frozenset({"persistentvolumeclaims", "requests.storage"}),
}
"""Of what a scope can be; of all others it is what pods have."""
_OF_EXISTENCE = ("BestEffort", "NotBestEffort", "Terminating", "NotTerminating",
                 "CrossNamespacePodAffinity")  # fmt: skip
_OPPOSITES = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))
_NOT_OF_SCOPE = "unsupported scope applied to resource"
_ONE_VALUE = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
_NO_VALUE = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
_ONLY_EXISTS = (
    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, "
    "ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, "
    "ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
)


def _validate(obj: Obj) -> Faults:
    spec = obj.get("spec") or {}
    hard = spec.get("hard") or {}
    faults: Faults = []
    for name in sorted(hard):
        faults += _validate_hard(name, hard[name])
    scopes, path = spec.get("scopes") or [], "spec.scopes"
    for scope in scopes:
        if scope not in _SCOPES:
            faults.append(invalid(path, scopes, "unsupported scope"))
        faults += [invalid(path, scopes, _NOT_OF_SCOPE) for name in hard if _foreign(name, scope)]
    return faults + _conflicts(scopes, scopes) + _selector(spec, hard)


def _foreign(name: str, scope: str) -> bool:
    """Whether a scope says nothing of a resource (IsResourceQuotaScopeValidForResource)."""
    return name in _PLAIN and scope in _SCOPES and name not in _OF_SCOPE.get(scope, _OF_PODS)


def _conflicts(scopes: list[str], told: list[str]) -> Faults:
    return [
        invalid("spec.scopes", told, "conflicting scopes")
        for pair in _OPPOSITES
        if all(scope in scopes for scope in pair)
    ]


def _selector(spec: Obj, hard: Obj) -> Faults:
    faults: Faults = []
    path = "spec.scopeSelector.matchExpressions"
    expressions = get_in(spec, "scopeSelector", "matchExpressions", default=[])
    for it in expressions:
        scope, operator, values = it.get("scopeName", ""), it.get("operator", ""), it.get("values")
        if scope not in _SCOPES:
            faults.append(invalid(f"{path}.scopeName", scope, "unsupported scope"))
        told = internal(spec["scopeSelector"], "ScopeSelector")
        faults += [invalid(path, told, _NOT_OF_SCOPE) for name in hard if _foreign(name, scope)]
        if scope in _OF_EXISTENCE and operator != "Exists":
            faults.append(invalid(f"{path}.operator", operator, _ONLY_EXISTS))
        if operator in ("In", "NotIn"):
            if not values:
                faults.append(required(f"{path}.values", _ONE_VALUE))
        elif operator in ("Exists", "DoesNotExist"):
            if values:
                faults.append(invalid(f"{path}.values", values, _NO_VALUE))
        else:
            faults.append(invalid(f"{path}.operator", operator, "not a valid selector operator"))
    return faults + _conflicts([it.get("scopeName", "") for it in expressions], [])


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


def _validate_update(new: Obj, old: Obj) -> Faults:
    after, before = (get_in(it, "spec", "scopes", default=[]) for it in (new, old))
    return [] if set(after) == set(before) else [invalid("spec.scopes", after, IMMUTABLE)]


KIND = Kind(
    "ResourceQuota",
    "resourcequotas",
    short_names=("quota",),
    status=True,
    prepare=lambda new, old: {**new, "status": {}} if old is None else new,
    validate=_validate,
    validate_update=_validate_update,
    columns=(
        NAME,
        Column("Request", lambda obj, _: _listed(obj, limits=False)),
        Column("Limit", lambda obj, _: _listed(obj, limits=True)),
        AGE,
    ),
)
