"""kubectl describe ingress, and servicecidr."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj, get_in

from ..resources import kind_of
from ..session import Session
from .lines import NONE, Lines
from .plain import conditions
from .service import endpoints


def ingress(session: Session, obj: Obj, lines: Lines) -> None:
    """An Ingress: each host and path, and the pods that are behind it now."""
    metadata, spec = obj["metadata"], obj.get("spec") or {}
    lines.value(0, "Name", metadata["name"])
    lines.mapping("Labels", metadata.get("labels") or {})
    lines.value(0, "Namespace", metadata["namespace"])
    addresses = get_in(obj, "status", "loadBalancer", "ingress", default=[])
    shown = {str(it.get("ip") or it.get("hostname", "")) for it in addresses} - {""}
    lines.value(0, "Address", ",".join(sorted(shown)))
    lines.value(0, "Ingress Class", spec.get("ingressClassName") or NONE)
    backend = spec.get("defaultBackend")
    default = _backend(session, obj, backend) if backend else "<default>"
    lines.value(0, "Default backend", default)
    if spec.get("tls"):
        lines.add(0, "TLS:")
        for tls in spec["tls"]:
            secret, hosts = tls.get("secretName"), ",".join(tls.get("hosts") or ())
            lines.add(1, f"{secret} terminates {hosts}" if secret else f"SNI routes {hosts}")
    lines.add(0, "Rules:\n  Host\tPath\tBackends")
    lines.add(1, "----\t----\t--------")
    rules = [rule for rule in spec.get("rules") or () if rule.get("http")]
    for rule in rules:
        lines.add(1, f"{rule.get('host') or '*'}\t")
        for path in rule["http"]["paths"]:
            lines.add(2, f"\t{path.get('path', '')} \t{_backend(session, obj, path['backend'])}")
    if not rules:
        lines.add(1, f"*\t*\t{default}")
    lines.annotations(metadata.get("annotations") or {})


def _backend(session: Session, obj: Obj, backend: Obj) -> str:
    """``web:80 (10.244.0.6:8080)``: the service, its port, and who is behind it."""
    if "resource" in backend:
        of = backend["resource"]
        group = of.get("apiGroup", NONE)
        return f"APIGroup: {group}, Kind: {of['kind']}, Name: {of['name']}"
    name = backend["service"]["name"]
    port = backend["service"].get("port") or {}
    title = f"{name}:{port.get('number') or port.get('name', '')}"
    namespace = obj["metadata"]["namespace"]
    service = session.find(kind_of("services"), namespace, name)
    if service is None:
        return f'{title} (<error: services "{name}" not found>)'
    slices = session.list(
        kind_of("endpointslices"), namespace, labels=f"kubernetes.io/service-name={name}"
    )
    return f"{title} ({endpoints(slices, _port_name(service, port))})"


def _port_name(service: Obj, wanted: Obj) -> str:
    """The name of the Service's port that is meant; "" where it has none, or there is none."""
    names = [
        port.get("name", "")
        for port in service["spec"].get("ports") or ()
        if port["port"] == wanted.get("number") or port.get("name", "") == wanted.get("name")
    ]
    return names[-1] if names else ""


def service_cidr(session: Session, obj: Obj, lines: Lines) -> None:
    """A ServiceCIDR and its conditions."""
    lines.head(obj)
    lines.value(0, "CIDRs", ", ".join(get_in(obj, "spec", "cidrs", default=[])))
    found = get_in(obj, "status", "conditions", default=[])
    if found:
        lines.add(0, "Status:")
        conditions(lines, found)
