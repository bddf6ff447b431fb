"""A node's own state: whether it is up, and since when. Faults write it; all others read it."""

from __future__ import annotations

from typing import Any

from ..base.objects import Key, key_of
from ..control import World
from .runs import OWNER as KUBELET

OWNER = "node"
NODE_STATUS, NODE_LIFECYCLE = "node-status", "node-lifecycle"
UP: dict[str, Any] = {"up": True, "since_ms": 0}


def machine(world: World, node: str) -> dict[str, Any]:
    """{"up", "since_ms", "booted_ms"?, "crashed"?, "back_ms"?, "kubelet"?,
    "started_ms"?, "off_ms"?, "cni"?}.

    ``booted_ms`` is when it last began without any process from before, ``crashed`` says that it
    is off (else it is cut off), ``back_ms`` when it comes back by itself. ``kubelet`` False says
    that only the kubelet is down, ``started_ms`` is when the kubelet last began, ``off_ms`` when a
    shutdown switches the node off, ``cni`` whether it has a network plugin.
    """
    found: dict[str, Any] = world.note(OWNER, Key("Node", "", node), UP)
    return found


def is_up(world: World, node: str) -> bool:
    """Whether the kubelet of ``node`` works and is connected."""
    return bool(machine(world, node)["up"])


def is_reachable(world: World, node: str) -> bool:
    """Whether what runs on ``node`` can be reached over the network."""
    state = machine(world, node)
    return bool(state["up"]) or state.get("kubelet") is False


def has_network(world: World, node: str) -> bool:
    """Whether a network plugin (CNI) is installed on ``node``."""
    return bool(machine(world, node).get("cni", world.settings.cni))


def change_machine(world: World, node: str, **state: Any) -> None:
    """Change a node's state and have its kubelet, and who watches over nodes, look."""
    key = Key("Node", "", node)
    world.set_note(OWNER, key, {**machine(world, node), "since_ms": world.now_ms, **state})
    for actor in (NODE_STATUS, NODE_LIFECYCLE):
        world.wake(actor, key)
    for pod in world.store.by("Pod", "node", node):
        world.wake(KUBELET, key_of(pod))


def recover(world: World, node: str) -> None:
    """Bring a node back; after a crash it boots."""
    state = machine(world, node)
    if state["up"]:
        return
    booted = {"booted_ms": world.now_ms} if state.get("crashed") else {}
    started = {"started_ms": world.now_ms} if booted or state.get("kubelet") is False else {}
    fresh: dict[str, Any] = {"crashed": False, "back_ms": None, "kubelet": True, "off_ms": None}
    change_machine(world, node, up=True, **fresh, **booted, **started)
