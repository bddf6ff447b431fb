"""Who guessed wrong lately (a room's code, a password), so that nobody guesses many times."""

from __future__ import annotations

from collections import deque
from time import monotonic

TRIES, WITHIN_S = 10, 60.0
_REMEMBERED_MAX = 10_000


class Guesses:
    """Wrong guesses by who made them; kept in this process alone."""

    def __init__(self) -> None:
        self._wrong: dict[str, deque[float]] = {}

    def blocked(self, who: str) -> bool:
        """Whether somebody has guessed too often to try again now."""
        tries = self._wrong.get(who, deque())
        while tries and tries[0] < monotonic() - WITHIN_S:
            tries.popleft()
        return len(tries) >= TRIES

    def wrong(self, who: str) -> None:
        """Somebody guessed wrong."""
        if len(self._wrong) > _REMEMBERED_MAX:
            self._wrong.clear()
        self._wrong.setdefault(who, deque(maxlen=TRIES)).append(monotonic())
