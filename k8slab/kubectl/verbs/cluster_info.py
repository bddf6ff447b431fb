"""kubectl cluster-info: where the control plane is; ``dump``: what helps to debug it."""

from __future__ import annotations

from ..command import Verb
from ..flags import Flag, Parsed
from ..kubeconfig import SERVER
from ..printers.json_text import to_json
from ..resources import kind_of
from ..session import Session
from . import options

_DUMPED = ("events", "replicationcontrollers", "services", "daemonsets", "deployments",
           "replicasets", "pods")  # fmt: skip
_SYSTEM = "kube-system"


def run(session: Session, parsed: Parsed) -> int | None:
    """Print the addresses of the control plane and of the services that belong to it."""
    server = session.access.server if session.access else SERVER
    session.print(f"Kubernetes control plane is running at {server}")
    labelled = session.list(
        kind_of("services"), _SYSTEM, labels="kubernetes.io/cluster-service=true"
    )
    for service in labelled:
        metadata = service["metadata"]
        name = metadata.get("labels", {}).get("kubernetes.io/name") or metadata["name"]
        ports = service["spec"].get("ports") or [{}]
        port = ports[0].get("name")
        path = f"{metadata['name']}:{port}" if port else metadata["name"]
        address = f"{server}/api/v1/namespaces/{_SYSTEM}/services/{path}/proxy"
        session.print(f"{name} is running at {address}")
    session.print(
        "\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'."
    )
    return None


def dump(session: Session, parsed: Parsed) -> int | None:
    """Print nodes, then the workloads and events of some namespaces, as JSON lists."""
    nodes = kind_of("nodes")
    version = str(session.cluster.version)
    head = {"kind": "NodeList", "apiVersion": "v1", "metadata": {"resourceVersion": version}}
    session.print(to_json({**head, "items": session.list(nodes)}, sort_keys=False))
    for namespace in _namespaces(session, parsed):
        for name in _DUMPED:
            kind = kind_of(name)
            listed = session.request("list", kind, namespace)
            session.print(to_json(listed, sort_keys=False))
    return None


def _namespaces(session: Session, parsed: Parsed) -> list[str]:
    if parsed.options["all-namespaces"]:
        return [item["metadata"]["name"] for item in session.list(kind_of("namespaces"))]
    return list(dict.fromkeys(parsed.options["namespaces"])) or [_SYSTEM, session.namespace]


VERB = Verb(
    name="cluster-info",
    summary="Display cluster information",
    run=run,
    section="Cluster Management Commands",
    children={
        "dump": Verb(
            name="dump",
            summary="Dump relevant information for debugging and diagnosis",
            run=dump,
            flags=(
                options.ALL_NAMESPACES,
                Flag("namespaces", "strings", default=(), hint="Dump these namespaces"),
            ),
        )
    },
)
