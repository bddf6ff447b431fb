"""The pool of hands-on tasks, ``lessons/exam.yaml``, and the cluster that each begins with.

A task borrows a lesson's cluster and the checks of one of its tasks; what the lesson's tasks before
it wanted is done already. ``asks`` says in the exam's own words what must hold at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from django.conf import settings
from django.utils.translation import get_language

from k8slab.content.documents import Fields
from k8slab.content.markdown import render
from k8slab.content.translation import translated_entries
from k8slab.course.checks import Check
from k8slab.course.lessons import Lesson, find_lesson
from k8slab.engine import Cluster

TASKS_AN_EXAM = 5


@dataclass(frozen=True, slots=True)
class Task:
    """``asks`` is safe HTML; ``minutes`` is what somebody fluent needs."""

    id: str
    lesson: Lesson
    task: str
    title: str
    asks: str
    minutes: int

    @property
    def checks(self) -> tuple[Check, ...]:
        """What is looked at when the exam is handed in."""
        return tuple(check for check in self.lesson.checks if check.task == self.task)


def tasks() -> tuple[Task, ...]:
    """The whole pool; ContentError where an entry is wrong."""
    file = Path(settings.LESSONS) / "exam.yaml"
    return (
        tuple(map(_read, translated_entries(file, get_language() or "en")))
        if file.is_file()
        else ()
    )


def find_task(id_: str) -> Task | None:
    """The task with this id, or None."""
    return next((it for it in tasks() if it.id == id_), None)


def draw(pool: Sequence[Task], seed: int) -> list[Task]:
    """The tasks of one exam: no two of one lesson, the same for a seed, the shorter ones first."""
    drawn: dict[str, Task] = {}
    for task in Random(seed).sample(list(pool), len(pool)):
        drawn.setdefault(task.lesson.slug, task)
    return sorted(list(drawn.values())[:TASKS_AN_EXAM], key=lambda it: (it.minutes, it.id))


def prepare(task: Task) -> tuple[Cluster, dict[str, str]]:
    """The cluster as the task finds it, and the editor's files."""
    cluster, shell = task.lesson.setup.build()
    for step in task.lesson.solution[: task.lesson.tasks.index(task.task)]:
        step.script.play(cluster, shell)
    return cluster, dict(shell.files)


def _read(fields: Fields) -> Task:
    fields.only("id", "lesson", "task", "title", "asks", "minutes")
    slug, name = fields.text("lesson"), fields.text("task")
    lesson = find_lesson(slug)
    if lesson is None:
        fields.refuse("lesson", f"there is no lesson {slug}", "name a folder of lessons/")
    if name not in lesson.tasks:
        fields.refuse("task", f"{slug} has no task {name}", f"one of: {', '.join(lesson.tasks)}")
    return Task(
        id=fields.text("id"),
        lesson=lesson,
        task=name,
        title=fields.text("title"),
        asks=render(fields.text("asks")),
        minutes=fields.whole("minutes"),
    )
