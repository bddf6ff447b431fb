"""Virtual time: integer milliseconds and a heap of data.

The heap never holds closures, only ``Wake(actor, key)``; who acts on it is looked up by name, so a
clock can be copied, saved and compared. Each (actor, key) has at most one pending wake, the
earliest asked for: an actor is level-triggered and says anew what it waits for each time it runs.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

from .objects import Key

SECOND_MS = 1000


class Wake(NamedTuple):
    """Who is to look, and at what."""

    actor: str
    key: Key


class Clock:
    """The time of one cluster. ``now_ms`` only grows.

    A wake is never for the present millisecond: all that is due at one moment has run before a
    command at that moment is executed, so a run is the same however its time is sliced.
    """

    __slots__ = ("_heap", "_pending", "_sequence", "now_ms")

    def __init__(self, now_ms: int = 0) -> None:
        self.now_ms = now_ms
        self._heap: list[tuple[int, int, Wake]] = []
        self._pending: dict[Wake, tuple[int, int]] = {}  # (at_ms, sequence) of the heap's entry
        self._sequence = 0

    def wake(self, at_ms: int, wake: Wake) -> None:
        """Ask that ``wake`` happens at ``at_ms``, or earlier if it is already to."""
        at_ms = max(at_ms, self.now_ms + 1)
        pending = self._pending.get(wake)
        if pending is not None and pending[0] <= at_ms:
            return
        self._sequence += 1
        self._pending[wake] = at_ms, self._sequence
        heapq.heappush(self._heap, (at_ms, self._sequence, wake))

    def cancel(self, wake: Wake) -> None:
        """Forget a pending wake."""
        self._pending.pop(wake, None)

    def next_at(self) -> int | None:
        """When the next wake is due, or None where nothing is pending."""
        heap = self._heap
        while heap:
            at_ms, sequence, wake = heap[0]
            if self._pending.get(wake) == (at_ms, sequence):
                return at_ms
            heapq.heappop(heap)
        return None

    def pop(self) -> Wake:
        """Take the next wake, and move time to it."""
        at_ms = self.next_at()
        if at_ms is None:
            raise IndexError("nothing is pending")
        _, _, wake = heapq.heappop(self._heap)
        del self._pending[wake]
        self.now_ms = at_ms
        return wake

    def pending(self) -> list[tuple[int, Wake]]:
        """All pending wakes in the order in which they will happen."""
        due = [
            (at_ms, sequence, wake)
            for at_ms, sequence, wake in self._heap
            if self._pending.get(wake) == (at_ms, sequence)
        ]
        return [(at_ms, wake) for at_ms, _, wake in sorted(due)]

    def copy(self) -> Clock:
        """An independent clock with the same time and the same wakes."""
        twin = Clock(self.now_ms)
        twin._heap = list(self._heap)
        twin._pending = dict(self._pending)
        twin._sequence = self._sequence
        return twin
