"""Cluster addresses and node ports of Services: handed out once each (registry/core/service, 1.36).

What is taken is read from the stored Services, so there is no bitmap to keep in step.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...base import chance
from ...base.objects import Obj, key_of
from ..errors import FieldError, invalid
from .faults import Faults
from .faults import invalid as invalid_value
from .service_validation import (
    EXTERNAL,
    family_of,
    is_headless,
    needs_health_check,
    validate_addresses,
)

if TYPE_CHECKING:
    from ..server import Api

FAMILY = "IPv4"
CIDR = ipaddress.IPv4Network("10.96.0.0/12")
NODE_PORTS = range(30000, 32768)
_RESERVED = 256  # the static band at the range's start is used last
_ADDRESSES = ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")
_TYPED = {
    **dict.fromkeys(_ADDRESSES, ("ClusterIP", *EXTERNAL)),
    "allocateLoadBalancerNodePorts": ("LoadBalancer",),
    "externalTrafficPolicy": EXTERNAL,
    "healthCheckNodePort": ("LoadBalancer",),
    "loadBalancerClass": ("LoadBalancer",),
}
"""Fields that only Services of some types have."""


def release(new: Obj, old: Obj) -> Obj:
    """An update that says no address or ports keeps those it has; what its type has not goes."""
    spec, before = new["spec"], old["spec"]
    if spec["type"] != "ExternalName" and before["type"] != "ExternalName":
        for name in (*_ADDRESSES, "healthCheckNodePort"):
            if not spec.get(name) and before.get(name):
                spec = {**spec, name: before[name]}
    spec = _node_ports_of_before(spec, before)
    return {**new, "spec": _without_former_type(spec, before)}


def _without_former_type(spec: Obj, before: Obj) -> Obj:
    """A field that only the former type has goes with it, unless the update changes it."""
    return {
        name: value
        for name, value in spec.items()
        if spec["type"] in (types := _TYPED.get(name, (spec["type"],)))
        or before["type"] not in types
        or value != before.get(name)
    }


def _node_ports_of_before(spec: Obj, before: Obj) -> Obj:
    had = {it.get("name"): it.get("nodePort") for it in before.get("ports") or ()}
    used = {it.get("nodePort") for it in spec.get("ports") or ()}
    ports = []
    for port in spec.get("ports") or ():
        kept = had.get(port.get("name"))
        if spec["type"] not in EXTERNAL:
            if port.get("nodePort") and before["type"] in EXTERNAL:
                port = {name: value for name, value in port.items() if name != "nodePort"}
        elif not port.get("nodePort") and kept and kept not in used:
            port = {**port, "nodePort": kept}
        ports.append(port)
    return {**spec, "ports": ports} if ports and ports != spec.get("ports") else spec


def allocate(api: Api, new: Obj, old: Obj | None, dry_run: bool) -> Obj:
    """``new`` with addresses and node ports. Raises ApiError Invalid where one is taken."""
    spec = _both_forms(new["spec"], old["spec"] if old else {})
    if spec["type"] == "ExternalName":
        return {**new, "spec": spec}
    others = [it["spec"] for it in api.store.list("Service") if key_of(it) != _key(new)]
    spec = _with_address(api, new, _with_families(new, spec), others)
    if spec["type"] in EXTERNAL:
        spec = _with_node_ports(api, new, spec, others, dry_run)
    return {**new, "spec": spec}


def _both_forms(spec: Obj, before: Obj) -> Obj:
    """The one address and the list of them say the same (normalizeClusterIPs)."""
    address, addresses = spec.get("clusterIP") or "", spec.get("clusterIPs") or []
    if address and not addresses:
        return {**spec, "clusterIPs": [address]}
    changed = before and address != (before.get("clusterIP") or "")
    if changed and addresses and addresses == before.get("clusterIPs"):
        return {**spec, "clusterIPs": [address, *addresses[1:]] if address else []}
    return spec


def _with_families(service: Obj, spec: Obj) -> Obj:
    """The families of its addresses: the cluster has one (initIPFamilyFields)."""
    faults = validate_addresses(spec)
    _refuse(service, faults)
    addresses, policy = spec.get("clusterIPs") or [], spec.get("ipFamilyPolicy")
    families = list(spec.get("ipFamilies") or ())
    for index, address in enumerate(addresses):
        family = family_of(address)
        if index < len(families) or address == "None":
            continue
        if family != FAMILY:
            why = f"{family} is not configured on this cluster"
            faults.append(invalid_value(f"spec.clusterIPs[{index}]", addresses, why))
        families.append(family)
    for what, several in (("cluster IPs", addresses), ("IP families", families)):
        if policy in (None, "SingleStack") and len(several) > 1:
            either = "must be 'RequireDualStack' or 'PreferDualStack'"
            why = f"{either} when multiple {what} are specified"
            faults.append(invalid_value("spec.ipFamilyPolicy", policy, why))
    _refuse(service, faults)
    if is_headless(spec) and not spec.get("selector"):
        policy, families = policy or "RequireDualStack", families or [FAMILY]
        if policy != "SingleStack" and len(families) == 1:
            families.append("IPv6" if families[0] == FAMILY else FAMILY)
        return {**spec, "ipFamilies": families, "ipFamilyPolicy": policy}
    if policy == "RequireDualStack":
        why = "this cluster is not configured for dual-stack services"
        faults.append(invalid_value("spec.ipFamilyPolicy", policy, why))
    for index, family in enumerate(families):
        if family != FAMILY:
            why = "not configured on this cluster"
            faults.append(invalid_value(f"spec.ipFamilies[{index}]", family, why))
    _refuse(service, faults)
    found = {"ipFamilies": families or [FAMILY], "ipFamilyPolicy": policy or "SingleStack"}
    return {**spec, **found}


def _with_address(api: Api, service: Obj, spec: Obj, others: list[Obj]) -> Obj:
    address = spec.get("clusterIP")
    taken = {it.get("clusterIP") for it in others}
    if not address:
        address = next(it for it in _addresses(api, service) if it not in taken)
    elif address != "None":
        _check_address(service, address, taken)
    return {**spec, "clusterIP": address, "clusterIPs": [address]}


def _addresses(api: Api, service: Obj) -> Iterator[str]:
    """Addresses to try: a chosen one of the dynamic band, then on from there."""
    size = CIDR.num_addresses - _RESERVED - 1
    start = chance.digest(api.seed, "cluster-ip", *_key(service)) % size
    for step in range(size):
        yield str(CIDR[_RESERVED + (start + step) % size])


def _check_address(service: Obj, address: str, taken: set[str | None]) -> None:
    if ipaddress.ip_address(address) not in CIDR:
        why = (
            f"failed to allocate IP {address}: the provided IP ({address}) is not in the valid "
            f"range. The range of valid IPs is {CIDR}"
        )
        raise _refused(service, "spec.clusterIPs", [address], why)
    if address in taken:
        why = f"failed to allocate IP {address}: provided IP is already allocated"
        raise _refused(service, "spec.clusterIPs", [address], why)


def _with_node_ports(api: Api, service: Obj, spec: Obj, others: list[Obj], dry_run: bool) -> Obj:
    taken = {
        (port["protocol"], port["nodePort"])
        for it in others
        for port in it.get("ports") or ()
        if port.get("nodePort")
    }
    wanted = spec["type"] == "NodePort" or spec.get("allocateLoadBalancerNodePorts")
    ports = []
    for index, port in enumerate(spec.get("ports") or ()):
        asked = port.get("nodePort")
        if asked:
            again = (port["protocol"], asked) in taken
            _check_node_port(service, index, asked, taken=again, dry_run=dry_run)
        elif wanted:
            number = _free_port(api, service, index, port["protocol"], taken)
            port = {**port, "nodePort": number}
            taken.add((port["protocol"], number))
        ports.append(port)
    spec = {**spec, "ports": ports}
    return _with_health_check(api, service, spec, taken)


def _with_health_check(api: Api, service: Obj, spec: Obj, taken: set[tuple[str, int]]) -> Obj:
    if not needs_health_check(spec) or spec.get("healthCheckNodePort"):
        return spec
    return {**spec, "healthCheckNodePort": _free_port(api, service, -1, "TCP", taken)}


def _free_port(
    api: Api, service: Obj, index: int, protocol: str, taken: set[tuple[str, int]]
) -> int:
    start = chance.digest(api.seed, "node-port", *_key(service), index) % len(NODE_PORTS)
    for step in range(len(NODE_PORTS)):
        number = NODE_PORTS[(start + step) % len(NODE_PORTS)]
        if (protocol, number) not in taken:
            return number
    raise _refused(service, f"spec.ports[{index}].nodePort", 0, "range is full")


def _check_node_port(service: Obj, index: int, number: int, *, taken: bool, dry_run: bool) -> None:
    """A dry run only asks whether another has it: its allocator knows no range."""
    path = f"spec.ports[{index}].nodePort"
    if number not in NODE_PORTS and not dry_run:
        span = f"{NODE_PORTS[0]}-{NODE_PORTS[-1]}"
        why = f"provided port is not in the valid range. The range of valid ports is {span}"
        raise _refused(service, path, number, why)
    if taken:
        raise _refused(service, path, number, "provided port is already allocated")


def _key(service: Obj) -> tuple[str, str, str]:
    """As ``key_of``; a name may be missing still."""
    metadata = service["metadata"]
    return "Service", metadata.get("namespace", ""), metadata.get("name", "")


def _refuse(service: Obj, faults: Faults) -> None:
    if faults:
        raise invalid("Service", "", service["metadata"].get("name", ""), faults)


def _refused(service: Obj, path: str, value: object, why: str) -> Exception:
    fault: FieldError = invalid_value(path, value, why)
    return invalid("Service", "", service["metadata"].get("name", ""), [fault])
