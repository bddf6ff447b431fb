"""Taking an answer. Which lesson and question it is for, the course finds out."""

from __future__ import annotations

from django.http import HttpRequest

from k8slab.accounts.models import Visitor

from .grades import NoAnswer
from .models import REVIEW_DAYS, Attempt
from .questions import Question
from .show import Shown


def take_answer(
    request: HttpRequest, visitor: Visitor, lesson: str, question: Question, *, in_story: bool
) -> Shown:
    """Grade and keep the posted ``answer`` (or ``rating`` of the last one)."""
    attempt, refusal = _take(request, visitor, lesson, question)
    return Shown(question, lesson, attempt, refusal, in_story)


def _take(
    request: HttpRequest, visitor: Visitor, lesson: str, question: Question
) -> tuple[Attempt | None, str]:
    attempts = Attempt.objects.filter(visitor=visitor, lesson=lesson, question=question.id)
    rating = request.POST.get("rating", "")
    if rating:
        latest = attempts.last()
        if latest is None or question.type != "recall" or rating not in REVIEW_DAYS:
            return latest, "Answer first, then rate your answer."
        latest.rate(rating)
        return latest, ""
    answer = request.POST.getlist("answer")
    try:
        grade = question.body.grade(answer)
    except NoAnswer as refusal:
        return attempts.last(), str(refusal)
    attempt = Attempt.objects.create(
        visitor=visitor, lesson=lesson, question=question.id, answer=answer, score=grade.score
    )
    return attempt, ""
