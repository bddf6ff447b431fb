"""How a visitor stands in a lesson's quiz."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .show import Shown


@dataclass(frozen=True, slots=True)
class Score:
    """Answers that stand now: ``right`` of ``graded`` questions, ``rated`` of ``recalls``."""

    begun: bool
    graded: int
    right: int
    recalls: int
    rated: int

    @classmethod
    def of(cls, questions: Iterable[Shown]) -> Score:
        """The score of the questions of one quiz."""
        every = list(questions)
        recalls = [it for it in every if it.question.type == "recall"]
        graded = [it for it in every if it.question.type != "recall"]
        return cls(
            begun=any(it.attempt for it in every),
            graded=len(graded),
            right=sum(bool(it.grade and it.grade.right) for it in graded),
            recalls=len(recalls),
            rated=sum(bool(it.attempt and it.attempt.rating) for it in recalls),
        )
