"""What passes between a machine and who runs it: steps, what ends them, and what they may cost."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from itertools import groupby
from typing import NamedTuple, TypeAlias

STEPS_MAX = 10_000
CHARACTERS_A_STEP = 512
"""Characters whose handling costs as much as a command."""


class Said(NamedTuple):
    """Text to descriptor 1 or 2."""

    text: str
    descriptor: int = 1


def text_of(said: Iterable[Said], descriptor: int) -> str:
    """What went to one descriptor.

    >>> text_of([Said("a"), Said("no", 2), Said("b")], 1)
    'ab'
    """
    return "".join(each.text for each in said if each.descriptor == descriptor)


def merged(said: Iterable[Said]) -> tuple[Said, ...]:
    """The same in as few pieces as its order allows.

    >>> merged([Said("a"), Said("b"), Said("no", 2), Said("", 2)])
    (Said(text='ab', descriptor=1), Said(text='no', descriptor=2))
    """
    spoken = (each for each in said if each.text)
    runs = groupby(spoken, lambda each: each.descriptor)
    return tuple(Said("".join(each.text for each in run), of) for of, run in runs)


class Slept(NamedTuple):
    """Time that passes; FOREVER for what never ends. A trap cuts ``wait`` short, and no program."""

    seconds: float
    is_wait: bool = False


Step: TypeAlias = Said | Slept
Steps: TypeAlias = Generator[Step, None, None]


class Spent(Exception):
    """The machine has done all that it may."""


class Left(Exception):
    """``exit``."""


class Jump(Exception):
    """``break``, ``continue`` and ``return``, that many loops up."""

    def __init__(self, how: str, levels: int = 1) -> None:
        self.how, self.levels = how, levels


class Budget:
    """What is left to a machine and all its subshells, and the seconds that they slept."""

    def __init__(self, steps: int = STEPS_MAX) -> None:
        self.left = steps
        self.slept = 0.0

    def spend(self, steps: int = 1) -> None:
        """Take steps; Spent where none are left."""
        self.left -= steps
        if self.left < 0:
            raise Spent


class Input:
    """Standard input, as far as it was read."""

    def __init__(self, text: str = "") -> None:
        self.rest = text

    def line(self) -> str | None:
        """The next line without its end; None when all was read."""
        if not self.rest:
            return None
        line, _, self.rest = self.rest.partition("\n")
        return line
