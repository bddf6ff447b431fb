"""Sitting an exam: it is drawn, its clusters are made, and what was handed in is scored."""

from __future__ import annotations

from secrets import randbelow

from django.db import transaction
from django.utils import timezone

from k8slab.accounts.models import Visitor
from k8slab.course.checks import evaluate
from k8slab.labs.archive import create_lab, replay
from k8slab.labs.models import Lab

from .models import Exam, Part
from .tasks import Task, draw, find_task, prepare, tasks

SPARE_MINUTES = 5
SEEDS = 1 << 32
LAB = "exam"
"""``Lab.lesson`` of an exam's labs: no lesson has it, so nothing is checked while they run."""


def begin(visitor: Visitor, seed: int | None = None) -> Exam:
    """A new exam; an open one is handed in, and the labs of earlier ones are given up.

    QuotaExceeded where the visitor has too many labs.
    """
    for exam in Exam.objects.filter(visitor=visitor, handed_in=None):
        hand_in(exam)
    drawn = draw(tasks(), randbelow(SEEDS) if seed is None else seed)
    made = [(task, *prepare(task)) for task in drawn]
    with transaction.atomic():
        Lab.objects.filter(owner=visitor, lesson=LAB).delete()
        minutes = sum(task.minutes for task in drawn) + SPARE_MINUTES
        exam = Exam.objects.create(visitor=visitor, minutes=minutes)
        for number, (task, cluster, files) in enumerate(made, start=1):
            lab = create_lab(visitor, cluster, lesson=LAB, files=files, closes=exam.ends)
            Part.objects.create(exam=exam, number=number, task=task.id, lab=lab)
    return exam


def hand_in(exam: Exam) -> None:
    """Score each task by its lab as it was saved last (a running one at most 2 s ago).

    The labs close with it; those of an exam whose time is over did so then, so whenever it is
    scored, it is the state at its end that counts.
    """
    with transaction.atomic():
        exam.handed_in = min(timezone.now(), exam.ends)
        Lab.objects.filter(parts__exam=exam).update(closes=exam.handed_in)
        for part in exam.parts.select_related("lab"):
            task = find_task(part.task)
            part.result = _looked_at(task, part.lab) if task and part.lab else []
            held = sum(check["ok"] is True for check in part.result)
            part.score = held / len(part.result) if part.result else 0.0
            part.save(update_fields=["score", "result"])
        exam.save(update_fields=["handed_in"])


def _looked_at(task: Task, lab: Lab) -> list[dict[str, object]]:
    """The task's checks against the lab and all of its past."""
    return list(evaluate(task.checks, replay(lab)).values())
