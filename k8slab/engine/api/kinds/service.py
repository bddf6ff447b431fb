"""Service (v1)."""

from __future__ import annotations

from ...base import names
from ...base.objects import Obj, get_in
from ...base.selectors import format_selector
from .base import Column, Kind
from .columns import AGE, NAME, NONE, text
from .filling import change_each, fill_zero
from .service_addresses import allocate, release
from .service_validation import (
    EXTERNAL,
    externally_accessible,
    validate_service,
    validate_service_update,
)
from .warnings import of_service

_CLIENT_IP: Obj = {"clientIP": {"timeoutSeconds": 10800}}


def _default(obj: Obj) -> Obj:
    spec = fill_zero(obj.get("spec") or {}, {"sessionAffinity": "None", "type": "ClusterIP"})
    spec = change_each(spec, "ports", _port)
    defaults: Obj = {}
    if spec["sessionAffinity"] == "ClientIP" and _no_timeout(spec):
        spec = {**spec, "sessionAffinityConfig": _CLIENT_IP}
    if spec["sessionAffinity"] == "None" and "sessionAffinityConfig" in spec:
        spec = {name: it for name, it in spec.items() if name != "sessionAffinityConfig"}
    if externally_accessible(spec):
        spec = fill_zero(spec, {"externalTrafficPolicy": "Cluster"})
    if spec["type"] in ("ClusterIP", *EXTERNAL):
        defaults["internalTrafficPolicy"] = "Cluster"
    if spec["type"] == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts") is None:
        defaults["allocateLoadBalancerNodePorts"] = True
    return {**obj, "spec": {**defaults, **spec}}


def _no_timeout(spec: Obj) -> bool:
    return get_in(spec, "sessionAffinityConfig", "clientIP", "timeoutSeconds") is None


def _port(port: Obj) -> Obj:
    port = fill_zero(port, {"protocol": "TCP"})
    if port.get("targetPort") in (None, 0, ""):
        port = {**port, "targetPort": port.get("port", 0)}
    return port


def _prepare(new: Obj, old: Obj | None) -> Obj:
    if old is None:
        return {**new, "status": {"loadBalancer": {}}}
    return release(new, old)


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
    warnings=of_service,
    validate=validate_service,
    changes_first=True,
    validate_update=validate_service_update,
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
