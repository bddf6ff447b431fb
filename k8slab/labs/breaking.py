"""What a learner can break in a cluster, as a panel offers it, and what is broken now.

``GROUPS`` has each fault of ``engine.faults`` that breaks something, with the arguments it takes;
what ends one is in ``broken``'s answer, beside what it ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Obj, key_of
from k8slab.engine.control import watching
from k8slab.engine.faults import DOWN
from k8slab.engine.network import kube_proxy
from k8slab.engine.network.dns import OUTAGE
from k8slab.engine.nodes.images import OUTAGES
from k8slab.engine.nodes.machine import has_network, machine
from k8slab.engine.nodes.usage import FILL

Text = str | Promise
"""Words for the page, in its language once they are shown."""


class Parameter(NamedTuple):
    """An argument. ``form`` is node or pod (one of those that are), watch (actor/kind), choice,
    switch (yes or no), number or text; one that is ``optional`` may be left empty."""

    name: str
    label: Text
    form: str
    default: str = ""
    choices: tuple[str, ...] = ()
    optional: bool = False


class Fault(NamedTuple):
    """A fault by its name in the engine."""

    name: str
    title: Text
    says: Text
    parameters: tuple[Parameter, ...] = ()


class Group(NamedTuple):
    """Faults of one part of the cluster."""

    title: Text
    faults: tuple[Fault, ...]


NODE = Parameter("node", _("Node"), "node")
POD = Parameter("pod", _("Pod"), "pod")
NAME = Parameter("node", _("Name"), "text", "node-new")
ON = Parameter("on", _("Is there"), "switch", choices=(gettext_noop("yes"), gettext_noop("no")))
COUNT = Parameter("count", _("Events"), "number", "1")
WATCH = Parameter(
    "watch",
    _("Who misses what"),
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
FILLED = {"memory": _("memory"), "disk": _("disk")}
RESYNCED = ("Pod", "ReplicaSet", "Deployment", "Service", "EndpointSlice", "Node")

GROUPS = (
    Group(
        _("Nodes"),
        (
            Fault("node-crash", _("Cut the power"), _("Off at once: its processes die."), (NODE,)),
            Fault(
                "node-partition",
                _("Cut the network"),
                _("It runs on, but reaches nobody, and nobody it."),
                (NODE,),
            ),
            Fault(
                "node-reboot",
                _("Reboot"),
                _("Off, and on again by itself."),
                (NODE, Parameter("seconds", _("Seconds off"), "number", "30")),
            ),
            Fault(
                "node-shutdown",
                _("Shut down in order"),
                _("Its kubelet ends the pods first."),
                (NODE, Parameter("grace_s", _("Seconds of grace"), "number", "30")),
            ),
            Fault("kubelet-stop", _("Stop the kubelet"), _("Pods run on; nobody looks."), (NODE,)),
            Fault(
                "memory-pressure",
                _("Take its memory"),
                _("A process that is no pod's takes all but this."),
                (NODE, Parameter("available", _("Left over"), "text", "50Mi")),
            ),
            Fault(
                "disk-pressure",
                _("Fill its disk"),
                _("A file that is no pod's fills all but this."),
                (NODE, Parameter("available", _("% left over"), "number", "5")),
            ),
            Fault(
                "node-add",
                _("Add a node"),
                _("A machine more, of the usual size if you say no other."),
                (
                    NAME,
                    Parameter("cpu", _("CPUs"), "text", optional=True),
                    Parameter("memory", _("Memory"), "text", optional=True),
                ),
            ),
            Fault("node-remove", _("Take a node away"), _("Off for good; its Node goes."), (NODE,)),
        ),
    ),
    Group(
        _("Containers"),
        (
            Fault("container-kill", _("Kill the process"), _("SIGKILL: exit code 137."), (POD,)),
            Fault(
                "container-term", _("Ask it to end"), _("SIGTERM, from nobody you know."), (POD,)
            ),
            Fault(
                "container-hang",
                _("Hang the process"),
                _("It answers nothing any more. Kill it to end that."),
                (POD,),
            ),
            Fault(
                "container-exit",
                _("Let it exit"),
                _("The process ends by itself."),
                (POD, Parameter("code", _("Exit code"), "number", "0")),
            ),
        ),
    ),
    Group(
        _("Network and surroundings"),
        (
            Fault(
                "cni-remove", _("Remove the network plugin"), _("New pods get no network."), (NODE,)
            ),
            Fault(
                "kube-proxy-stop", _("Stop kube-proxy"), _("The rules stay as they are."), (NODE,)
            ),
            Fault("coredns-down", _("Stop the cluster's DNS"), _("Names fail, addresses work.")),
            Fault(
                "registry-down",
                _("Take a registry away"),
                _("What is on a node starts, the rest can't be pulled."),
                (Parameter("registry", _("Registry"), "text", "docker.io"),),
            ),
            Fault(
                "dependency-down",
                _("Take a dependency away"),
                _("What apps need outside of the cluster."),
                (Parameter("name", _("Name"), "text", "database"),),
            ),
        ),
    ),
    Group(
        _("Control plane"),
        (
            Fault(
                "component-stop",
                _("Stop a program"),
                _("What its controllers should do waits."),
                (Parameter("component", _("Program"), "choice", choices=watching.STOPPABLE),),
            ),
            Fault("watch-drop", _("Lose events"), _("They never arrive."), (WATCH, COUNT)),
            Fault("watch-double", _("Deliver events twice"), _("Level or edge?"), (WATCH, COUNT)),
            Fault(
                "watch-delay",
                _("Deliver events late"),
                _("Perhaps after newer ones."),
                (WATCH, COUNT, Parameter("seconds", _("Seconds"), "number", "5")),
            ),
            Fault(
                "informer-resync",
                _("Resync"),
                _("Controllers look at all objects of a kind so often."),
                (
                    Parameter("kind", _("Kind"), "choice", choices=RESYNCED),
                    Parameter("seconds", _("Every so many seconds"), "number", "30"),
                ),
            ),
            Fault(
                "addon", _("metrics-server"), _("For kubectl top and autoscaling by CPU."), (ON,)
            ),
            Fault(
                "encryption-at-rest",
                _("Secrets encrypted at rest"),
                _("Those that are written from now on."),
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
                yield gettext("The kubelet of %s is stopped") % name, "kubelet-start", at
            else:
                crashed = state.get("crashed")
                says = gettext("%s is off") if crashed else gettext("%s is cut off")
                yield says % name, "node-recover", at
        if not has_network(world, name):
            yield gettext("%s has no network plugin") % name, "cni-install", at
        if name in proxies:
            yield gettext("The kube-proxy of %s is stopped") % name, "kube-proxy-start", at
        if filled := sorted(world.note(FILL, key, {})):
            what = gettext(" and ").join(str(FILLED[each]) for each in filled)
            says = gettext("Something fills the %(what)s of %(node)s")
            yield says % {"what": what, "node": name}, "pressure-end", at


def _surroundings(cluster: Cluster) -> Iterator[Mend]:
    world = cluster.world
    if world.note("dns", OUTAGE):
        yield gettext("The cluster's DNS is down"), "coredns-recover", {}
    for registry in world.note("registries", OUTAGES, ()):
        says = gettext("The registry %s is away") % registry
        yield says, "registry-recover", {"registry": registry}
    for name in sorted(world.note("dependencies", DOWN, {})):
        says = gettext("The dependency %s is away") % name
        yield says, "dependency-recover", {"name": name}
    for program in sorted(world.notes.get(watching.STOPPED, {})):
        yield gettext("%s is stopped") % program, "component-start", {"component": program}
    for (owner, key), period_ms in sorted(world.notes.items()):
        if owner == watching.RESYNC:
            says = gettext("All objects of %(kind)s are looked at every %(seconds)s s")
            says %= {"kind": key.kind, "seconds": f"{period_ms / 1000:g}"}
            yield says, "informer-resync", {"kind": key.kind, "seconds": 0}
