"""NetworkPolicy (networking.k8s.io/v1): defaults and rules (pkg/apis/networking, 1.36)."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network, IPv6Network, ip_network

from ...base import names
from ...base.objects import Obj, set_in
from .faults import Faults, forbidden, invalid, required, unsupported
from .filling import change_each, fill
from .generic import generic
from .labelselector import validate_label_selector

_CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
_PROTOCOLS = ("TCP", "UDP", "SCTP")
_DIRECTIONS = (("ingress", "from"), ("egress", "to"))


def _default(obj: Obj) -> Obj:
    spec = obj.get("spec") or {}
    for direction, _ in _DIRECTIONS:
        spec = change_each(spec, direction, _with_protocols)
    if not spec.get("policyTypes"):
        types = ["Ingress", *(["Egress"] if spec.get("egress") else [])]
        spec = {**spec, "policyTypes": types}
    return set_in(obj, ("spec",), spec)


def _with_protocols(rule: Obj) -> Obj:
    return change_each(rule, "ports", lambda port: fill(port, {"protocol": "TCP"}))


def _validate(obj: Obj) -> Faults:
    spec = obj["spec"]
    faults = validate_label_selector(spec.get("podSelector"), "spec.podSelector")
    for direction, peers in _DIRECTIONS:
        for number, rule in enumerate(spec.get(direction) or ()):
            path = f"spec.{direction}[{number}]"
            for place, port in enumerate(rule.get("ports") or ()):
                faults += _port(port, f"{path}.ports[{place}]")
            for place, peer in enumerate(rule.get(peers) or ()):
                faults += _peer(peer, f"{path}.{peers}[{place}]")
    types = spec["policyTypes"]
    if len(types) > 2:
        why = "may not specify more than two policyTypes"
        return [*faults, invalid("spec.policyTypes", types, why)]
    for number, each in enumerate(types):
        if each not in ("Ingress", "Egress"):
            path = f"spec.policyTypes[{number}]"
            faults.append(unsupported(path, each, ("Ingress", "Egress")))
    return faults


def _port(port: Obj, path: str) -> Faults:
    faults: Faults = []
    if port["protocol"] not in _PROTOCOLS:
        wrong = unsupported(f"{path}.protocol", port["protocol"], _PROTOCOLS)
        faults.append(wrong)
    number, end = port.get("port"), port.get("endPort")
    if isinstance(number, int):
        faults += [invalid(f"{path}.port", number, why) for why in names.port_number(number)]
        if end is not None and end < number:
            why = "must be greater than or equal to `port`"
            faults.append(invalid(f"{path}.endPort", number, why))
        if end is not None:
            faults += [invalid(f"{path}.endPort", end, why) for why in names.port_number(end)]
    elif isinstance(number, str):
        faults += [invalid(f"{path}.port", number, why) for why in names.port_name(number)]
    if end is not None and not isinstance(number, int):
        state = "non-numeric" if number is not None else "not specified"
        faults.append(
            invalid(f"{path}.endPort", end, f"may not be specified when `port` is {state}")
        )
    return faults


def _peer(peer: Obj, path: str) -> Faults:
    given = [name for name in ("podSelector", "namespaceSelector", "ipBlock") if name in peer]
    if not given:
        return [required(path, "must specify a peer")]
    faults: Faults = []
    for name in ("podSelector", "namespaceSelector"):
        faults += validate_label_selector(peer.get(name), f"{path}.{name}")
    if "ipBlock" in peer:
        faults += _block(peer["ipBlock"], f"{path}.ipBlock")
        if len(given) > 1:
            faults.append(forbidden(path, "may not specify both ipBlock and another peer"))
    return faults


def _block(block: Obj, path: str) -> Faults:
    """A range of addresses, less ranges that lie within it (ValidateIPBlock)."""
    cidr = block.get("cidr")
    if not cidr:
        return [required(f"{path}.cidr")]
    whole = _network(cidr)
    if whole is None:
        return [invalid(f"{path}.cidr", cidr, _CIDR)]
    faults: Faults = []
    for index, text in enumerate(block.get("except") or ()):
        at, part = f"{path}.except[{index}]", _network(text)
        if part is None:
            faults.append(invalid(at, text, _CIDR))
        elif part.version != whole.version or part == whole or not _within(part, whole):
            faults.append(invalid(at, text, "must be a strict subset of `cidr`"))
    return faults


_Network = IPv4Network | IPv6Network


def _network(text: str) -> _Network | None:
    try:
        return ip_network(text, strict=False) if "/" in text else None
    except ValueError:
        return None


def _within(part: _Network, whole: _Network) -> bool:
    longer = part.prefixlen > whole.prefixlen
    return longer and part.network_address in whole


KIND = replace(generic("NetworkPolicy"), default=_default, validate=_validate)
