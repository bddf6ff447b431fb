"""A node under pressure: when, which conditions, and since when (pkg/kubelet/eviction, 1.36).

The note ("pressure", Node) is {condition: ms at which its signal was last beyond the threshold}.
A condition stays for the transition period after that.
"""

from __future__ import annotations

from typing import NamedTuple

from ..base.objects import Key
from ..base.quantity import format_bytes
from ..control import World
from .processes import capacity, disk_taken, memory_taken, processes_on

OWNER = "pressure"
EVICTION = "eviction-manager"
MONITOR_MS = 10_000
TRANSITION_MS = 300_000
"""evictionPressureTransitionPeriod."""


class Threshold(NamedTuple):
    """A hard threshold: what is scarce, the condition, and how much must be free.

    ``bytes`` must be, or else ``percent`` of the capacity. ``resource`` is what messages call it.
    """

    what: str
    condition: str
    resource: str
    bytes: int = 0
    percent: int = 0

    def needed(self, full: int) -> int:
        """The bytes that must be free."""
        return self.bytes or full * self.percent // 100

    def limit(self, full: int) -> int:
        """The bytes in use above which it is met."""
        return full - self.needed(full)


THRESHOLDS = (
    Threshold("memory", "MemoryPressure", "memory", bytes=100 << 20),
    Threshold("disk", "DiskPressure", "ephemeral-storage", percent=15),
)
"""evictionHard's memory.available<100Mi, and the first of nodefs.available<10% and
imagefs.available<15% that a node with one disk meets."""

CONDITIONS: dict[str, tuple[str, str, str, str]] = {
    "MemoryPressure": (
        "KubeletHasInsufficientMemory",
        "kubelet has insufficient memory available",
        "NodeHasInsufficientMemory",
        "NodeHasSufficientMemory",
    ),
    "DiskPressure": (
        "KubeletHasDiskPressure",
        "kubelet has disk pressure",
        "NodeHasDiskPressure",
        "NodeHasNoDiskPressure",
    ),
}
"""condition -> reason and message while it holds, and the Events when it comes and goes."""


class Observation(NamedTuple):
    """What a node has free of something, and what it must."""

    threshold: Threshold
    available: int
    needed: int

    @property
    def met(self) -> bool:
        """Whether the node is beyond the threshold."""
        return self.available < self.needed

    @property
    def text(self) -> str:
        """``Threshold quantity: 100Mi, available: 80Mi. ``"""
        needed, free = format_bytes(self.needed), format_bytes(self.available)
        return f"Threshold quantity: {needed}, available: {free}. "


def observe(world: World, node: str) -> list[Observation]:
    """What the node's signals are now."""
    running = processes_on(world, node)
    found = []
    for threshold in THRESHOLDS:
        full = capacity(world, node, threshold.what)
        taken = (memory_taken if threshold.what == "memory" else disk_taken)(world, node, running)
        free = max(0, full - int(taken.at)) // 4096 * 4096
        found.append(Observation(threshold, free, threshold.needed(full)))
    return found


def pressed(world: World, node: str) -> list[str]:
    """The pressure conditions that hold."""
    note = world.note(OWNER, Key("Node", "", node), {})
    return [it for it in CONDITIONS if it in note and world.now_ms < note[it] + TRANSITION_MS]


def next_tick_ms(world: World, node: str) -> int:
    """When the node's eviction manager looks next."""
    phase_ms = world.between(0, MONITOR_MS - 1, OWNER, node)
    return world.now_ms + MONITOR_MS - (world.now_ms - phase_ms) % MONITOR_MS
