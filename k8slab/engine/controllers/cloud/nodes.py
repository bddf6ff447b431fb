"""The cloud node controller: what the cloud knows of a Node's machine (cloud-provider, 1.36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...base.cloud import is_uninitialized, with_metadata
from ...base.objects import Key, Obj, key_of
from ...control import World
from ...control.loop import Watch


class CloudNodes:
    """Gives a Node that joined its provider id, region and zone, and lets pods onto it."""

    name = "cloud-node"
    lag_ms = 600
    """One call of the cloud's API."""

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"Node": _new_nodes}

    def reconcile(self, world: World, key: Key) -> int | None:
        node = world.store.get(key)
        if node is None or not list(_new_nodes(world, node)):
            return None
        world.read(f"instance {key.name} of the cloud")
        node = world.api.update(with_metadata(node))
        world.event(node, "Normal", "Synced", "Node synced successfully", "cloud-node-controller")
        return None


def _new_nodes(world: World, node: Obj) -> Iterable[Key]:
    if any(is_uninitialized(taint) for taint in node["spec"].get("taints") or ()):
        yield key_of(node)
