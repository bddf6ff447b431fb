"""kubectl expose: a Service for what a pod, Service or workload selects."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj, Objs, labels_of

from ..command import Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..manifests import Manifest
from ..overrides import FLAGS as OVERRIDES
from ..overrides import overridden
from ..resources import Found, group_kind
from ..session import Session
from . import options
from .create.files import store, with_last_applied

EXPOSED = ("Pod", "Service", "ReplicationController", "Deployment", "ReplicaSet")


def run(session: Session, parsed: Parsed) -> int | None:
    """Create the Service that the flags and the exposed object describe."""
    for found in options.meant(session, parsed, parsed.arguments):
        service = overridden(_service(parsed, found), parsed)
        if parsed.options["save-config"] and options.dry_run(parsed) != "client":
            service = with_last_applied(service)
        kind = session.discovery.resolve("services")
        assert kind is not None
        if options.dry_run(parsed) != "client" or "namespace" in parsed.given:
            name = service["metadata"]["name"]
            metadata = {"name": name, "namespace": session.namespace, **service["metadata"]}
            service = {**service, "metadata": metadata}
        store(session, parsed, Manifest(kind, service, ""), service, verb="exposed", made=True)
    return None


def _service(parsed: Parsed, found: Found) -> Obj:
    given, obj = parsed.options, found.obj
    if obj["kind"] not in EXPOSED:
        raise failure(f"cannot expose a {group_kind(found.kind)}")
    selector = _pairs(given["selector"]) if given["selector"] else _selector(obj)
    spec: Obj = {"ports": _ports(parsed, obj), "selector": selector}
    if given["type"]:
        spec["type"] = given["type"]
    if given["cluster-ip"]:
        spec["clusterIP"] = given["cluster-ip"]
    if given["external-ip"]:
        spec["externalIPs"] = [given["external-ip"]]
    if given["load-balancer-ip"]:
        spec["loadBalancerIP"] = given["load-balancer-ip"]
    if given["session-affinity"]:
        spec["sessionAffinity"] = given["session-affinity"]
    metadata: Obj = {"name": given["name"] or found.name}
    labels = _pairs(given["labels"]) if given["labels"] else labels_of(obj)
    if labels:
        metadata["labels"] = labels
    return {
        "kind": "Service",
        "apiVersion": "v1",
        "metadata": metadata,
        "spec": spec,
        "status": {"loadBalancer": {}},
    }


def _selector(obj: Obj) -> dict[str, str]:
    """What would find the exposed object's pods."""
    name = f"{obj['kind'].lower()}/{obj['metadata']['name']}"
    if obj["kind"] == "Pod":
        labels = labels_of(obj)
        if not labels:
            raise failure("the pod has no labels and cannot be exposed")
        return labels
    selector = obj["spec"].get("selector") or {}
    if obj["kind"] in ("Service", "ReplicationController"):
        return dict(selector)
    if selector.get("matchExpressions"):
        raise failure(
            f'couldn\'t convert expressions - "{selector["matchExpressions"]}" to map-based '
            f"selector format of {name}"
        )
    return dict(selector["matchLabels"])


def _ports(parsed: Parsed, obj: Obj) -> Objs:
    given = parsed.options
    protocol = given["protocol"]
    ports = [(text, protocol or "TCP") for text in given["port"].split(",") if text]
    if not ports:
        ports = _declared(obj, protocol)
    if not ports:
        raise failure("couldn't find port via --port flag or introspection")
    made = []
    for index, (text, used) in enumerate(ports, start=1):
        port: Obj = {"protocol": used, "port": _number(text), "targetPort": _number(text)}
        target = given["target-port"]
        if target:
            port["targetPort"] = int(target) if target.isdigit() else target
        made.append({"name": f"port-{index}", **port} if len(ports) > 1 else port)
    return made


def _number(text: str) -> int:
    body = text[1:] if text[:1] in "+-" else text
    if not (body.isascii() and body.isdigit()):
        raise failure(f'strconv.Atoi: parsing "{text}": invalid syntax')
    return int(text)


def _declared(obj: Obj, protocol: str) -> list[tuple[str, str]]:
    """Ports and protocols that the object itself tells of."""
    if obj["kind"] == "Service":
        return [
            (str(port["port"]), protocol or port.get("protocol", "TCP"))
            for port in obj["spec"].get("ports") or ()
        ]
    spec = obj["spec"] if obj["kind"] == "Pod" else obj["spec"]["template"]["spec"]
    return [
        (str(port["containerPort"]), protocol or port.get("protocol", "TCP"))
        for container in spec["containers"]
        for port in container.get("ports") or ()
    ]


def _pairs(text: str) -> dict[str, str]:
    pairs = {}
    for entry in text.split(","):
        key, equals, value = entry.partition("=")
        if not equals or not key:
            raise failure(f"unexpected label spec: {entry}")
        pairs[key] = value
    return pairs


VERB = Verb(
    name="expose",
    summary="Take a replication controller, service, deployment or pod and expose it as a new "
    "Kubernetes service",
    run=run,
    section="Basic Commands (Beginner)",
    usage="(TYPE NAME | TYPE/NAME) [--port=port]",
    example="kubectl expose deployment web --port=80 --target-port=8080",
    flags=(
        options.FILENAME,
        options.KUSTOMIZE,
        options.RECURSIVE,
        *OVERRIDES,
        Flag("save-config", "bool", default=False, hint="Keep the Service for kubectl apply"),
        options.OUTPUT,
        options.DRY_RUN,
        options.RECORD,
        options.VALIDATE,
        options.FIELD_MANAGER,
        Flag("name", hint="Name of the Service; the exposed object's unless given"),
        Flag("port", hint="The Service's port; the object's own unless given"),
        Flag("target-port", hint="The container's port, by number or name"),
        Flag("protocol", hint="TCP, UDP or SCTP"),
        Flag("type", hint="ClusterIP, NodePort, LoadBalancer or ExternalName"),
        Flag("selector", hint="Which pods; the object's own selector unless given"),
        Flag("labels", short="l", hint="Labels of the Service"),
        Flag("cluster-ip", hint="The address, or None for headless"),
        Flag("external-ip", hint="An address beside the cluster's own"),
        Flag("load-balancer-ip", hint="The load balancer's address"),
        Flag("session-affinity", hint="None or ClientIP"),
    ),
)
