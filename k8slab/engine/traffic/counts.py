"""How many of the requests of a piece of time met what: whole numbers, the same at every asking.

A piece is the common part of a segment and a one-second bucket. Its requests are those that fall
into it at the load's even rate; they are dealt out to the mix by one keyed draw (systematic
sampling), which is exact in sum, fair in expectation and costs the same at every rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import floor
from typing import Any, NamedTuple

from ..control import World

BUCKET_MS = 1000
Segment = list[Any]


class Piece(NamedTuple):
    """A piece of time with its mix, and how many requests met each row of it."""

    from_ms: int
    to_ms: int
    mix: list[list[Any]]
    counts: list[int]


def _before(rps: float, at_ms: int) -> int:
    return floor(rps * at_ms / 1000)


def piece(world: World, name: str, segment: Segment, from_ms: int, to_ms: int) -> Piece:
    """The piece of ``segment`` from ``from_ms`` to ``to_ms``, which lie in one bucket."""
    began_ms, rps, mix = segment
    requests = _before(rps, to_ms) - _before(rps, from_ms)
    offset = world.chance("traffic", name, began_ms, from_ms)
    counts, reached, dealt = [], 0.0, 0
    for row in mix:
        reached += row[0]
        upto = min(requests, floor(reached * requests + offset))
        counts.append(upto - dealt)
        dealt = upto
    if counts:
        counts[-1] += requests - dealt
    return Piece(from_ms, to_ms, mix, counts)


def pieces(
    world: World, name: str, segments: list[Segment], from_ms: int, to_ms: int
) -> Iterator[Piece]:
    """The pieces between two bucket borders, in order of time; none before the load is at work."""
    ends = [*(segment[0] for segment in segments[1:]), to_ms]
    for segment, end_ms in zip(segments, ends[: len(segments)], strict=True):
        at_ms, end_ms = max(segment[0], from_ms), min(end_ms, to_ms)
        while at_ms < end_ms:
            border_ms = min(end_ms, (at_ms // BUCKET_MS + 1) * BUCKET_MS)
            yield piece(world, name, segment, at_ms, border_ms)
            at_ms = border_ms


def is_ok(row: list[Any]) -> bool:
    """Whether requests that met this row of a mix succeeded."""
    return bool(200 <= row[1] < 400)


def total(world: World, name: str, segment: Segment, end_ms: int) -> tuple[int, int]:
    """The requests of a whole segment, and those of them that failed."""
    requests = bad = 0
    for each in pieces(world, name, [segment], segment[0], end_ms):
        requests += sum(each.counts)
        bad += _failed(each)
    return requests, bad


def _failed(piece_: Piece) -> int:
    return sum(n for row, n in zip(piece_.mix, piece_.counts, strict=True) if not is_ok(row))
