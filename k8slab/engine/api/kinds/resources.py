"""Validation of amounts of resources: of containers and pods (core validation, 1.36)."""

from __future__ import annotations

from ...base import names
from ...base.objects import Obj, Objs
from ...base.quantity import parse_quantity
from ..errors import FieldError
from .faults import NOT_NEGATIVE, Faults, duplicate, forbidden, invalid, required

COUNTED = frozenset(
    {
        "pods",
        "services",
        "replicationcontrollers",
        "resourcequotas",
        "secrets",
        "configmaps",
        "persistentvolumeclaims",
        "services.nodeports",
        "services.loadbalancers",
    }
)
"""Resources of which there are whole numbers only."""
_OF_CONTAINERS = frozenset({"cpu", "memory", "ephemeral-storage"})
_STANDARD = (
    COUNTED
    | {
        f"{part}{name}"
        for part in ("", "requests.", "limits.")
        for name in ("cpu", "memory", "ephemeral-storage")
    }
    | {"storage", "requests.storage"}
)
_OF_PODS = frozenset({"cpu", "memory"})


def validate_resources(
    resources: Obj, path: str, claims: Objs, known: frozenset[str] = _OF_CONTAINERS
) -> Faults:
    """Faults of requests and limits: names, signs, and requests above limits.

    ``claims`` are the pod's resourceClaims; ``known`` the plain names that may be asked for.
    """
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    faults: Faults = []
    for name, amount in limits.items():
        at = f"{path}.limits[{name}]"
        faults += _name(name, at, known) + validate_amount(name, amount, at)
        faults += _huge_pages(name, amount, at)
    for name, amount in requests.items():
        at = f"{path}.requests[{name}]"
        faults += _name(name, at, known) + validate_amount(name, amount, at)
        faults += _against_limit(name, amount, limits.get(name), path)
        faults += _huge_pages(name, amount, at)
    asked = {*limits, *requests}
    if any(map(is_huge_page, asked)) and not asked & _OF_PODS:
        faults.append(forbidden(path, "HugePages require cpu or memory"))
    return faults + _claims(resources.get("claims") or [], claims, f"{path}.claims")


def validate_pod_resources(resources: Obj, spec: Obj, path: str) -> Faults:
    """Faults of what a pod asks for as a whole (validatePodResources)."""
    faults: Faults = []
    if resources.get("claims"):
        faults.append(
            forbidden(f"{path}.claims", "claims cannot be set for Resources at pod-level")
        )
    return faults + validate_resources(resources, path, spec.get("resourceClaims") or [], _OF_PODS)


def is_native(name: str) -> bool:
    """Whether a resource is Kubernetes' own (IsNativeResource)."""
    return "/" not in name or "kubernetes.io/" in name


def is_huge_page(name: str) -> bool:
    """``hugepages-2Mi`` and the like."""
    return name.startswith("hugepages-")


def is_extended(name: str) -> bool:
    """Whether a resource is somebody else's, as ``example.com/gpu`` (IsExtendedResourceName)."""
    return not is_native(name) and not name.startswith("requests.")


def may_overcommit(name: str) -> bool:
    """Whether requests may be below limits (IsOvercommitAllowed)."""
    return is_native(name) and not is_huge_page(name)


def validate_amount(name: str, amount: str, path: str) -> Faults:
    """Faults of an amount of that resource (ValidateResourceQuantityValue)."""
    value = parse_quantity(amount)
    faults: Faults = [invalid(path, amount, NOT_NEGATIVE)] if value < 0 else []
    if (name in COUNTED or is_extended(name)) and value.denominator != 1:
        faults.append(invalid(path, amount, "must be an integer"))
    return faults


def validate_resource_name(name: str, path: str) -> Faults:
    """A name that is a resource's: a standard one, or one with a domain (validateResourceName)."""
    faults = [invalid(path, name, why) for why in names.qualified_name(name)]
    if faults or "/" in name or name in _STANDARD or is_huge_page(name):
        return faults
    return [invalid(path, name, "must be a standard resource type or fully qualified")]


def _name(name: str, path: str, known: frozenset[str]) -> Faults:
    faults = validate_resource_name(name, path)
    if "/" not in name and name not in known and not is_huge_page(name):
        what = "containers" if known is _OF_CONTAINERS else "pods"
        faults.append(invalid(path, name, f"must be a standard resource for {what}"))
    if name.startswith("requests.") and not is_native(name):
        faults.append(invalid(path, name, "doesn't follow extended resource name standard"))
    return faults


def container_resource_name(name: str, path: str) -> Faults:
    """The name of something that a container may ask for (validateContainerResourceName)."""
    return _name(name, path, _OF_CONTAINERS)


def _huge_pages(name: str, amount: str, path: str) -> Faults:
    if not is_huge_page(name):
        return []
    try:
        size = parse_quantity(name.removeprefix("hugepages-"))
    except ValueError:
        return []
    if size > 0 and parse_quantity(amount) % size == 0:
        return []
    return [invalid(path, amount, f"{amount} is not positive integer multiple of {name}")]


def _against_limit(name: str, amount: str, limit: str | None, path: str) -> Faults:
    at, free = f"{path}.requests", may_overcommit(name)
    if limit is None:
        why = "Limit must be set for non overcommitable resources"
        return [] if free else [required(f"{path}.limits", why)]
    if not free and parse_quantity(amount) != parse_quantity(limit):
        return [invalid(at, amount, f"must be equal to {name} limit of {limit}")]
    if parse_quantity(amount) > parse_quantity(limit):
        return [invalid(at, amount, f"must be less than or equal to {name} limit of {limit}")]
    return []


def _claims(wanted: Objs, claims: Objs, path: str) -> Faults:
    """Each names a claim of the pod, once (validateResourceClaimNames)."""
    known = sorted(it["name"] for it in claims if it.get("name"))
    faults: Faults = []
    seen: list[str] = []
    for index, claim in enumerate(wanted):
        at, name, request = f"{path}[{index}]", claim.get("name") or "", claim.get("request")
        if not name:
            faults.append(required(at))
            continue
        key = f"{name}/{request}" if request else name
        if name in seen or key in seen or any(it.partition("/")[0] == key for it in seen):
            faults.append(duplicate(at, name if name in seen else key))
        seen.append(key)
        if name not in known:
            told = f": {', '.join(known)}" if known else " which is empty"
            why = f"must be one of the names in pod.spec.resourceClaims{told}"
            faults.append(FieldError(at, "FieldValueNotFound", f'Not found: "{name}": {why}'))
    return faults
