"""kubectl describe of NetworkPolicies, Endpoints, IngressClasses and IPAddresses."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj, Objs, annotations_of, labels_of
from k8slab.engine.base.selectors import format_selector

from ..session import Session
from .lines import NONE, Lines

_ALL = "<none> (Allowing the specific traffic to all pods in this namespace)"
_INDENT = "    "


def policy(session: Session, obj: Obj, lines: Lines) -> None:
    """A NetworkPolicy: what it lets in and out."""
    spec, metadata = obj["spec"], obj["metadata"]
    lines.value(0, "Name", metadata["name"])
    lines.value(0, "Namespace", metadata["namespace"])
    created = metadata["creationTimestamp"].replace("T", " ").removesuffix("Z")
    lines.value(0, "Created on", f"{created} +0000 UTC")
    lines.mapping("Labels", labels_of(obj))
    lines.annotations(annotations_of(obj))
    lines.add(0, "Spec:")
    selector = spec.get("podSelector") or {}
    lines.add(
        1, f"PodSelector:     {format_selector(selector) if any(selector.values()) else _ALL}"
    )
    types = spec.get("policyTypes") or ["Ingress"]
    for way, field, peers in (("ingress", "ingress", "from"), ("egress", "egress", "to")):
        if way.capitalize() in types:
            lines.add(1, f"Allowing {way} traffic:")
            _rules(lines, way, spec.get(field) or [], peers)
        else:
            lines.add(1, f"Not affecting {way} traffic")
    lines.add(1, f"Policy Types: {', '.join(types)}")


def _rules(lines: Lines, way: str, rules: Objs, peers: str) -> None:
    word, end = peers.capitalize(), "source" if peers == "from" else "destination"
    if not rules:
        text = f"{NONE} (Selected pods are isolated for {way} connectivity)"
        lines.lines.append(f"{_INDENT}{text}")
    for number, rule in enumerate(rules):
        if number:
            lines.lines.append(f"{_INDENT}----------")
        for text in _ports(rule.get("ports") or []):
            lines.lines.append(f"{_INDENT}{text}")
        if not rule.get(peers):
            lines.lines.append(f"{_INDENT}{word}: <any> (traffic not restricted by {end})")
        for peer in rule.get(peers) or ():
            lines.lines.append(f"{_INDENT}{word}:")
            lines.lines += [f"{_INDENT}  {text}" for text in _peer(peer)]


def _ports(ports: Objs) -> list[str]:
    if not ports:
        return ["To Port: <any> (traffic allowed to all ports)"]
    texts = []
    for port in ports:
        number, protocol = port.get("port", "<nil>"), port.get("protocol", "TCP")
        if "endPort" in port:
            texts.append(f"To Port Range: {number}-{port['endPort']}/{protocol}")
        else:
            texts.append(f"To Port: {number}/{protocol}")
    return texts


def _peer(peer: Obj) -> list[str]:
    texts = [
        f"{title}: {format_selector(peer[field])}"
        for field, title in (
            ("namespaceSelector", "NamespaceSelector"),
            ("podSelector", "PodSelector"),
        )
        if peer.get(field) is not None
    ]
    block = peer.get("ipBlock")
    if not texts and block:
        except_ = ", ".join(block.get("except") or ())
        texts = ["IPBlock:", f"  CIDR: {block['cidr']}", f"  Except: {except_}"]
    return texts


def endpoints(session: Session, obj: Obj, lines: Lines) -> None:
    """Endpoints: addresses and ports."""
    lines.head(obj)
    lines.add(0, "Subsets:")
    for subset in obj.get("subsets") or ():
        for field, title in (
            ("addresses", "Addresses"),
            ("notReadyAddresses", "NotReadyAddresses"),
        ):
            addresses = ",".join(each["ip"] for each in subset.get(field) or ())
            lines.value(1, title, addresses or NONE)
        if subset.get("ports"):
            lines.add(1, "Ports:")
            lines.add(2, "Name\tPort\tProtocol")
            lines.add(2, "----\t----\t--------")
        for port in subset.get("ports") or ():
            name, protocol = port.get("name") or "<unset>", port.get("protocol", "TCP")
            lines.add(2, f"{name}\t{port['port']}\t{protocol}")
        lines.lines.append("")


def ingress_class(session: Session, obj: Obj, lines: Lines) -> None:
    """An IngressClass: its controller, and its parameters."""
    lines.head(obj)
    lines.value(0, "Controller", obj["spec"].get("controller", ""))
    parameters = obj["spec"].get("parameters")
    if parameters:
        lines.add(0, "Parameters:")
        if "apiGroup" in parameters:
            lines.value(1, "APIGroup", parameters["apiGroup"])
        lines.value(1, "Kind", parameters["kind"])
        lines.value(1, "Name", parameters["name"])


def ip_address(session: Session, obj: Obj, lines: Lines) -> None:
    """An IPAddress: what it was given to."""
    lines.head(obj)
    parent = obj["spec"].get("parentRef")
    if parent:
        lines.add(0, "Parent Reference:")
        for title in ("Group", "Resource", "Namespace", "Name"):
            lines.value(1, title, parent.get(title.lower(), ""))
