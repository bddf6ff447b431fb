"""What is kept of an answer."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext_noop

from k8slab.accounts.models import Visitor
from k8slab.labs.models import Lab

RATED = (gettext_noop("again"), gettext_noop("hard"), gettext_noop("good"), gettext_noop("easy"))
"""What a learner says of an answer from memory, from worst to best."""


class Given(NamedTuple):
    """An answer as a page shows it, and how its learner rated it (free recall)."""

    answer: tuple[str, ...]
    rating: str = ""
    review_on: date | None = None


class Attempt(models.Model):
    """One answer of a visitor to a question. ``score`` is None until a free recall is rated."""

    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="attempts")
    lesson = models.SlugField(max_length=80)
    question = models.SlugField(max_length=80)
    answer = models.JSONField()
    score = models.FloatField(null=True)
    rating = models.CharField(max_length=8, blank=True)
    review_on = models.DateField(null=True, db_index=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("at", "id")
        indexes = (models.Index(fields=("visitor", "lesson", "question")),)

    def __str__(self) -> str:
        return f"{self.question}: {self.score}"

    @property
    def given(self) -> Given:
        """What a page shows of it."""
        return Given(tuple(self.answer), self.rating, self.review_on)

    def rate(self, rating: str) -> None:
        """Keep the learner's own rating and its score; ValueError if unknown."""
        self.score = RATED.index(rating) / (len(RATED) - 1)
        self.rating = rating
        self.save(update_fields=["rating", "score"])


class Card(models.Model):
    """What a visitor remembers of a question (``memory``: FSRS' state), and when it is due."""

    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="cards")
    lesson = models.SlugField(max_length=80)
    question = models.SlugField(max_length=80)
    memory = models.JSONField()
    due = models.DateField(db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("visitor", "lesson", "question"), name="one_card_a_question"
            ),
        )

    def __str__(self) -> str:
        return f"{self.lesson}/{self.question} on {self.due}"


class Drill(models.Model):
    """A question that was reopened as a lab: its ``number``-th time for this visitor, from 0.

    Open while ``rating`` is empty. ``result`` is a list of {"ok", "expects", "observes"}.
    """

    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="drills")
    lesson = models.SlugField(max_length=80)
    question = models.SlugField(max_length=80)
    number = models.PositiveIntegerField()
    lab = models.OneToOneField(Lab, on_delete=models.SET_NULL, null=True, related_name="drill")
    result = models.JSONField(default=list)
    rating = models.CharField(max_length=8, blank=True)
    review_on = models.DateField(null=True)
    began = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.lesson}/{self.question} the {self.number + 1}."


def latest_answers(visitor: Visitor | None, lesson: str) -> dict[str, Given]:
    """The visitor's last answer to each question of a lesson."""
    if visitor is None:
        return {}
    attempts: Any = Attempt.objects.filter(visitor=visitor, lesson=lesson)
    rows = attempts.values_list("question", "answer", "rating", "review_on")
    return {question: Given(tuple(answer), *rest) for question, answer, *rest in rows}


def latest_scores(visitor: Visitor | None) -> dict[tuple[str, str], float | None]:
    """What the visitor's last answer to each question was worth, by lesson and question."""
    if visitor is None:
        return {}
    attempts: Any = Attempt.objects.filter(visitor=visitor)
    rows = attempts.values_list("lesson", "question", "score")
    return {(lesson, question): score for lesson, question, score in rows}
