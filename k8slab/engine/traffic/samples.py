"""What a load's requests met: a Sample a second, sums, and single requests to draw as dots."""

from __future__ import annotations

from typing import Any

from ..base.objects import Key, Obj
from ..control import World
from .counts import BUCKET_MS, Piece, is_ok, pieces, total
from .loads import OWNER

Met = tuple[Piece, list[Any], int]  # a piece of time, a row of its mix, how many requests met it


def _pieces(world: World, name: str, t0_ms: int, t1_ms: int) -> list[Piece]:
    """The pieces of the whole seconds in [t0, t1) that are over."""
    memory = world.note(OWNER, Key("Load", "", name))
    if memory is None:
        raise ValueError(f"there is no load {name!r}")
    from_ms = -(-t0_ms // BUCKET_MS) * BUCKET_MS
    to_ms = min(t1_ms, world.now_ms) // BUCKET_MS * BUCKET_MS
    return list(pieces(world, name, memory["segments"], from_ms, to_ms))


def samples(world: World, name: str, t0_ms: int, t1_ms: int) -> list[Obj]:
    """A Sample for each whole second of [t0, t1) that is over, of the last hour.

    {"t_ms", "requests", "failed", "latency_ms" (mean), "causes": {text: n},
    "by_pod": {pod: [requests, failed]}}. ValueError for a load that does not exist.
    """
    found: dict[int, Obj] = {}
    for piece in _pieces(world, name, t0_ms, t1_ms):
        t_ms = piece.from_ms // BUCKET_MS * BUCKET_MS
        sample = found.setdefault(
            t_ms,
            {
                "t_ms": t_ms,
                "requests": 0,
                "failed": 0,
                "latency_ms": 0.0,
                "causes": {},
                "by_pod": {},
            },
        )
        for row, count in zip(piece.mix, piece.counts, strict=True):
            if count:
                _add(sample, row, count)
    for sample in found.values():
        sample["latency_ms"] = round(sample["latency_ms"] / max(1, sample["requests"]), 1)
    return list(found.values())


def _add(sample: Obj, row: list[Any], count: int) -> None:
    _, _, cause, latency_ms, pod, *_ = row
    failed = 0 if is_ok(row) else count
    sample["requests"] += count
    sample["failed"] += failed
    sample["latency_ms"] += latency_ms * count
    if failed:
        sample["causes"][cause] = sample["causes"].get(cause, 0) + failed
    if pod:
        requests, bad = sample["by_pod"].get(pod, (0, 0))
        sample["by_pod"][pod] = [requests + count, bad + failed]


def failed(world: World, name: str, t0_ms: int, t1_ms: int) -> int:
    """How many requests of the whole seconds in [t0, t1) failed."""
    return sum(sample["failed"] for sample in samples(world, name, t0_ms, t1_ms))


def totals(world: World, name: str) -> Obj:
    """{"requests", "failed"} since the load began."""
    memory = world.note(OWNER, Key("Load", "", name))
    if memory is None:
        raise ValueError(f"there is no load {name!r}")
    requests, bad = memory["past"]["requests"], memory["past"]["failed"]
    segments = memory["segments"]
    ends = [*(segment[0] for segment in segments[1:]), world.now_ms]
    for segment, end_ms in zip(segments, ends, strict=False):
        more, more_bad = total(
            world,
            name,
            segment,
            end_ms // BUCKET_MS * BUCKET_MS if segment is segments[-1] else end_ms,
        )
        requests, bad = requests + more, bad + more_bad
    return {"requests": requests, "failed": bad}


def dots(world: World, name: str, t0_ms: int, t1_ms: int, most: int = 60) -> list[Obj]:
    """Up to ``most`` of the counted requests, evenly picked; where some failed, one at least.

    {"at_ms", "ok", "status", "pod", "node", "cause", "latency_ms", "hops": [...]}.
    """
    fine: list[Met] = []
    failed: list[Met] = []
    for piece in _pieces(world, name, t0_ms, t1_ms):
        for row, count in zip(piece.mix, piece.counts, strict=True):
            (fine if is_ok(row) else failed).append((piece, row, count))
    failures = sum(count for *_, count in failed)
    requests = failures + sum(count for *_, count in fine)
    bad = min(failures, max(1, round(most * failures / max(1, requests))), most)
    picked = [*_evenly(failed, bad), *_evenly(fine, most - bad)]
    return sorted(
        (_dot(world, name, index, *each) for index, each in enumerate(picked)),
        key=lambda dot: int(dot["at_ms"]),
    )


def _evenly(met: list[Met], most: int) -> list[tuple[Piece, list[Any]]]:
    """``most`` of these requests (or all), at even distances."""
    total = sum(count for *_, count in met)
    wanted = min(most, total)
    picked: list[tuple[Piece, list[Any]]] = []
    passed = 0
    for piece, row, count in met:
        passed += count
        while len(picked) < wanted and len(picked) * total // wanted < passed:
            picked.append((piece, row))
    return picked


def _dot(world: World, name: str, index: int, piece: Piece, row: list[Any]) -> Obj:
    _, status, cause, latency_ms, pod, node, hops = row
    at_ms = world.between(piece.from_ms, piece.to_ms - 1, "dot", name, piece.from_ms, index)
    return {
        "at_ms": at_ms,
        "ok": is_ok(row),
        "status": status,
        "pod": pod,
        "node": node,
        "cause": cause,
        "latency_ms": latency_ms,
        "hops": hops,
    }
