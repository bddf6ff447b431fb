"""Taking an answer. Which lesson and question it is for, the course finds out."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext

from k8slab.accounts.models import Visitor

from .grades import NoAnswer
from .models import RATED, Attempt
from .questions import Question
from .review import rated, remember
from .show import Shown


def take_answer(
    request: HttpRequest,
    visitor: Visitor,
    lesson: str,
    question: Question,
    *,
    in_story: bool = False,
    away: bool = False,
) -> Shown:
    """Grade and keep the posted ``answer`` (or ``rating`` of the last one)."""
    attempt, refusal = _take(request, visitor, lesson, question)
    return Shown(question, lesson, attempt and attempt.given, refusal, in_story, away)


def _take(
    request: HttpRequest, visitor: Visitor, lesson: str, question: Question
) -> tuple[Attempt | None, str]:
    attempts = Attempt.objects.filter(visitor=visitor, lesson=lesson, question=question.id)
    rating = request.POST.get("rating", "")
    if rating:
        latest = attempts.last()
        if latest is None or question.type != "recall" or rating not in RATED:
            return latest, gettext("Answer first, then rate your answer.")
        latest.rate(rating)
        return _scheduled(latest, rating), ""
    return keep_answer(visitor, lesson, question, request.POST.getlist("answer"))


def keep_answer(
    visitor: Visitor, lesson: str, question: Question, answer: list[str]
) -> tuple[Attempt | None, str]:
    """The new attempt, graded and scheduled; else the last one, and why the answer is none."""
    try:
        grade = question.body.grade(answer)
    except NoAnswer as refusal:
        attempts = Attempt.objects.filter(visitor=visitor, lesson=lesson, question=question.id)
        return attempts.last(), str(refusal)
    attempt = Attempt.objects.create(
        visitor=visitor, lesson=lesson, question=question.id, answer=answer, score=grade.score
    )
    return (attempt if grade.score is None else _scheduled(attempt, rated(grade.score))), ""


def _scheduled(attempt: Attempt, rating: str) -> Attempt:
    """The attempt with the day on which its question is due again."""
    attempt.review_on = remember(attempt, rating)
    attempt.save(update_fields=["review_on"])
    return attempt
