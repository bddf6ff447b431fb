"""How fast nodes may lose their pods: by the state of their zone (nodelifecycle, 1.36).

Where the nodes of every zone are down it is the control plane that is cut off, so no pod is driven
away. Else one node of a zone in ten seconds is tainted NoExecute; where most of a zone is not ready
(three nodes and 55 % at least) none is, or in a zone of more than fifty one in a hundred seconds.
"""

from __future__ import annotations

from ..base.conditions import condition_of
from ..base.objects import Key, Obj, labels_of
from ..control import World

OWNER = "node-zones"
UNREADY = Key("Unready", "", "")
REGION, ZONE = "topology.kubernetes.io/region", "topology.kubernetes.io/zone"
EVERY_MS, SELDOM_MS = 10_000, 100_000
"""--node-eviction-rate 0.1 and --secondary-node-eviction-rate 0.01."""
LARGE, UNHEALTHY, FEW = 50, 0.55, 2


def note_readiness(world: World, name: str, *, ready: bool) -> list[str]:
    """Remember whether a node is ready; the nodes that are not, where that has changed any."""
    unready: list[str] = world.note(OWNER, UNREADY, [])
    if (name in unready) is not ready:
        return []
    left = sorted({*unready} - {name} if ready else {*unready, name})
    world.set_note(OWNER, UNREADY, left or None)
    return left


def all_are_down(world: World) -> bool:
    """Whether no node of the cluster is ready: the controller's "master disruption mode"."""
    unready = world.note(OWNER, UNREADY, [])
    return len(unready) >= len(world.store.list("Node"))


def wait_ms(world: World, node: Obj) -> int | None:
    """In how many milliseconds a node of this zone may be tainted; None: not as things stand."""
    every_ms = _pace_ms(world, node)
    if every_ms is None:
        return None
    last_ms = world.note(OWNER, _key(node))
    return 0 if last_ms is None else max(0, int(last_ms + every_ms - world.now_ms))


def tainted(world: World, node: Obj) -> None:
    """Remember when a node of a zone was tainted last."""
    world.set_note(OWNER, _key(node), world.now_ms)


def _pace_ms(world: World, node: Obj) -> int | None:
    nodes = [it for it in world.store.list("Node") if _key(it) == _key(node)]
    down = sum(not _is_ready(it) for it in nodes)
    if down <= FEW or down < len(nodes) * UNHEALTHY or down == len(nodes):
        return EVERY_MS
    return SELDOM_MS if len(nodes) > LARGE else None


def _is_ready(node: Obj) -> bool:
    ready = condition_of(node, "Ready")
    return ready is not None and ready["status"] == "True"


def _key(node: Obj) -> Key:
    labels = labels_of(node)
    return Key("Zone", labels.get(REGION, ""), labels.get(ZONE, ""))
