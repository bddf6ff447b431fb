"""The commands that hold others: loops, if and case."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from . import expand
from .loops import steady
from .steps import Jump, Slept, Step, Steps
from .syntax import Case, For, If, Loop, Script

if TYPE_CHECKING:
    from .machine import Machine

LOOKS = 10
"""The first rounds, in which a loop shows whether it repeats itself."""


def run(machine: Machine, command: Loop | For | If | Case) -> Steps:
    """Run such a command in a machine."""
    match command:
        case Loop():
            return _loop(machine, command)
        case For():
            return _for(machine, command)
        case If():
            return _if(machine, command)
        case Case():
            return _case(machine, command)


def _loop(machine: Machine, loop: Loop) -> Steps:
    found = steady(loop) if machine.skip is not None else None
    status, rounds = 0, 0
    while True:
        began_s, before = machine.budget.slept, _state(machine, rounds)
        yield from machine.run(loop.condition)
        if bool(machine.status) != loop.until:
            break
        if not (yield from _round(machine, loop.body)):
            break
        status = machine.status
        rounds += 1
        took_s = machine.budget.slept - began_s
        counters = found if rounds == 2 else None
        if before is not None and before == _state(machine, rounds - 1):
            counters = {}
        if counters is not None and machine.skip is not None and took_s > 0:
            yield from _skip(machine, loop, counters, machine.skip.rounds(took_s), took_s)
    machine.status = status


def _state(machine: Machine, rounds: int) -> object:
    """All that a round can depend on; None where it is not worth a look."""
    if machine.skip is None or not 0 < rounds < LOOKS:
        return None
    seen = (dict(machine.variables), machine.cwd, machine.status, machine.input.rest)
    return (*seen, machine.positional, machine.skip.state())


def _skip(
    machine: Machine, loop: Loop, counters: dict[str, int], rounds: int, took_s: float
) -> Steps:
    """Go over rounds that are known, and run the last of them to bring variables up to date."""
    if rounds < 2:
        return
    for name, step in counters.items():
        machine.assign(name, str(int(machine.variables.get(name) or 0) + step * (rounds - 1)))
    yield from machine.sleep(took_s * (rounds - 1))
    for step_ in _round(machine, loop.body):
        if isinstance(step_, Slept):
            yield step_


def _round(machine: Machine, body: Script) -> Generator[Step, None, bool]:
    """One round of a loop; False where ``break`` ended it."""
    try:
        yield from machine.run(body)
    except Jump as jump:
        if jump.how == "return" or jump.levels > 1:
            raise Jump(jump.how, jump.levels - (jump.how != "return")) from None
        return jump.how == "continue"
    return True


def _for(machine: Machine, loop: For) -> Steps:
    words: Sequence[str] = machine.positional
    if loop.words is not None:
        words = yield from expand.fields(machine, loop.words)
    machine.status = 0
    for word in words:
        machine.assign(loop.name, word)
        if not (yield from _round(machine, loop.body)):
            break


def _if(machine: Machine, command: If) -> Steps:
    for condition, body in command.branches:
        yield from _tested(machine, condition)
        if machine.status == 0:
            yield from machine.run(body)
            return
    machine.status = 0
    yield from machine.run(command.otherwise)


def _tested(machine: Machine, condition: Script) -> Steps:
    """A condition may fail, ``set -e`` or not."""
    stops, machine.stops_at_failure = machine.stops_at_failure, False
    try:
        yield from machine.run(condition)
    finally:
        machine.stops_at_failure = stops


def _case(machine: Machine, command: Case) -> Steps:
    word = yield from expand.text(machine, command.word)
    machine.status = 0
    for patterns, body in command.branches:
        for each in patterns:
            glob = yield from expand.pattern(machine, each)
            if expand.matches(word, glob):
                yield from machine.run(body)
                return
