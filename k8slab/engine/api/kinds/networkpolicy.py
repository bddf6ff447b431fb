"""NetworkPolicy (networking.k8s.io/v1): defaults and rules (pkg/apis/networking, 1.36)."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

from ...base import names
from ...base.objects import Obj, set_in
from .faults import Faults, forbidden, invalid, required, unsupported
from .filling import change_each, fill
from .generic import generic
from .labelselector import validate_label_selector

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
    for number, each in enumerate(types):
        if each not in ("Ingress", "Egress"):
            path = f"spec.policyTypes[{number}]"
            faults.append(unsupported(path, each, ("Egress", "Ingress")))
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
    if "ipBlock" not in peer:
        return faults
    if len(given) > 1:
        faults.append(forbidden(path, "may not specify both ipBlock and another peer"))
    block = peer["ipBlock"]
    cidr = block.get("cidr")
    if not cidr:
        return [*faults, required(f"{path}.ipBlock.cidr")]
    if not _is_network(cidr):
        why = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
        faults.append(invalid(f"{path}.ipBlock.cidr", cidr, why))
    return faults


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return "/" in text


KIND = replace(generic("NetworkPolicy"), default=_default, validate=_validate)
