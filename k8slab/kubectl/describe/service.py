"""kubectl describe service."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj, Objs

from ..resources import kind_of
from ..session import Session
from .lines import NONE, Lines, lower

UNSET = "<unset>"
_POLICIES = (
    ("externalTrafficPolicy", "External Traffic Policy"),
    ("internalTrafficPolicy", "Internal Traffic Policy"),
    ("healthCheckNodePort", "HealthCheck NodePort"),
    ("loadBalancerSourceRanges", "LoadBalancer Source Ranges"),
    ("trafficDistribution", "Traffic Distribution"),
)


def service(session: Session, obj: Obj, lines: Lines) -> None:
    """A Service: its addresses, ports, and the endpoints behind each port."""
    spec = obj["spec"]
    lines.head(obj)
    lines.joined("Selector", spec.get("selector") or {})
    lines.value(0, "Type", spec.get("type", ""))
    if spec.get("ipFamilyPolicy"):
        lines.value(0, "IP Family Policy", spec["ipFamilyPolicy"])
    lines.value(0, "IP Families", ",".join(spec.get("ipFamilies") or ()) or NONE)
    lines.value(0, "IP", spec.get("clusterIP", ""))
    lines.value(0, "IPs", ",".join(spec.get("clusterIPs") or ()) or NONE)
    _outside(obj, lines)
    slices = session.list(
        kind_of("endpointslices"),
        obj["metadata"]["namespace"],
        labels=f"kubernetes.io/service-name={obj['metadata']['name']}",
    )
    for port in spec.get("ports") or ():
        name, protocol = port.get("name") or UNSET, port.get("protocol", "TCP")
        lines.value(0, "Port", f"{name}\t{port['port']}/{protocol}")
        lines.value(0, "TargetPort", f"{port.get('targetPort', port['port'])}/{protocol}")
        if port.get("nodePort"):
            lines.value(0, "NodePort", f"{name}\t{port['nodePort']}/{protocol}")
        lines.value(0, "Endpoints", endpoints(slices, port.get("name", "")))
    lines.value(0, "Session Affinity", spec.get("sessionAffinity", "None"))
    for field, title in _POLICIES:
        if spec.get(field):
            value = spec[field]
            lines.value(0, title, ",".join(value) if isinstance(value, list) else value)


def _outside(obj: Obj, lines: Lines) -> None:
    spec = obj["spec"]
    if spec.get("externalIPs"):
        lines.value(0, "External IPs", ",".join(spec["externalIPs"]))
    if spec.get("loadBalancerIP"):
        lines.value(0, "Desired LoadBalancer IP", spec["loadBalancerIP"])
    if spec.get("externalName"):
        lines.value(0, "External Name", spec["externalName"])
    ingress = ((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    if ingress:
        lines.value(0, "LoadBalancer Ingress", ", ".join(_ingress_address(it) for it in ingress))


def _ingress_address(ingress: Obj) -> str:
    """``192.0.2.1 (VIP)``: the address, and how it is sent on (ipMode)."""
    if not ingress.get("ip"):
        return str(ingress.get("hostname", ""))
    mode = f" ({ingress['ipMode']})" if ingress.get("ipMode") else ""
    return f"{ingress['ip']}{mode}"


def endpoints(slices: Objs, port_name: str) -> str:
    """``10.244.0.6:8080,10.244.0.7:8080 + 3 more...``: the ready endpoints of a port."""
    found = []
    for piece in slices:
        numbers = [
            port.get("port")
            for port in piece.get("ports") or ()
            if port.get("name", "") == port_name
        ]
        ready = [
            str(endpoint["addresses"][0])
            for endpoint in piece.get("endpoints") or ()
            if (endpoint.get("conditions") or {}).get("ready", True)
        ]
        if not piece.get("ports"):  # a headless Service may have none
            found += ready
        for number in numbers:
            found += [f"[{it}]:{number}" if ":" in it else f"{it}:{number}" for it in ready]
    if not slices:
        return NONE
    more = f" + {len(found) - 3} more..." if len(found) > 3 else ""
    return ",".join(found[:3]) + more


def endpoint_slice(session: Session, obj: Obj, lines: Lines) -> None:
    """An EndpointSlice: its ports and each of its endpoints."""
    lines.head(obj)
    lines.value(0, "AddressType", obj["addressType"])
    ports = obj.get("ports") or ()
    if ports:
        lines.add(0, "Ports:")
        lines.add(1, "Name\tPort\tProtocol")
        lines.add(1, "----\t----\t--------")
    else:
        lines.add(0, f"Ports: {UNSET}")
    for port in ports:
        number = port.get("port", UNSET)
        lines.add(1, f"{port.get('name') or UNSET}\t{number}\t{port.get('protocol', 'TCP')}")
    if not obj.get("endpoints"):
        lines.add(0, f"Endpoints: {NONE}")
        return
    lines.add(0, "Endpoints:")
    for endpoint in obj["endpoints"]:
        _endpoint(lines, endpoint)


def _endpoint(lines: Lines, endpoint: Obj) -> None:
    lines.value(1, "- Addresses", ", ".join(endpoint["addresses"]))
    lines.add(2, "Conditions:")
    ready = (endpoint.get("conditions") or {}).get("ready")
    lines.value(3, "Ready", UNSET if ready is None else lower(ready))
    lines.value(2, "Hostname", endpoint.get("hostname") or UNSET)
    target = endpoint.get("targetRef")
    if target:
        lines.value(2, "TargetRef", f"{target['kind']}/{target['name']}")
    lines.value(2, "NodeName", endpoint.get("nodeName") or UNSET)
    lines.value(2, "Zone", endpoint.get("zone") or UNSET)
