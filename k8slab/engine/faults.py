"""What can be made to go wrong. To add a fault: a function, and its line in FAULTS.

| fault              | arguments                 | what happens                 |
|--------------------|---------------------------|------------------------------|
| node-crash         | node                      | power off: processes die     |
| node-recover       | node                      | on again, or reachable again |
| node-reboot        | node, seconds (30)        | off, then on by itself       |
| node-partition     | node                      | runs, but reaches nobody     |
| container-hang     | pod, namespace, container | the process wedges           |
| container-kill     | pod, namespace, container | SIGKILL to the process       |
| dependency-down    | name (database)           | what apps need is away       |
| dependency-recover | name (database)           | and back                     |
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .base.objects import Key, key_of
from .base.pods import node_of
from .control import World
from .nodes.machine import change_machine, recover
from .nodes.runs import OWNER as KUBELET
from .traffic import wake_all

DOWN = Key("Fault", "", "down")


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


def _set_container(
    world: World, owner: str, pod: str, namespace: str, container: str | None
) -> None:
    key = Key("Pod", namespace, pod)
    found = world.api.get(key)
    names = [each["name"] for each in found["spec"]["containers"]]
    if container is not None and container not in names:
        raise ValueError(f"pod {pod} has no container {container!r}: {', '.join(names)}")
    hit = container or names[0]
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


FAULTS: dict[str, Callable[..., None]] = {
    "node-crash": node_crash,
    "node-partition": node_partition,
    "node-reboot": node_reboot,
    "node-recover": node_recover,
    "container-hang": container_hang,
    "container-kill": container_kill,
    "dependency-down": dependency_down,
    "dependency-recover": dependency_recover,
}


def inject(world: World, fault: str, arguments: dict[str, Any]) -> None:
    """Carry out a fault; ValueError for one that does not exist or lacks an argument."""
    if fault not in FAULTS:
        raise ValueError(f"unknown fault {fault!r}; there are: {', '.join(sorted(FAULTS))}")
    try:
        FAULTS[fault](world, **arguments)
    except TypeError as error:
        raise ValueError(f"{fault}: {error}") from error
