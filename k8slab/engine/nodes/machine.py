"""Whether a node is up, and since when. Faults write this; kubelets and traffic read it."""

from __future__ import annotations

from typing import Any

from ..base.objects import Key
from ..control import World

UP: dict[str, Any] = {"up": True, "since_ms": 0}


def machine(world: World, node: str) -> dict[str, Any]:
    """{"up", "since_ms", "booted_ms"?, "partitioned"?}: a node's own state.

    ``booted_ms`` is when it last started with no process left from before; ``partitioned`` says
    that its containers run but nothing reaches them and it reaches nobody.
    """
    found: dict[str, Any] = world.note("node", Key("Node", "", node), UP)
    return found


def is_up(world: World, node: str) -> bool:
    """Whether the kubelet of ``node`` works and is connected."""
    return bool(machine(world, node)["up"])
