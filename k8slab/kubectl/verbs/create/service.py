"""kubectl create service: clusterip, nodeport, loadbalancer, externalname."""

from __future__ import annotations

from collections.abc import Callable

from k8slab.engine.base.names import dns_subdomain, port_name, port_number
from k8slab.engine.base.objects import Obj

from ...command import Verb
from ...errors import failure
from ...flags import Flag, Parsed
from ...session import Session
from .generator import generator, required

_PORT_MAX = 65_535
TCP = Flag("tcp", "strings", default=(), hint="Port, or port:targetPort; repeat it for more")


def _service(type_: str) -> Callable[[Session, Parsed, str], Obj]:
    def make(session: Session, parsed: Parsed, name: str) -> Obj:
        options = parsed.options
        spec: Obj = {}
        if type_ == "ExternalName":
            required(parsed, "external-name")
            spec["externalName"] = options["external-name"]
            if dns_subdomain(options["external-name"]):
                raise failure(f"invalid service external name {options['external-name']}")
        elif not options["tcp"] and options.get("clusterip") != "None":
            raise failure("at least one tcp port specifier must be provided")
        ports = [_port(text) for text in options["tcp"]]
        if options.get("node-port"):
            ports = [{**port, "nodePort": options["node-port"]} for port in ports]
        if ports:
            spec["ports"] = ports
        if options.get("clusterip"):
            spec["clusterIP"] = options["clusterip"]
        labels = {"app": name}
        return {
            "metadata": {"labels": labels},
            "spec": {**spec, "selector": labels, "type": type_},
            "status": {"loadBalancer": {}},
        }

    return make


def _port(text: str) -> Obj:
    """``80`` or ``80:8080`` or ``443:https``."""
    outer, _, inner = text.partition(":")
    if not (outer.isascii() and outer.isdigit()):
        raise failure(f'strconv.ParseUint: parsing "{outer}": invalid syntax')
    if int(outer) > _PORT_MAX:
        raise failure(f'strconv.ParseUint: parsing "{outer}": value out of range')
    target: int | str = inner or int(outer)
    wrong: list[str] = []
    if inner.isascii() and inner.isdigit():
        target = int(inner)
        wrong = port_number(target)
    elif inner:
        wrong = port_name(inner)
    if wrong:
        raise failure(",".join(wrong))
    name = text.replace(":", "-")
    return {"name": name, "protocol": "TCP", "port": int(outer), "targetPort": target}


def _child(type_: str, *flags: Flag) -> Verb:
    name = type_.lower()
    return generator(
        "Service",
        _service(type_),
        TCP,
        *flags,
        name=name,
        what=f"{type_} service",
        path=f"service {name}",
        example=f"kubectl create service {name} web --tcp=80:8080",
    )


SERVICE = Verb(
    name="service",
    summary="Create a service using a specified subcommand",
    aliases=("svc",),
    children={
        verb.name: verb
        for verb in (
            _child("ClusterIP", Flag("clusterip", hint="The address, or None for headless")),
            _child("ExternalName", Flag("external-name", hint="The name outside the cluster")),
            _child("LoadBalancer"),
            _child("NodePort", Flag("node-port", "int", default=0, hint="The port of each node")),
        )
    },
)
