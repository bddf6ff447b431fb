"""The walk's command line: ``python -m tests.walk SEED [--moves N] [--replay FILE]``.

A seed that breaks an invariant is shrunk, and its moves are written to a file that ``--replay``
carries out again. ``--seeds N`` walks N seeds from SEED on over all cores.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from multiprocessing import Pool, cpu_count
from pathlib import Path

from k8slab.engine.actors import actors
from k8slab.engine.control.settings import Settings

from .moves import Move, draw
from .shrink import shrink
from .view import Breach
from .walker import Walk, walk, walked

MOVES = 50
FOLDER = Path("build/walk")
ROW_EVERY = 25


def moves_of(seed: int, count: int) -> list[Move]:
    """The moves of a seed on a cluster of all actors."""
    return draw(seed, count, frozenset(actor.name for actor in actors(Settings())))


def _one(task: tuple[int, int]) -> tuple[int, Breach | None]:
    seed, count = task
    return seed, walk(seed, moves_of(seed, count))


def _over_all_cores(seeds: range, count: int) -> Iterator[tuple[int, Breach | None]]:
    tasks = [(seed, count) for seed in seeds]
    with Pool(cpu_count()) as pool:
        yield from pool.imap_unordered(_one, tasks)


def many(seeds: range, count: int) -> int:
    """Walk all ``seeds``; how many broke an invariant. Each of those is told as it is found."""
    broken = []
    for done, (seed, breach) in enumerate(_over_all_cores(seeds, count), start=1):
        if breach is not None:
            broken.append(seed)
            print(f"seed {seed}: invariant {breach.number}: {breach.text}", flush=True)
        if done % ROW_EVERY == 0:
            print(f"{done} of {len(seeds)} seeds, {len(broken)} broken", flush=True)
    print(f"{len(seeds)} seeds of {count} moves: {len(broken)} broken")
    if broken:
        print(f"shrink one: python -m tests.walk {min(broken)} --moves {count}")
    return len(broken)


def one(seed: int, count: int) -> int:
    """Walk one seed; where it breaks something, shrink it, write it down and tell of it."""
    moves = moves_of(seed, count)
    breach = walk(seed, moves)
    if breach is None:
        print(f"seed {seed}: {count} moves, every invariant holds")
        return 0
    print(f"seed {seed} breaks invariant {breach.number}; shrinking {count} moves ...", flush=True)
    number = breach.number

    def fails(shorter: list[Move]) -> bool:
        found = walk(seed, shorter)
        return found is not None and found.number == number

    moves = shrink(moves, fails)
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{seed}.json"
    file.write_text(json.dumps({"seed": seed, "moves": moves}, indent=1) + "\n")
    replay(file)
    print(f"again: python -m tests.walk --replay {file}")
    return 1


def replay(file: Path) -> int:
    """Carry out a file of moves, and tell what happens."""
    told = json.loads(file.read_text())
    for number, move in enumerate(told["moves"], start=1):
        print(f"{number:3} {json.dumps(move)}")
    it, breach = walked(told["seed"], told["moves"])
    if breach is None:
        print("every invariant holds")
        return 0
    print("\n".join(_story(it, breach)))
    return 1


def _story(it: Walk, breach: Breach) -> Iterator[str]:
    """The breach, and the reconciles around it."""
    yield f"invariant {breach.number} at {breach.at_ms} ms: {breach.text}"
    reasons = [it for it in it.cluster.reasons if it.at_ms <= breach.at_ms]
    for reason in reasons[-12:]:
        done = "; ".join(did for did in reason.did if "Event/" not in did)
        compared = "; ".join(
            f"{what}: want {want}, have {have}" for what, want, have in reason.compared
        )
        yield f"  {reason.at_ms:>9} ms {reason.actor} {reason.key}: {compared} -> {done}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.walk", description=__doc__)
    parser.add_argument("seed", type=int, nargs="?", default=0)
    parser.add_argument("--moves", type=int, default=MOVES)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--replay", type=Path)
    options = parser.parse_args(arguments)
    if options.replay is not None:
        return replay(options.replay)
    if options.seeds > 1:
        return min(1, many(range(options.seed, options.seed + options.seeds), options.moves))
    return one(options.seed, options.moves)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
