"""Lessons and labs: opening a lab for a lesson, and what a running lab asks of its lesson."""

from __future__ import annotations

from typing import Any

from k8slab.accounts.models import Visitor
from k8slab.engine import Cluster
from k8slab.labs.archive import create_lab
from k8slab.labs.models import Lab

from .checks import evaluate
from .drills import sheet_of
from .lessons import Lesson, find_lesson
from .setup import Setup


def checks(slug: str, cluster: Cluster) -> dict[str, dict[str, Any]]:
    """``State.checks`` of docs/protocol.md for a lab of that lesson (``settings.LAB_CHECKS``)."""
    sheet = sheet_of(slug, cluster)
    if sheet is not None:
        return evaluate(sheet.checks, cluster)
    lesson = find_lesson(slug)
    return evaluate(lesson.checks, cluster) if lesson else {}


def lab_of(visitor: Visitor | None, lesson: Lesson, lab_id: str = "") -> Lab | None:
    """The visitor's lab with this id, else their latest one of the lesson, or None."""
    if visitor is None:
        return None
    labs = Lab.objects.filter(owner=visitor, lesson=lesson.slug).defer("snapshot", "start_files")
    return (lab_id and labs.filter(pk=lab_id).first()) or labs.order_by("updated").last()


def labs_of(visitor: Visitor | None, lesson: Lesson, lab_ids: list[str]) -> list[Lab]:
    """Those of the visitor's labs of the lesson that have these ids, in their order."""
    if visitor is None:
        return []
    found = Lab.objects.filter(owner=visitor, lesson=lesson.slug).in_bulk(lab_ids)
    return [found[lab_id] for lab_id in lab_ids if lab_id in found]


def open_lab(visitor: Visitor, lesson: Lesson) -> Lab:
    """The visitor's lab of the lesson; a new one where there is none. QuotaExceeded by labs."""
    return lab_of(visitor, lesson) or new_lab(visitor, lesson)


def new_lab(visitor: Visitor, lesson: Lesson) -> Lab:
    """A lab that stands as the lesson starts. QuotaExceeded by labs."""
    files = dict(lesson.setup.files)
    cluster, snapshot = _built(lesson)
    return create_lab(visitor, cluster, lesson=lesson.slug, files=files, snapshot=snapshot)


def on_page(lab: Lab, setup: Setup) -> dict[str, Any]:
    """The lab as ``course/lesson.html`` takes it."""
    files = [{"name": name, "text": text} for name, text in lab.files.items()]
    return {"id": lab.id, "files": files, "loads": setup.loads}


_clusters: dict[str, tuple[Setup, Cluster, bytes]] = {}


def _built(lesson: Lesson) -> tuple[Cluster, bytes]:
    """The lesson's cluster as it starts, and its snapshot; built once for each state of its files.

    To be read only.
    """
    setup, cluster, snapshot = _clusters.get(lesson.slug, (None, None, b""))
    if cluster is None or setup is not lesson.setup:
        cluster, _ = lesson.setup.build()
        snapshot = cluster.snapshot()
        _clusters[lesson.slug] = (lesson.setup, cluster, snapshot)
    return cluster, snapshot
