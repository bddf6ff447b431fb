"""Spaced repetition: when a question that was answered is due again (FSRS 6, library ``fsrs``).

Days are the smallest step: nobody is asked the same thing twice on one day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone
from fsrs import Card as Memory
from fsrs import Rating, Scheduler

from k8slab.accounts.models import Visitor

from .models import Attempt, Card, Drill

RATINGS = {
    "again": Rating.Again,
    "hard": Rating.Hard,
    "good": Rating.Good,
    "easy": Rating.Easy,
}
"""What a learner says of a recall; an answer that was graded is rated by its score."""
HALF = 0.5


@lru_cache(maxsize=1)
def _scheduler() -> Scheduler:
    return Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


def rated(score: float) -> str:
    """The rating of a graded answer."""
    if score >= 1:
        return "good"
    return "hard" if score >= HALF else "again"


def remember(attempt: Attempt | Drill, rating: str, now: datetime | None = None) -> date:
    """Note how well a question was answered, or its task done; the day on which it is due again."""
    now = now or timezone.now()
    card, _ = Card.objects.get_or_create(
        visitor=attempt.visitor,
        lesson=attempt.lesson,
        question=attempt.question,
        defaults={"memory": Memory(card_id=1).to_dict(), "due": now.date()},
    )
    memory, _ = _scheduler().review_card(Memory.from_dict(card.memory), RATINGS[rating], now)
    card.memory, card.due = memory.to_dict(), memory.due.date()
    card.save(update_fields=["memory", "due"])
    return card.due


def due(visitor: Visitor | None, today: date | None = None) -> list[Card]:
    """The cards that are due, the longest overdue first."""
    if visitor is None:
        return []
    cards = Card.objects.filter(visitor=visitor, due__lte=today or timezone.localdate())
    return list(cards.order_by("due", "pk"))


def strength(cards: Iterable[Card], now: datetime | None = None) -> float:
    """How likely their questions would be answered well now, on average; 0 without cards."""
    now = now or timezone.now()
    odds = [_scheduler().get_card_retrievability(Memory.from_dict(it.memory), now) for it in cards]
    return sum(odds) / len(odds) if odds else 0.0
