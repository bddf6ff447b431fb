"""Service (v1)."""

from __future__ import annotations

from ...base import names
from ...base.objects import Obj, get_in
from ...base.selectors import format_selector
from .base import Column, Kind
from .columns import AGE, NAME, NONE, text
from .faults import Faults, duplicate, forbidden, invalid, required, unsupported
from .filling import change_each, fill_zero
from .meta import validate_labels
from .service_addresses import allocate, release

_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_EXTERNAL = ("LoadBalancer", "NodePort")
_PROTOCOLS = ("SCTP", "TCP", "UDP")
_CLIENT_IP: Obj = {"clientIP": {"timeoutSeconds": 10800}}


def _default(obj: Obj) -> Obj:
    spec = fill_zero(obj.get("spec") or {}, {"sessionAffinity": "None", "type": "ClusterIP"})
    spec = change_each(spec, "ports", _port)
    defaults: Obj = {}
    if spec["sessionAffinity"] == "ClientIP":
        defaults["sessionAffinityConfig"] = _CLIENT_IP
    if spec["type"] in _EXTERNAL:
        defaults["externalTrafficPolicy"] = "Cluster"
    if spec["type"] != "ExternalName":
        defaults["internalTrafficPolicy"] = "Cluster"
    if spec["type"] == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts") is None:
        defaults["allocateLoadBalancerNodePorts"] = True
    return {**obj, "spec": {**defaults, **spec}}


def _port(port: Obj) -> Obj:
    port = fill_zero(port, {"protocol": "TCP"})
    if port.get("targetPort") in (None, 0, ""):
        port = {**port, "targetPort": port.get("port", 0)}
    return port


def _prepare(new: Obj, old: Obj | None) -> Obj:
    if old is None:
        return {**new, "status": {"loadBalancer": {}}}
    return release(new, old)


def _validate(obj: Obj) -> Faults:
    spec = obj["spec"]
    kind, ports = spec["type"], spec.get("ports") or []
    faults: Faults = []
    headless = spec.get("clusterIP") == "None"
    if not ports and kind != "ExternalName" and not headless:
        faults.append(required("spec.ports"))
    if kind == "ExternalName":
        faults += _external_name(spec)
    faults += _ports(ports, kind)
    faults += validate_labels(spec.get("selector") or {}, "spec.selector")
    if spec["sessionAffinity"] not in ("ClientIP", "None"):
        choices = ("ClientIP", "None")
        faults.append(unsupported("spec.sessionAffinity", spec["sessionAffinity"], choices))
    if kind not in _TYPES:
        faults.append(unsupported("spec.type", kind, _TYPES))
    return faults + _port_clashes(ports, kind) + _traffic_policies(spec)


def _external_name(spec: Obj) -> Faults:
    faults: Faults = []
    if spec.get("clusterIP"):
        faults.append(forbidden("spec.clusterIPs", "may not be set for ExternalName services"))
    name = (spec.get("externalName") or "").removesuffix(".")
    if not name:
        return [*faults, required("spec.externalName")]
    return faults + [invalid("spec.externalName", name, why) for why in names.dns_subdomain(name)]


def _ports(ports: list[Obj], kind: str) -> Faults:
    faults: Faults = []
    seen: list[str] = []
    for index, port in enumerate(ports):
        path = f"spec.ports[{index}]"
        name = port.get("name")
        if not name and len(ports) > 1:
            faults.append(required(f"{path}.name"))
        elif name:
            faults += [invalid(f"{path}.name", name, why) for why in names.dns_label(name)]
            if name in seen:
                faults.append(duplicate(f"{path}.name", name))
            seen.append(name)
        number = port.get("port") or 0
        faults += [invalid(f"{path}.port", number, why) for why in names.port_number(number)]
        if port["protocol"] not in _PROTOCOLS:
            faults.append(unsupported(f"{path}.protocol", port["protocol"], _PROTOCOLS))
        target = port["targetPort"]
        rule = names.port_name if isinstance(target, str) else names.port_number
        faults += [invalid(f"{path}.targetPort", target, why) for why in rule(target)]
        if port.get("nodePort") and kind == "ClusterIP":
            faults.append(
                forbidden(f"{path}.nodePort", "may not be used when `type` is 'ClusterIP'")
            )
    return faults


def _port_clashes(ports: list[Obj], kind: str) -> Faults:
    """No node port twice for a protocol, and no port twice."""
    faults: Faults = []
    if kind in _EXTERNAL:
        faults += _repeats(ports, "nodePort")
    seen: list[tuple[str, int]] = []
    for index, port in enumerate(ports):
        pair = (port["protocol"], port.get("port") or 0)
        if pair in seen:
            shown = {"Name": "", "Protocol": pair[0], "AppProtocol": None, "Port": pair[1]}
            faults.append(
                duplicate(f"spec.ports[{index}]", {**shown, "TargetPort": 0, "NodePort": 0})
            )
        seen.append(pair)
    return faults


def _repeats(ports: list[Obj], field: str) -> Faults:
    faults: Faults = []
    seen: list[tuple[str, int]] = []
    for index, port in enumerate(ports):
        if port.get(field):
            pair = (port["protocol"], port[field])
            if pair in seen:
                faults.append(duplicate(f"spec.ports[{index}].{field}", port[field]))
            seen.append(pair)
    return faults


def _traffic_policies(spec: Obj) -> Faults:
    faults: Faults = []
    for field, allowed in (("internalTrafficPolicy", True),
                           ("externalTrafficPolicy", spec["type"] in _EXTERNAL)):  # fmt: skip
        value = spec.get(field)
        if value is None:
            continue
        if not allowed and not spec.get("externalIPs"):
            why = "may only be set for externally-accessible services"
            faults.append(invalid(f"spec.{field}", value, why))
        elif value not in ("Cluster", "Local"):
            faults.append(unsupported(f"spec.{field}", value, ("Cluster", "Local")))
    return faults


def _validate_update(new: Obj, old: Obj) -> Faults:
    before, after = old["spec"], new["spec"]
    faults: Faults = []
    kept = "ExternalName" not in (before["type"], after["type"]) and before.get("clusterIP")
    if kept and after.get("clusterIP") != before["clusterIP"]:
        why = "may not change once set"
        faults.append(invalid("spec.clusterIPs[0]", after.get("clusterIPs") or [], why))
    for index, family in enumerate(after.get("ipFamilies") or ()):
        address = (after.get("clusterIPs") or ["None"])[0]
        if index == 0 and family == "IPv6" and address != "None" and ":" not in address:
            why = "expected an IPv6 value as indicated by `ipFamilies[0]`"
            faults.append(invalid("spec.clusterIPs[0]", address, why))
    return faults


def _external_ip(service: Obj, now_unix_ms: int) -> str:
    spec = service["spec"]
    if spec["type"] == "ExternalName":
        return str(spec.get("externalName") or NONE)
    ips = list(spec.get("externalIPs") or ())
    if spec["type"] == "LoadBalancer":
        ingress = get_in(service, "status", "loadBalancer", "ingress", default=[])
        ips = [it.get("ip") or it.get("hostname") for it in ingress] + ips
        return ",".join(ips) or "<pending>"
    return ",".join(ips) or NONE


def _port_cell(service: Obj, now_unix_ms: int) -> str:
    cells = []
    for port in service["spec"].get("ports") or ():
        node_port = f":{port['nodePort']}" if port.get("nodePort") else ""
        cells.append(f"{port['port']}{node_port}/{port['protocol']}")
    return ",".join(cells) or NONE


def _selector(service: Obj, now_unix_ms: int) -> str:
    return format_selector({"matchLabels": service["spec"].get("selector") or {}})


KIND = Kind(
    "Service",
    "services",
    short_names=("svc",),
    categories=("all",),
    status=True,
    default=_default,
    prepare=_prepare,
    validate=_validate,
    validate_update=_validate_update,
    name_rule=names.dns_label,
    allocate=allocate,
    columns=(
        NAME,
        text("Type", "spec", "type"),
        text("Cluster-IP", "spec", "clusterIP"),
        Column("External-IP", _external_ip),
        Column("Port(s)", _port_cell),
        AGE,
        Column("Selector", _selector, wide=True),
    ),
)
