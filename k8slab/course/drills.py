"""Drills: a card of the review, reopened as its question's micro-lab, and graded by what holds."""

from __future__ import annotations

from hashlib import sha256

from django.db import transaction

from k8slab.accounts.models import Visitor
from k8slab.engine import Cluster
from k8slab.labs.archive import create_lab, replay
from k8slab.quizzes.models import Drill
from k8slab.quizzes.review import remember

from .checks import evaluate
from .lessons import find_lesson
from .micro import Sheet

LAB = "micro"
"""``Lab.lesson`` of a drill's lab is ``micro--LESSON--QUESTION``: no lesson has such a name."""
_BETWEEN = "--"
DONE, NOT_DONE = "good", "again"
"""How a drill is rated: a task is done or it is not."""


def sheet_of(name: str, cluster: Cluster) -> Sheet | None:
    """The sheet that a lab of this name stands by; None where it is no drill's."""
    kind, _, rest = name.partition(_BETWEEN)
    slug, _, question = rest.partition(_BETWEEN)
    return find_sheet(slug, question, cluster.genesis["seed"]) if kind == LAB else None


def find_sheet(slug: str, question: str, seed: int) -> Sheet | None:
    """What a seed draws for a question; None where it has no micro-lab (any more)."""
    lesson = find_lesson(slug)
    micro = lesson.micros.get(question) if lesson else None
    return micro.draw(seed) if micro else None


def seed_of(drill: Drill) -> int:
    """The seed of a drill: another one for each card and each time."""
    name = f"{drill.visitor_id} {drill.lesson} {drill.question} {drill.number}"
    return int.from_bytes(sha256(name.encode()).digest()[:4], "big")


def open_drill(visitor: Visitor | None, slug: str, question: str) -> Drill | None:
    """The visitor's drill of that question, where one is under way."""
    drills = Drill.objects.filter(visitor=visitor, lesson=slug, question=question, rating="")
    return drills.exclude(lab=None).select_related("lab").last()


def last_drill(visitor: Visitor | None, slug: str, question: str) -> Drill | None:
    """The visitor's last drill of that question that is over."""
    drills = Drill.objects.filter(visitor=visitor, lesson=slug, question=question)
    return drills.exclude(rating="").last()


def begin(visitor: Visitor, slug: str, question: str) -> Drill | None:
    """The drill that is under way, else a new one with its lab; others are given up unrated.

    None where the question has no micro-lab. QuotaExceeded where the visitor has too many labs.
    """
    running = open_drill(visitor, slug, question)
    if running is not None:
        return running
    mine = visitor.drills.filter(lesson=slug, question=question)
    drill = Drill(visitor=visitor, lesson=slug, question=question, number=mine.count())
    sheet = find_sheet(slug, question, seed_of(drill))
    if sheet is None:
        return None
    cluster, shell = sheet.build()
    name = _BETWEEN.join((LAB, slug, question))
    with transaction.atomic():
        visitor.labs.filter(drill__rating="").delete()
        drill.lab = create_lab(visitor, cluster, lesson=name, files=dict(shell.files))
        drill.save()
    return drill


def end(drill: Drill, *, given_up: bool = False) -> None:
    """Look at the lab as it was saved last (a running one at most 2 s ago), rate it, let it go."""
    assert drill.lab is not None
    cluster = replay(drill.lab)
    sheet = find_sheet(drill.lesson, drill.question, cluster.genesis["seed"])
    drill.result = list(evaluate(sheet.checks, cluster).values()) if sheet else []
    done = bool(drill.result) and all(check["ok"] is True for check in drill.result)
    with transaction.atomic():
        drill.rating = DONE if done and not given_up else NOT_DONE
        drill.review_on = remember(drill, drill.rating)
        lab, drill.lab = drill.lab, None
        drill.save()
        lab.delete()
