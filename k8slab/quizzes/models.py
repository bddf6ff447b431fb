"""What is kept of an answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from k8slab.accounts.models import Visitor

REVIEW_DAYS = {"again": 1, "hard": 3, "good": 7, "easy": 21}
"""Self-rating -> days until the question is asked again."""


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

    def rate(self, rating: str) -> None:
        """Keep the learner's own rating, its score and the day of review; KeyError if unknown."""
        self.review_on = review_day(rating, timezone.localdate())
        self.rating = rating
        self.score = list(REVIEW_DAYS).index(rating) / (len(REVIEW_DAYS) - 1)
        self.save(update_fields=["rating", "score", "review_on"])


def review_day(rating: str, today: date) -> date:
    """When a question so rated is due again."""
    return today + timedelta(days=REVIEW_DAYS[rating])


def latest_attempts(visitor: Visitor | None, lesson: str) -> dict[str, Attempt]:
    """The visitor's last attempt at each question of a lesson."""
    if visitor is None:
        return {}
    attempts: Any = Attempt.objects.filter(visitor=visitor, lesson=lesson)
    return {attempt.question: attempt for attempt in attempts}


def attempts_by_question(visitor: Visitor | None) -> dict[tuple[str, str], Attempt]:
    """The visitor's last attempt at each question they ever answered, by lesson and question."""
    if visitor is None:
        return {}
    attempts: Any = Attempt.objects.filter(visitor=visitor)
    return {(attempt.lesson, attempt.question): attempt for attempt in attempts}
