"""A question as its template shows it, with what the visitor answered last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext

from .grades import Grade, NoAnswer, Remark
from .models import RATED, Given
from .questions import Question
from .types.match import Match
from .types.order import Order

LABELS = {
    "single": "One answer",
    "multiple": "All that apply",
    "match": "Match",
    "order": "Put in order",
    "number": "A number: what does the engine give?",
    "text": "In a word",
    "event": "Pick the Event that tells",
    "graph": "Predict the graph: each was drawn by a run",
    "mend": "Mend the manifest: it is graded by running it",
    "best_fit": "Pick the best fit: each option was run",
    "predict": "Predict the outcome",
    "recall": "From memory",
}
OWN_WORDS = ("mend", "recall")


@dataclass(frozen=True, slots=True)
class Shown:
    """The context of ``quizzes/question.html``; ``lesson`` is the slug that its form posts to.

    ``in_story``: a prediction, which is made before the run and told nothing until asked.
    ``away``: it is asked again in the daily review, not on its lesson's page.
    """

    question: Question
    lesson: str
    attempt: Given | None = None
    refusal: str = ""
    in_story: bool = False
    away: bool = False

    @property
    def address(self) -> str:
        """Where its answer is posted to."""
        name = "review_question" if self.away else "answer"
        return reverse(name, args=[self.lesson, self.id])

    @property
    def is_main(self) -> bool:
        """Whether answering is what one would do next."""
        if self.attempt is None or self.in_story:
            return True
        return not self.away and not (self.grade and self.grade.right)

    @property
    def answered_by(self) -> str:
        """The part of the lesson that answers it, as a link's address."""
        page = reverse("lesson", args=[self.lesson]) if self.away else ""
        return f"{page}#{self.question.section}"

    @property
    def id(self) -> str:
        """The question's id."""
        return self.question.id

    @property
    def title(self) -> str:
        """What is asked (HTML)."""
        return self.question.title

    @property
    def label(self) -> str:
        """What sort of answer is wanted."""
        return LABELS[self.question.type]

    @property
    def written(self) -> str:
        """The last answer, where it was written."""
        return "\n".join(self.attempt.answer) if self.attempt else ""

    @property
    def is_own_words(self) -> bool:
        """Whether the page holds what this visitor alone may have written."""
        return self.attempt is not None and self.question.type in OWN_WORDS

    @property
    def percent(self) -> int:
        """The last score in percent."""
        score = self.grade.score if self.grade else None
        return round(100 * (score or 0))

    @property
    def template(self) -> str:
        """The template of its inputs."""
        return f"quizzes/types/{self.question.body.template}.html"

    @property
    def grade(self) -> Grade | None:
        """What the last answer was worth; None where a changed question no longer takes it."""
        if self.attempt is None:
            return None
        return _graded(self.question, self.attempt.answer, get_language())

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The options or steps, each with whether it was chosen and what is said about it."""
        body: Any = self.question.body
        answer = self.attempt.answer if self.attempt else ()
        grade = self.grade
        remarks = {remark.option: remark for remark in grade.remarks} if grade else {}
        if isinstance(body, Order):
            return [_step_row(step, body, answer, remarks) for step in self._steps(body, answer)]
        if isinstance(body, Match):
            return [_pair_row(pair, body, answer, remarks) for pair in body.pairs]
        return [
            {"option": it, "chosen": it.key in answer, "remark": remarks.get(it.key)}
            for it in getattr(body, "options", ())
        ]

    @property
    def ratings(self) -> list[dict[str, str]]:
        """How a free recall may be rated."""
        return [{"value": rating, "name": gettext(rating).capitalize()} for rating in RATED]

    def _steps(self, body: Order, answer: Sequence[str]) -> list[Any]:
        places = _places(answer)
        return sorted(body.shuffled(), key=lambda step: places.get(step.key, 0))


@lru_cache(maxsize=2000)
def _graded(question: Question, answer: tuple[str, ...], language: str | None) -> Grade | None:
    """Graded once: some answers are graded by running them. Verdicts speak the ``language``."""
    try:
        return question.body.grade(list(answer))
    except NoAnswer:
        return None


def _step_row(
    step: Any, body: Order, answer: Sequence[str], remarks: dict[str, Remark]
) -> dict[str, Any]:
    chosen = _places(answer).get(step.key)
    numbers = range(1, len(body.steps) + 1)
    places = [{"value": f"{step.key}={it}", "number": it, "chosen": it == chosen} for it in numbers]
    return {"option": step, "places": places, "remark": remarks.get(step.key)}


def _pair_row(
    pair: Any, body: Match, answer: Sequence[str], remarks: dict[str, Remark]
) -> dict[str, Any]:
    chosen = body.chosen(list(answer)).get(pair.key)
    places = [
        {"value": f"{pair.key}={at}", "name": name, "chosen": name == chosen}
        for at, name in enumerate(body.partners)
    ]
    return {"option": pair, "places": places, "remark": remarks.get(pair.key)}


def _places(answer: Sequence[str]) -> dict[str, int]:
    pairs = (entry.split("=", 1) for entry in answer if "=" in entry)
    return {key: int(place) for key, place in pairs if place.isdigit()}
