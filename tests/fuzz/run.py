"""The fuzz's command line: ``python -m tests.fuzz SEED [--lines N] [--show]``.

Each line runs in a terminal on a lab that a recorded session left, a new one every LAB_LINES lines,
and then STEP_S pass in it, so that what was accepted is acted on.
A fault is an exception, more than CPU_S of work, or more than GROWTH_KB of new memory.
"""

from __future__ import annotations

import argparse
import gc
import random
import resource
import signal
import traceback
from collections.abc import Iterator
from functools import cache
from itertools import islice
from time import process_time
from types import FrameType
from typing import NamedTuple

from k8slab.engine import Cluster
from k8slab.shell import Shell
from tests.truth_replay import corpus

from .grammar import Case, draw

LAB_LINES = 200
STEP_S = 1
CPU_S = 1.0
GROWTH_KB = 50_000
HANG_S = 20


class Fault(NamedTuple):
    """A line that got no proper answer, and why."""

    number: int
    case: Case
    why: str


class Hang(Exception):
    """A line took longer than HANG_S."""


def _hang(_number: int, _frame: FrameType | None) -> None:
    raise Hang


@cache
def _stage() -> tuple[bytes, dict[str, str]]:
    shell = corpus.stage()
    return shell.cluster.snapshot(), dict(shell.files)


def new_shell() -> Shell:
    """A terminal on a lab in which much stands."""
    saved, files = _stage()
    return Shell(Cluster.restore(saved), files)


def cases(seed: int, count: int) -> Iterator[Case]:
    """The lines of a seed."""
    chance = random.Random(seed)
    return islice(iter(lambda: draw(chance), None), count)


def run(seed: int, count: int) -> Iterator[Fault]:
    """The faults that the lines of a seed bring to light."""
    before = signal.signal(signal.SIGALRM, _hang)
    shell = new_shell()
    try:
        for number, case in enumerate(cases(seed, count)):
            if number % LAB_LINES == 0:
                shell = new_shell()
                gc.collect()
            why = fault_of(shell, case)
            if why:
                yield Fault(number, case, why)
                shell = new_shell()
    finally:
        signal.signal(signal.SIGALRM, before)


def fault_of(shell: Shell, case: Case) -> str:
    """What is wrong with how a line was answered; "" where nothing is."""
    began, held_kb = process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    signal.alarm(HANG_S)
    try:
        shell.run(case.line, stdin=case.stdin)
        shell.cluster.advance(STEP_S)
    except Hang:
        return f"no answer in {HANG_S} s"
    except Exception:
        return traceback.format_exc(limit=-4)
    finally:
        signal.alarm(0)
    took_s = process_time() - began
    grew_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held_kb
    if took_s > CPU_S:
        return f"{took_s:.1f} s of work"
    return f"{grew_kb // 1024} MB of new memory" if grew_kb > GROWTH_KB else ""


def main(arguments: list[str]) -> int:
    """Run the lines of a seed; each fault is told as it is found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("seed", type=int)
    parser.add_argument("--lines", type=int, default=10_000)
    asked = parser.parse_args(arguments)
    found = 0
    for fault in run(asked.seed, asked.lines):
        found += 1
        case = fault.case
        print(f"line {fault.number}: {case.line!r}\n  stdin {case.stdin[:300]!r}\n  {fault.why}")
    print(f"seed {asked.seed}: {asked.lines} lines, {found} faults", flush=True)
    return int(found > 0)
