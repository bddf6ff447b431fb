"""Whether a node's kubelet lives.

The faults keep the note ("node", Key("Node", "", name)): {"up": bool, "since_ms": int}. Without
one the node has been up since it was created.
"""

from __future__ import annotations

from ..base.objects import Key
from ..control import World

OWNER = "node"


def node_key(name: str) -> Key:
    """The key of the Node called ``name``."""
    return Key("Node", "", name)


def node_is_up(world: World, name: str) -> bool:
    """Whether the kubelet of that node runs now."""
    return bool(world.note(OWNER, node_key(name), {"up": True})["up"])
