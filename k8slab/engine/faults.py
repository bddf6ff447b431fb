"""What can be made to go wrong. To add a fault: a function, and its line in FAULTS.

| fault              | arguments                 | what happens                 |
|--------------------|---------------------------|------------------------------|
| node-crash         | node                      | power off: processes die     |
| node-recover       | node                      | on again, or reachable again |
| node-reboot        | node, seconds (30)        | off, then on by itself       |
| node-partition     | node                      | runs, but reaches nobody     |
| node-shutdown      | node, grace_s (30)        | pods are ended, then off     |
| node-add           | node, cpu, memory         | a new node joins             |
| node-remove        | node                      | off, and its Node deleted    |
| kubelet-stop       | node                      | pods run on, nobody looks    |
| kubelet-start      | node                      | and again                    |
| memory-pressure    | node, available (50Mi)    | something takes the memory   |
| disk-pressure      | node, available (5)       | and the disk, to so many %   |
| pressure-end       | node                      | what took them is gone       |
| registry-down      | registry (docker.io)      | pulls time out               |
| registry-recover   | registry (docker.io)      | and work                     |
| addon              | name, on (true)           | metrics-server comes or goes |
| encryption-at-rest | on (true)                 | Secrets are stored encrypted |
| container-hang     | pod, namespace, container | the process wedges           |
| container-kill     | pod, namespace, container | SIGKILL to the process       |
| container-term     | pod, namespace, container | SIGTERM to the process       |
| container-exit     | ... and code (0)          | the process ends by itself   |
| cni-remove         | node                      | its network plugin is gone   |
| cni-install        | node                      | and is there                 |
| kube-proxy-stop    | node                      | its rules stay as they are   |
| kube-proxy-start   | node                      | and are written anew         |
| coredns-down       |                           | no name is resolved          |
| coredns-recover    |                           | and again                    |
| dependency-down    | name (database)           | what apps need is away       |
| dependency-recover | name (database)           | and back                     |
| watch-drop         | actor, kind, count (1)    | its next events are lost     |
| watch-double       | actor, kind, count (1)    | and these come twice         |
| watch-delay        | ... and seconds (5)       | and these come late          |
| informer-resync    | kind, seconds             | all is looked at so often    |
| component-stop     | component                 | a control-plane program ends |
| component-start    | component                 | and runs again               |
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .base.objects import Key, key_of
from .base.pods import node_of
from .base.quantity import whole_value
from .control import World, watching
from .etcd import encrypt_secrets
from .network import kube_proxy
from .network.dns import OUTAGE
from .nodes.images import OUTAGES
from .nodes.load import KERNEL
from .nodes.machine import change_machine, recover
from .nodes.pressure import EVICTION
from .nodes.processes import capacity, disk_taken, memory_taken, processes_on
from .nodes.registration import register
from .nodes.runs import OWNER as KUBELET
from .nodes.runs import containers_with_kind
from .nodes.shutdown import shut_down
from .nodes.usage import FILL
from .traffic import wake_all

DOWN = Key("Fault", "", "down")
ADDONS = ("metrics-server",)


def _change_node(world: World, node: str, **state: Any) -> None:
    world.api.get(Key("Node", "", node))
    change_machine(world, node, **state)
    wake_all(world)


def node_crash(world: World, node: str) -> None:
    """The node goes off."""
    _change_node(world, node, up=False, crashed=True)


def node_partition(world: World, node: str) -> None:
    """The node is cut off; its processes live on."""
    _change_node(world, node, up=False, crashed=False)


def node_recover(world: World, node: str) -> None:
    """The node is back; after a crash it boots, with no process from before."""
    world.api.get(Key("Node", "", node))
    recover(world, node)
    wake_all(world)


def node_reboot(world: World, node: str, seconds: float = 30) -> None:
    """The node goes off and comes back by itself."""
    back_ms = world.now_ms + round(seconds * 1000)
    _change_node(world, node, up=False, crashed=True, back_ms=back_ms)


def node_shutdown(world: World, node: str, grace_s: int = 30, critical_s: int = 10) -> None:
    """The node is shut down in order: its kubelet ends the pods first."""
    world.api.get(Key("Node", "", node))
    shut_down(world, node, grace_s, critical_s)


def node_add(world: World, node: str, cpu: str | None = None, memory: str | None = None) -> None:
    """A new node joins, of the cluster's usual size if nothing else is said."""
    if world.store.get(Key("Node", "", node)) is not None:
        raise ValueError(f"there is a node {node}")
    usual = world.settings
    size = replace(
        usual, node_cpu=str(cpu or usual.node_cpu), node_memory=str(memory or usual.node_memory)
    )
    register(world, node, size)
    wake_all(world)


def node_remove(world: World, node: str) -> None:
    """The node is switched off for good and its Node deleted, as a cloud controller does."""
    key = Key("Node", "", node)
    _change_node(world, node, up=False, crashed=True)
    world.api.delete(key)


def kubelet_stop(world: World, node: str) -> None:
    """The kubelet stops; containers run on and serve, but nobody probes or restarts them."""
    _change_node(world, node, up=False, crashed=False, kubelet=False)


def memory_pressure(world: World, node: str, available: str = "50Mi") -> None:
    """A process that is no pod's takes the node's memory, but for ``available``."""
    _fill(world, node, "memory", whole_value(str(available)))


def disk_pressure(world: World, node: str, available: float = 5) -> None:
    """A file that is no pod's fills the node's disk, but for ``available`` %."""
    _fill(world, node, "disk", round(capacity(world, node, "disk") * float(available) / 100))


def _fill(world: World, node: str, what: str, left: int) -> None:
    key = Key("Node", "", node)
    world.api.get(key)
    note = {name: size for name, size in world.note(FILL, key, {}).items() if name != what}
    world.set_note(FILL, key, note or None)
    running = processes_on(world, node)
    taken = (memory_taken if what == "memory" else disk_taken)(world, node, running)
    free = capacity(world, node, what) - int(taken.at) - left
    world.set_note(FILL, key, {**note, what: max(0, free)})
    world.wake(KERNEL, key)


def pressure_end(world: World, node: str) -> None:
    """What took the node's memory and disk is gone."""
    key = Key("Node", "", node)
    world.api.get(key)
    world.set_note(FILL, key, None)
    world.wake(EVICTION, key)


def registry_down(world: World, registry: str = "docker.io") -> None:
    """The registry answers no more: what is on a node starts, the rest does not."""
    away = world.note("registries", OUTAGES, [])
    world.set_note("registries", OUTAGES, sorted({*away, registry}))


def registry_recover(world: World, registry: str = "docker.io") -> None:
    """The registry is back; the next try of each pull finds it."""
    away = [each for each in world.note("registries", OUTAGES, []) if each != registry]
    world.set_note("registries", OUTAGES, away or None)


def addon(world: World, name: str = "metrics-server", on: bool = True) -> None:
    """An addon of the cluster is installed, or removed."""
    if name not in ADDONS:
        raise ValueError(f"no addon {name!r}; there are: {', '.join(ADDONS)}")
    world.set_note("addon", Key("Addon", "", name), bool(on))


def encryption_at_rest(world: World, on: bool = True) -> None:
    """The API server encrypts (or no longer encrypts) the Secrets that it writes from now on."""
    encrypt_secrets(world, bool(on))


def _set_container(
    world: World, owner: str, pod: str, namespace: str, container: str | None
) -> None:
    key = Key("Pod", namespace, pod)
    found = world.api.get(key)
    names = [each["name"] for _, each in containers_with_kind(found)]
    if container is not None and container not in names:
        raise ValueError(f"pod {pod} has no container {container!r}: {', '.join(names)}")
    hit = container or found["spec"]["containers"][0]["name"]
    world.set_note(owner, key, {**world.note(owner, key, {}), hit: world.now_ms})
    world.wake(KUBELET, key)
    wake_all(world)


def container_hang(
    world: World, pod: str, namespace: str = "default", container: str | None = None
) -> None:
    """The process stops to answer, and SIGTERM with it."""
    _set_container(world, "hang", pod, namespace, container)


def container_kill(
    world: World, pod: str, namespace: str = "default", container: str | None = None
) -> None:
    """The kernel kills the process: exit code 137."""
    _set_container(world, "kill", pod, namespace, container)


def container_term(
    world: World, pod: str, namespace: str = "default", container: str | None = None
) -> None:
    """Somebody asks the process to end; what that does is the image's affair."""
    _set_container(world, "term", pod, namespace, container)


def container_exit(
    world: World,
    pod: str,
    namespace: str = "default",
    container: str | None = None,
    code: int = 0,
) -> None:
    """The process ends by itself, as a shell that someone leaves."""
    _set_container(world, "exit", pod, namespace, container)
    world.set_note("exit-code", Key("Pod", namespace, pod), code)


def _set_dependency(world: World, name: str, since_ms: int | None) -> None:
    down = {each: at for each, at in world.note("dependencies", DOWN, {}).items() if each != name}
    if since_ms is not None:
        down[name] = since_ms
    world.set_note("dependencies", DOWN, down or None)
    for pod in world.store.list("Pod"):
        if node_of(pod):
            world.wake(KUBELET, key_of(pod))
    wake_all(world)


def dependency_down(world: World, name: str = "database") -> None:
    """Something outside the cluster that apps need goes away."""
    _set_dependency(world, name, world.now_ms)


def dependency_recover(world: World, name: str = "database") -> None:
    """It is back."""
    _set_dependency(world, name, None)


def cni_remove(world: World, node: str) -> None:
    """The node loses its network plugin: pods that run keep their network, new ones get none."""
    world.api.get(Key("Node", "", node))
    change_machine(world, node, cni=False)


def cni_install(world: World, node: str) -> None:
    """A network plugin comes onto the node."""
    world.api.get(Key("Node", "", node))
    change_machine(world, node, cni=True)


def kube_proxy_stop(world: World, node: str) -> None:
    """The node's kube-proxy stops; the kernel forwards on, by the rules that it has."""
    world.api.get(Key("Node", "", node))
    kube_proxy.stop(world, node)
    wake_all(world)


def kube_proxy_start(world: World, node: str) -> None:
    """The node's kube-proxy starts, and writes all rules anew."""
    world.api.get(Key("Node", "", node))
    kube_proxy.start(world, node)
    wake_all(world)


def coredns_down(world: World) -> None:
    """The cluster's DNS answers no more; addresses work on."""
    world.set_note("dns", OUTAGE, {"since_ms": world.now_ms})
    wake_all(world)


def coredns_recover(world: World) -> None:
    """It answers again."""
    world.set_note("dns", OUTAGE, None)
    wake_all(world)


def watch_drop(world: World, actor: str, kind: str, count: int = 1) -> None:
    """The next events of a kind that concern an actor never reach it."""
    watching.disturb(world, actor, kind, "drop", int(count))


def watch_double(world: World, actor: str, kind: str, count: int = 1) -> None:
    """They reach it twice."""
    watching.disturb(world, actor, kind, "double", int(count))


def watch_delay(world: World, actor: str, kind: str, count: int = 1, seconds: float = 5) -> None:
    """They reach it late, perhaps after newer ones."""
    watching.disturb(world, actor, kind, "delay", int(count), round(float(seconds) * 1000))


def informer_resync(world: World, kind: str, seconds: float = 0) -> None:
    """Informers of a kind have their actors look at every object so often; 0: never."""
    watching.resync_every(world, kind, round(float(seconds) * 1000))


def component_stop(world: World, component: str = watching.MANAGER) -> None:
    """A program of the control plane stops; what its actors should do waits."""
    if component not in watching.STOPPABLE:
        there = ", ".join(watching.STOPPABLE)
        raise ValueError(f"no component {component!r}; there are: {there}")
    watching.stop(world, component)


def component_start(world: World, component: str = watching.MANAGER) -> None:
    """It runs again, and looks at what has waited."""
    watching.start(world, component)


FAULTS: dict[str, Callable[..., None]] = {
    "node-crash": node_crash,
    "node-partition": node_partition,
    "node-reboot": node_reboot,
    "node-recover": node_recover,
    "node-shutdown": node_shutdown,
    "node-add": node_add,
    "node-remove": node_remove,
    "kubelet-stop": kubelet_stop,
    "kubelet-start": node_recover,
    "memory-pressure": memory_pressure,
    "disk-pressure": disk_pressure,
    "pressure-end": pressure_end,
    "registry-down": registry_down,
    "registry-recover": registry_recover,
    "addon": addon,
    "encryption-at-rest": encryption_at_rest,
    "container-hang": container_hang,
    "container-kill": container_kill,
    "container-term": container_term,
    "container-exit": container_exit,
    "cni-remove": cni_remove,
    "cni-install": cni_install,
    "kube-proxy-stop": kube_proxy_stop,
    "kube-proxy-start": kube_proxy_start,
    "coredns-down": coredns_down,
    "coredns-recover": coredns_recover,
    "dependency-down": dependency_down,
    "dependency-recover": dependency_recover,
    "watch-drop": watch_drop,
    "watch-double": watch_double,
    "watch-delay": watch_delay,
    "informer-resync": informer_resync,
    "component-stop": component_stop,
    "component-start": component_start,
}


def inject(world: World, fault: str, arguments: dict[str, Any]) -> None:
    """Carry out a fault; ValueError for one that does not exist or lacks an argument."""
    if fault not in FAULTS:
        raise ValueError(f"unknown fault {fault!r}; there are: {', '.join(sorted(FAULTS))}")
    try:
        FAULTS[fault](world, **arguments)
    except TypeError as error:
        raise ValueError(f"{fault}: {error}") from error
