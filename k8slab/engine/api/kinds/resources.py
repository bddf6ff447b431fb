"""Validation of the resources of a container (core validation, 1.36)."""

from __future__ import annotations

from ...base import names
from ...base.objects import Obj
from ...base.quantity import parse_quantity
from .faults import NOT_NEGATIVE, Faults, invalid, required

_STANDARD = (
    "cpu",
    "memory",
    "ephemeral-storage",
    "storage",
    "pods",
    "hugepages-2Mi",
    "hugepages-1Gi",
)
_OF_CONTAINERS = ("cpu", "memory", "ephemeral-storage")
_OVERCOMMITTED = (*_OF_CONTAINERS, "storage", "pods")


def validate_resources(resources: Obj, path: str) -> Faults:
    """Faults of requests and limits: names, signs, and requests above limits."""
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    faults: Faults = []
    for name, amount in limits.items():
        at = f"{path}.limits[{name}]"
        faults += _resource_name(name, at) + _amount(name, amount, at)
    for name, amount in requests.items():
        at = f"{path}.requests[{name}]"
        faults += _resource_name(name, at) + _amount(name, amount, at)
        faults += _against_limit(name, amount, limits.get(name), path)
    return faults


def _amount(name: str, amount: str, path: str) -> Faults:
    value = parse_quantity(amount)
    if value < 0:
        return [invalid(path, amount, NOT_NEGATIVE)]
    if name not in _STANDARD and value.denominator != 1:
        return [invalid(path, amount, "must be an integer")]
    return []


def _resource_name(name: str, path: str) -> Faults:
    faults = [invalid(path, name, why) for why in names.qualified_name(name)]
    if faults or "/" in name:
        return faults
    if name not in _STANDARD and not name.startswith("hugepages-"):
        faults.append(invalid(path, name, "must be a standard resource type or fully qualified"))
    if name not in _OF_CONTAINERS and not name.startswith("hugepages-"):
        faults.append(invalid(path, name, "must be a standard resource for containers"))
    return faults


def _against_limit(name: str, amount: str, limit: str | None, path: str) -> Faults:
    at = f"{path}.requests"
    extended = name not in _OVERCOMMITTED
    if limit is None:
        if not extended or ("/" not in name and not name.startswith("hugepages-")):
            return []
        return [required(f"{path}.limits", "Limit must be set for non overcommitable resources")]
    if extended and parse_quantity(amount) != parse_quantity(limit):
        return [invalid(at, amount, f"must be equal to {name} limit of {limit}")]
    if not extended and parse_quantity(amount) > parse_quantity(limit):
        return [invalid(at, amount, f"must be less than or equal to {name} limit of {limit}")]
    return []
