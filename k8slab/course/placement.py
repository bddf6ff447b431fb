"""Where to begin: a handful of questions along the climb, and the first lesson that has news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from k8slab.accounts.visitors import become_visitor
from k8slab.quizzes.models import Given
from k8slab.quizzes.questions import Question
from k8slab.quizzes.show import Shown
from k8slab.quizzes.views import keep_answer

from .climb import in_order
from .lessons import Lesson, all_lessons

LESSONS_A_QUESTION = 2
SETS = 100
"""How many sets of questions there are; each is drawn from its number."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One question; ``shown`` has the answer once there is one."""

    lesson: Lesson
    shown: Shown

    @property
    def name(self) -> str:
        """The name of its inputs."""
        return f"{self.lesson.slug}/{self.shown.id}"


@require_http_methods(["GET", "HEAD", "POST"])
def placement(request: HttpRequest) -> HttpResponse:
    """The questions of ``?set=N``; posted, what each answer was worth, and where to begin."""
    number = _set_number(request.GET.get("set", ""))
    lessons = in_order(all_lessons())
    drawn = draw(lessons, number)
    context = {"set": number, "another": number % SETS + 1}
    if request.method != "POST":
        probes = [Probe(lesson, Shown(it, lesson.slug, away=True)) for lesson, it in drawn]
        return render(request, "course/placement.html", {"probes": probes, **context})
    visitor = become_visitor(request)
    probes = []
    for lesson, question in drawn:
        answer = request.POST.getlist(f"{lesson.slug}/{question.id}")
        given: Given | None = None
        if answer:
            attempt, _ = keep_answer(visitor, lesson.slug, question, answer)
            given = attempt and attempt.given
        probes.append(Probe(lesson, Shown(question, lesson.slug, given, away=True)))
    context["begin"] = begin_at(lessons, probes)
    return render(request, "course/placement.html", {"probes": probes, "done": True, **context})


def draw(lessons: Sequence[Lesson], number: int) -> list[tuple[Lesson, Question]]:
    """One question with one answer from each two lessons along the climb, by the set's number."""
    chance = Random(number)
    drawn = []
    for at in range(0, len(lessons), LESSONS_A_QUESTION):
        pair = lessons[at : at + LESSONS_A_QUESTION]
        found = [(it, each) for it in pair for each in it.questions if each.type == "single"]
        if found:
            drawn.append(chance.choice(found))
    return drawn


def begin_at(lessons: Sequence[Lesson], probes: Sequence[Probe]) -> Lesson | None:
    """The first of the two lessons whose question was missed; the last lesson if none was."""
    if not lessons:
        return None
    missed = (it for it in probes if not (it.shown.grade and it.shown.grade.right))
    first = next(missed, None)
    if first is None:
        return lessons[-1]
    at = lessons.index(first.lesson)
    return lessons[at - at % LESSONS_A_QUESTION]


def _set_number(asked: str) -> int:
    return int(asked) if asked.isdecimal() and 1 <= int(asked[:4]) <= SETS else 1
