"""The climb: all lessons in the order in which they are best taken, with a visitor's progress."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext_noop

from .lessons import Lesson

NAMES = (
    gettext_noop("Config & secrets"),
    gettext_noop("Deployment & infra"),
    gettext_noop("Foundations"),
    gettext_noop("Networking"),
    gettext_noop("Production"),
    gettext_noop("Scheduling & resources"),
    gettext_noop("Tools"),
    gettext_noop("Workloads"),
    gettext_noop("Kubernetes by watching the control loop"),
)
"""The categories and tracks of lessons: in the catalog, so that a page can translate them."""

Scores = Mapping[tuple[str, str], float | None]
"""(lesson, question) -> what the visitor's last answer was worth; None where it isn't rated."""
Passed = Collection[tuple[str, str]]
"""(lesson, task) for each task that the visitor has ever passed."""


class OnMap(NamedTuple):
    """A lesson as the map shows it, with the visitor's progress.

    ``progress``: the percentage of its points, one for each task and each question.
    """

    number: int
    slug: str
    title: str
    subject: str
    category: str
    track: str
    minutes: int
    crux: str
    questions: int
    answered: int
    tasks: int
    solved: int
    builds_on: tuple[tuple[str, str], ...]
    """Slug and title of each."""
    progress: int


def in_order(lessons: Iterable[Lesson]) -> list[Lesson]:
    """The lessons along their ``next``; what no other leads to begins a chain, by slug."""
    left = {lesson.slug: lesson for lesson in sorted(lessons, key=lambda lesson: lesson.slug)}
    led_to = {lesson.next for lesson in left.values()}
    starts = [slug for slug in left if slug not in led_to] + list(left)
    ordered: list[Lesson] = []
    for start in starts:
        slug = start
        while slug in left:
            ordered.append(left.pop(slug))
            slug = ordered[-1].next
    return ordered


def overview(lessons: Iterable[Lesson], scores: Scores, passed: Passed) -> dict[str, Any]:
    """The context of ``course/map.html``: tracks, in them categories, in them lessons."""
    ordered = in_order(lessons)
    titles = {lesson.slug: lesson.title for lesson in ordered}
    shown = [
        _on_map(at, lesson, titles, scores, passed) for at, lesson in enumerate(ordered, start=1)
    ]
    tracks: dict[str, dict[str, list[OnMap]]] = {}
    for lesson in shown:
        tracks.setdefault(lesson.track, {}).setdefault(lesson.category, []).append(lesson)
    return {
        "tracks": [
            {"name": name, "categories": [_category(*it) for it in categories.items()]}
            for name, categories in tracks.items()
        ],
        "totals": {
            "lessons": len(shown),
            "minutes": sum(lesson.minutes for lesson in shown),
            "questions": sum(lesson.questions for lesson in shown),
            "done": sum(lesson.progress == 100 for lesson in shown),
        },
        "upcoming": next((lesson for lesson in shown if lesson.progress < 100), None),
    }


def _category(name: str, lessons: list[OnMap]) -> dict[str, Any]:
    return {
        "name": name,
        "lessons": lessons,
        "minutes": sum(lesson.minutes for lesson in lessons),
    }


def _on_map(
    number: int, lesson: Lesson, titles: Mapping[str, str], scores: Scores, passed: Passed
) -> OnMap:
    asked = [(lesson.slug, question.id) for question in lesson.questions]
    answered = [scores[it] for it in asked if it in scores]
    solved = sum((lesson.slug, task) in passed for task in lesson.tasks)
    points = solved + sum(score or 0 for score in answered)
    most = len(lesson.questions) + len(lesson.tasks)
    return OnMap(
        number=number,
        slug=lesson.slug,
        title=lesson.title,
        subject=lesson.subject,
        category=lesson.category,
        track=lesson.track,
        minutes=lesson.minutes,
        crux=lesson.crux,
        questions=len(lesson.questions),
        answered=len(answered),
        tasks=len(lesson.tasks),
        solved=solved,
        builds_on=tuple((slug, titles[slug]) for slug in lesson.builds_on if slug in titles),
        progress=round(100 * points / max(most, 1)),
    )
