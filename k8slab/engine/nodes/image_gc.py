"""The kubelet's image garbage collector (pkg/kubelet/images/image_gc_manager.go, 1.36).

Every five minutes: where more than 85 % of the disk is taken, images that no container uses go,
the least recently used first, until 80 % are (settings ``image_gc_high_percent``, ``_low_``).
"""

from __future__ import annotations

from typing import Any

from ..base.objects import Key
from ..control import World
from . import images
from .machine import is_up
from .processes import capacity, disk_taken, processes_on

OWNER = "image-gc"
PERIOD_MS = 300_000


class ImageGc:
    """The actor, for all nodes; a node's kernel wakes it when there is something to do."""

    name = OWNER
    lag_ms = 0

    @property
    def watches(self) -> dict[str, Any]:
        return {}

    def reconcile(self, world: World, key: Key) -> int | None:
        """One pass over a node; the next is in five minutes where it could not free enough."""
        node = world.store.get(key)
        high = world.settings.image_gc_high_percent
        if node is None or not is_up(world, key.name) or _used(world, key.name) <= high:
            return None
        full = capacity(world, key.name, "disk")
        taken = disk_taken(world, key.name, processes_on(world, key.name)).at
        wanted = int(taken - full * world.settings.image_gc_low_percent / 100)
        world.compare("% of the disk in use", f"<= {high}", round(_used(world, key.name)))
        freed = _free(world, key.name, wanted)
        if freed < wanted:
            text = (
                "Failed to garbage collect required amount of images. Attempted to free "
                f"{wanted} bytes, but only found {freed} bytes eligible to free."
            )
            world.event(node, "Warning", "FreeDiskSpaceFailed", text, "kubelet", host=key.name)
        return PERIOD_MS if _used(world, key.name) > high else None


def _used(world: World, node: str) -> float:
    taken = disk_taken(world, node, processes_on(world, node)).at
    return 100 * taken / capacity(world, node, "disk")


def _free(world: World, node: str, wanted: int) -> int:
    """Delete unused images until ``wanted`` bytes are free; how many came free."""
    freed = 0
    for name in images.unused(world, node):
        if freed >= wanted:
            break
        freed += images.delete(world, node, [name])
        world.did(f"deleted image {name}")
    return freed


def limit(world: World, node: str) -> float:
    """The bytes in use above which there is something to do."""
    return capacity(world, node, "disk") * world.settings.image_gc_high_percent / 100


def next_pass_ms(world: World, node: str) -> int:
    """When the next pass over a node is."""
    phase_ms = world.between(0, PERIOD_MS - 1, OWNER, node)
    return world.now_ms + PERIOD_MS - (world.now_ms - phase_ms) % PERIOD_MS
