"""Whose sockets are open: so that nobody has too many, and who is gone loses theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

LAB, ROOM, SHARE = "lab", "room", "share"
"""What sockets are to. Those to a share are anybody's, so they count for the share."""
End = Callable[[int], None]


class Sockets:
    """The open sockets of one event loop: how to end each, by what it is to and whose it is."""

    def __init__(self) -> None:
        self._ends: dict[tuple[str, str], set[End]] = {}

    def __len__(self) -> int:
        return len(self._ends)

    def admit(self, to: str, whose: str, end: End, most: int) -> bool:
        """Count a socket, unless ``most`` of them are open already; ``end`` closes it by a code."""
        there = self._ends.setdefault((to, whose), set())
        if len(there) >= most:
            return False
        there.add(end)
        return True

    def leave(self, to: str, whose: str, end: End) -> None:
        """A socket that was admitted has gone."""
        there = self._ends[to, whose]
        there.discard(end)
        if not there:
            del self._ends[to, whose]

    def visitors(self) -> set[str]:
        """Who has sockets open as themselves."""
        return {whose for to, whose in self._ends if to != SHARE}

    def end(self, visitors: Iterable[str], code: int) -> None:
        """End all sockets of these visitors."""
        for visitor in visitors:
            for to in (LAB, ROOM):
                for end in self._ends.get((to, visitor), ()):
                    end(code)
