"""A shorter list of moves that still breaks the same invariant (delta debugging, ddmin)."""

from __future__ import annotations

from collections.abc import Callable

from .moves import Move

Fails = Callable[[list[Move]], bool]


def shrink(moves: list[Move], fails: Fails) -> list[Move]:
    """Leave out runs of moves, long ones first, for as long as ``fails`` holds of what is left."""
    size = max(1, len(moves) // 2)
    while True:
        shorter = _without_runs(moves, size, fails)
        if size == 1 and len(shorter) == len(moves):
            return moves
        moves = shorter
        size = max(1, size // 2)


def _without_runs(moves: list[Move], size: int, fails: Fails) -> list[Move]:
    start = 0
    while start < len(moves):
        rest = moves[:start] + moves[start + size :]
        if fails(rest):
            moves = rest
        else:
            start += size
    return moves
