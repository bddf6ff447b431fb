"""What a learner can break in a cluster, as a panel offers it, and what is broken now.

``GROUPS`` has each fault of ``engine.faults`` that breaks something, with the arguments it takes;
what ends one is in ``broken``'s answer, beside what it ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Obj, key_of
from k8slab.engine.control import watching
from k8slab.engine.faults import DOWN
from k8slab.engine.network import kube_proxy
from k8slab.engine.network.dns import OUTAGE
from k8slab.engine.nodes.images import OUTAGES
from k8slab.engine.nodes.machine import has_network, machine
from k8slab.engine.nodes.usage import FILL


class Parameter(NamedTuple):
    """An argument. ``form`` is node or pod (one of those that are), watch (actor/kind), choice,
    switch (yes or no), number or text; one that is ``optional`` may be left empty."""

    name: str
    label: str
    form: str
    default: str = ""
    choices: tuple[str, ...] = ()
    optional: bool = False


class Fault(NamedTuple):
    """A fault by its name in the engine."""

    name: str
    title: str
    says: str
    parameters: tuple[Parameter, ...] = ()


class Group(NamedTuple):
    """Faults of one part of the cluster."""

    title: str
    faults: tuple[Fault, ...]


NODE = Parameter("node", "Node", "node")
POD = Parameter("pod", "Pod", "pod")
NAME = Parameter("node", "Name", "text", "node-new")
ON = Parameter("on", "Is there", "switch", choices=("yes", "no"))
COUNT = Parameter("count", "Events", "number", "1")
WATCH = Parameter(
    "watch",
    "Who misses what",
    "watch",
    choices=(
        "replicaset/Pod",
        "deployment/ReplicaSet",
        "statefulset/Pod",
        "endpointslice/Pod",
        "kube-proxy/EndpointSlice",
        "scheduler/Pod",
        "kubelet/Pod",
    ),
)
RESYNCED = ("Pod", "ReplicaSet", "Deployment", "Service", "EndpointSlice", "Node")

GROUPS = (
    Group(
        "Nodes",
        (
            Fault("node-crash", "Cut the power", "Off at once: its processes die.", (NODE,)),
            Fault(
                "node-partition",
                "Cut the network",
                "It runs on, but reaches nobody, and nobody it.",
                (NODE,),
            ),
            Fault(
                "node-reboot",
                "Reboot",
                "Off, and on again by itself.",
                (NODE, Parameter("seconds", "Seconds off", "number", "30")),
            ),
            Fault(
                "node-shutdown",
                "Shut down in order",
                "Its kubelet ends the pods first.",
                (NODE, Parameter("grace_s", "Seconds of grace", "number", "30")),
            ),
            Fault("kubelet-stop", "Stop the kubelet", "Pods run on; nobody looks.", (NODE,)),
            Fault(
                "memory-pressure",
                "Take its memory",
                "A process that is no pod's takes all but this.",
                (NODE, Parameter("available", "Left over", "text", "50Mi")),
            ),
            Fault(
                "disk-pressure",
                "Fill its disk",
                "A file that is no pod's fills all but this.",
                (NODE, Parameter("available", "% left over", "number", "5")),
            ),
            Fault(
                "node-add",
                "Add a node",
                "A machine more, of the usual size if you say no other.",
                (
                    NAME,
                    Parameter("cpu", "CPUs", "text", optional=True),
                    Parameter("memory", "Memory", "text", optional=True),
                ),
            ),
            Fault("node-remove", "Take a node away", "Off for good; its Node goes.", (NODE,)),
        ),
    ),
    Group(
        "Containers",
        (
            Fault("container-kill", "Kill the process", "SIGKILL: exit code 137.", (POD,)),
            Fault("container-term", "Ask it to end", "SIGTERM, from nobody you know.", (POD,)),
            Fault(
                "container-hang",
                "Hang the process",
                "It answers nothing any more. Kill it to end that.",
                (POD,),
            ),
            Fault(
                "container-exit",
                "Let it exit",
                "The process ends by itself.",
                (POD, Parameter("code", "Exit code", "number", "0")),
            ),
        ),
    ),
    Group(
        "Network and surroundings",
        (
            Fault("cni-remove", "Remove the network plugin", "New pods get no network.", (NODE,)),
            Fault("kube-proxy-stop", "Stop kube-proxy", "The rules stay as they are.", (NODE,)),
            Fault("coredns-down", "Stop the cluster's DNS", "Names fail, addresses work."),
            Fault(
                "registry-down",
                "Take a registry away",
                "What is on a node starts, the rest can't be pulled.",
                (Parameter("registry", "Registry", "text", "docker.io"),),
            ),
            Fault(
                "dependency-down",
                "Take a dependency away",
                "What apps need outside of the cluster.",
                (Parameter("name", "Name", "text", "database"),),
            ),
        ),
    ),
    Group(
        "Control plane",
        (
            Fault(
                "component-stop",
                "Stop a program",
                "What its controllers should do waits.",
                (Parameter("component", "Program", "choice", choices=watching.STOPPABLE),),
            ),
            Fault("watch-drop", "Lose events", "They never arrive.", (WATCH, COUNT)),
            Fault("watch-double", "Deliver events twice", "Level or edge?", (WATCH, COUNT)),
            Fault(
                "watch-delay",
                "Deliver events late",
                "Perhaps after newer ones.",
                (WATCH, COUNT, Parameter("seconds", "Seconds", "number", "5")),
            ),
            Fault(
                "informer-resync",
                "Resync",
                "Controllers look at all objects of a kind so often.",
                (
                    Parameter("kind", "Kind", "choice", choices=RESYNCED),
                    Parameter("seconds", "Every so many seconds", "number", "30"),
                ),
            ),
            Fault("addon", "metrics-server", "For kubectl top and autoscaling by CPU.", (ON,)),
            Fault(
                "encryption-at-rest",
                "Secrets encrypted at rest",
                "Those that are written from now on.",
                (ON,),
            ),
        ),
    ),
)


def broken(cluster: Cluster) -> list[Obj]:
    """What is broken now: ``{"says", "fault", "arguments"}``, the fault being what mends it.

    What ends by itself (a reboot, lost events) or only once (a process) is not among it.
    """
    return [
        {"says": says, "fault": fault, "arguments": arguments}
        for says, fault, arguments in (*_nodes(cluster), *_surroundings(cluster))
    ]


Mend = tuple[str, str, Obj]


def _nodes(cluster: Cluster) -> Iterator[Mend]:
    world = cluster.world
    proxies = world.note(kube_proxy.OWNER, kube_proxy.STOPPED, {})
    for node in cluster.list("Node"):
        name, key = node["metadata"]["name"], key_of(node)
        state, at = machine(world, name), {"node": name}
        if not state["up"]:
            if state.get("kubelet") is False:
                yield f"The kubelet of {name} is stopped", "kubelet-start", at
            else:
                how = "is off" if state.get("crashed") else "is cut off"
                yield f"{name} {how}", "node-recover", at
        if not has_network(world, name):
            yield f"{name} has no network plugin", "cni-install", at
        if name in proxies:
            yield f"The kube-proxy of {name} is stopped", "kube-proxy-start", at
        if what := " and ".join(sorted(world.note(FILL, key, {}))):
            yield f"Something fills the {what} of {name}", "pressure-end", at


def _surroundings(cluster: Cluster) -> Iterator[Mend]:
    world = cluster.world
    if world.note("dns", OUTAGE):
        yield "The cluster's DNS is down", "coredns-recover", {}
    for registry in world.note("registries", OUTAGES, ()):
        yield f"The registry {registry} is away", "registry-recover", {"registry": registry}
    for name in sorted(world.note("dependencies", DOWN, {})):
        yield f"The dependency {name} is away", "dependency-recover", {"name": name}
    for program in sorted(world.notes.get(watching.STOPPED, {})):
        yield f"{program} is stopped", "component-start", {"component": program}
    for (owner, key), period_ms in sorted(world.notes.items()):
        if owner == watching.RESYNC:
            says = f"All objects of {key.kind} are looked at every {period_ms / 1000:g} s"
            yield says, "informer-resync", {"kind": key.kind, "seconds": 0}
