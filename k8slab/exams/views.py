"""The pages of the mock exam: what it is, the paper, one task with its cluster, the result."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from k8slab.accounts.visitors import become_visitor, visitor_of
from k8slab.course.live import on_page
from k8slab.course.story import as_shown
from k8slab.labs.quotas import QuotaExceeded

from . import sitting
from .models import Exam, Part
from .tasks import TASKS_AN_EXAM, find_task, tasks


@require_http_methods(["GET", "HEAD", "POST"])
def exams(request: HttpRequest) -> HttpResponse:
    """What an exam is, and the visitor's earlier ones; POST begins one."""
    if request.method == "POST":
        try:
            return redirect("exam", sitting.begin(become_visitor(request)).id)
        except QuotaExceeded as error:
            context = {"refusal": str(error)}
            return render(request, "exams/refused.html", context, status=409)
    visitor = visitor_of(request)
    mine = list(visitor.exams.order_by("-started")) if visitor else []
    for it in mine:
        _close(it)
    context = {
        "open": next((it for it in mine if not it.is_over), None),
        "past": [it for it in mine if it.is_over],
        "pool": len(tasks()),
        "drawn": TASKS_AN_EXAM,
    }
    return render(request, "exams/exams.html", context)


@require_safe
def exam(request: HttpRequest, exam_id: str) -> HttpResponse:
    """The paper while time runs; afterwards the result, task by task."""
    found = _exam_or_404(request, exam_id)
    _close(found)
    parts = [_shown(part) for part in found.parts.all()]
    context = {"exam": found, "parts": parts, "percent": round(100 * found.score)}
    return render(request, "exams/result.html" if found.is_over else "exams/paper.html", context)


@require_safe
def part(request: HttpRequest, exam_id: str, number: int) -> HttpResponse:
    """One task beside its cluster, the lesson's page without the lesson."""
    found = _exam_or_404(request, exam_id)
    at = found.parts.select_related("lab").filter(number=number).first()
    task = find_task(at.task) if at else None
    if at is None or task is None:
        raise Http404("no such task")
    if found.is_over or at.lab is None:
        return redirect("exam", exam_id)
    context = {
        "exam": found,
        "part": at,
        "task": task,
        "numbers": [it.number for it in found.parts.all()],
        "lesson": {"slug": task.lesson.slug, "title": task.title},
        "lab": on_page(at.lab, task.lesson.setup),
        "questions": [],
        "bare": True,
    }
    return render(request, "exams/task.html", context)


@require_POST
def hand_in(request: HttpRequest, exam_id: str) -> HttpResponse:
    """Score it, once."""
    found = _exam_or_404(request, exam_id)
    if found.handed_in is None:
        sitting.hand_in(found)
    return redirect("exam", exam_id)


def _exam_or_404(request: HttpRequest, exam_id: str) -> Exam:
    visitor = visitor_of(request)
    found = Exam.objects.filter(pk=exam_id, visitor=visitor).first() if visitor else None
    if found is None:
        raise Http404("no such exam")
    return found


def _close(found: Exam) -> None:
    """Hand in what has run out of time."""
    if found.is_over and found.handed_in is None:
        sitting.hand_in(found)


def _shown(it: Part) -> dict[str, Any]:
    task = find_task(it.task)
    return {
        "number": it.number,
        "title": task.title if task else it.task,
        "minutes": task.minutes if task else 0,
        "lesson": task.lesson if task else None,
        "held": sum(check["ok"] is True for check in it.result),
        "percent": round(100 * (it.score or 0)),
        "result": as_shown(it.result),
    }
