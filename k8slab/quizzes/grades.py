"""What an answer was worth, and why."""

from __future__ import annotations

from typing import NamedTuple


class Remark(NamedTuple):
    """What is to be said about one option: ``right`` is whether the answer treated it rightly."""

    option: str
    right: bool
    html: str


class Grade(NamedTuple):
    """``score`` from 0 to 1; None where the learner rates it (free recall)."""

    score: float | None
    headline: str
    remarks: tuple[Remark, ...] = ()

    @property
    def right(self) -> bool:
        """Whether it was wholly right."""
        return self.score == 1


class NoAnswer(Exception):
    """The form came without a usable answer; the text says what to do."""
