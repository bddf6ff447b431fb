"""The daily review: what is due, one question after the other, and how much would be recalled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from k8slab.accounts.models import Visitor
from k8slab.accounts.visitors import become_visitor, visitor_of
from k8slab.labs.quotas import QuotaExceeded
from k8slab.quizzes.models import Card, latest_answers
from k8slab.quizzes.review import due, strength
from k8slab.quizzes.show import Shown
from k8slab.quizzes.views import take_answer

from . import drills
from .climb import in_order
from .lessons import Lesson, all_lessons, find_lesson
from .live import on_page
from .story import as_shown, checklist


@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """What is due today, and the mastery of each category."""
    visitor = visitor_of(request)
    lessons = in_order(all_lessons())
    cards = _cards(visitor, lessons)
    waiting = _due(visitor)
    context = {
        "due": len(waiting),
        "first": waiting[0] if waiting else None,
        "next_on": min((card.due for card in cards.values()), default=None),
        "categories": mastery(lessons, cards),
    }
    return render(request, "course/review.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def review_question(request: HttpRequest, slug: str, question_id: str) -> HttpResponse:
    """One question that was answered before: asked blank; once posted, with its verdict."""
    lesson = find_lesson(slug)
    question = lesson.question(question_id) if lesson else None
    if lesson is None or question is None:
        raise Http404("no such question")
    if request.method != "POST":
        answered = latest_answers(visitor_of(request), slug).get(question_id)
        given = answered if "answered" in request.GET else None
        return _page(request, lesson, Shown(question, slug, given, away=True))
    shown = take_answer(request, become_visitor(request), slug, question, away=True)
    if request.headers.get("HX-Request"):
        context = {"question": shown, **_next(request)}
        return render(request, "quizzes/reviewed.html", context)
    if shown.refusal:
        return _page(request, lesson, shown, status=400)
    return redirect(f"{request.path}?answered")


@require_POST
def begin_drill(request: HttpRequest, slug: str, question_id: str) -> HttpResponse:
    """Reopen the question as a lab (or find the one under way), and go there."""
    try:
        begun = drills.begin(become_visitor(request), slug, question_id)
    except QuotaExceeded as error:
        context = {"refusal": str(error), "slug": slug}
        return render(request, "course/refused.html", context, status=409)
    if begun is None:
        raise Http404("no such micro-lab")
    return redirect("drill", slug, question_id)


@require_http_methods(["GET", "HEAD", "POST"])
def drill(request: HttpRequest, slug: str, question_id: str) -> HttpResponse:
    """The task beside its cluster; once it was handed in (POST), or given up, what held."""
    lesson = find_lesson(slug)
    question = lesson.question(question_id) if lesson else None
    visitor = visitor_of(request)
    running = drills.open_drill(visitor, slug, question_id)
    shown = running or drills.last_drill(visitor, slug, question_id)
    sheet = drills.find_sheet(slug, question_id, drills.seed_of(shown)) if shown else None
    if lesson is None or question is None or shown is None or sheet is None:
        raise Http404("no such micro-lab")
    if request.method == "POST":
        if running is not None:
            drills.end(running, given_up="give_up" in request.POST)
        return redirect("drill", slug, question_id)
    context = {"lesson": lesson, "question": Shown(question, slug, away=True), "sheet": sheet}
    context["checks"] = checklist(sheet.checks)
    if running is None:
        context |= {"drill": shown, "result": as_shown(shown.result), **_next(request)}
        return render(request, "course/drilled.html", context)
    context |= {"lab": on_page(running.lab, sheet.setup), "questions": [], "bare": True}
    return render(request, "course/drill.html", context)


def mastery(lessons: Iterable[Lesson], cards: dict[tuple[str, str], Card]) -> list[dict[str, Any]]:
    """For each category, in the climb's order: its questions, how many of them were answered, and
    the percentage that would be answered well now (what was never answered counts as lost)."""
    keys: dict[str, list[tuple[str, str]]] = {}
    for lesson in lessons:
        keys.setdefault(lesson.category, []).extend((lesson.slug, it.id) for it in lesson.questions)
    rows = []
    for name, asked in keys.items():
        known = [cards[key] for key in asked if key in cards]
        share = strength(known) * len(known) / max(len(asked), 1)
        rows.append(
            {
                "name": name,
                "questions": len(asked),
                "answered": len(known),
                "percent": round(100 * share),
            }
        )
    return rows


def _cards(visitor: Visitor | None, lessons: Iterable[Lesson]) -> dict[tuple[str, str], Card]:
    """The visitor's cards of questions that still stand."""
    if visitor is None:
        return {}
    standing = {(lesson.slug, it.id) for lesson in lessons for it in lesson.questions}
    found = {(card.lesson, card.question): card for card in Card.objects.filter(visitor=visitor)}
    return {key: card for key, card in found.items() if key in standing}


def _due(visitor: Visitor | None) -> list[Card]:
    """The visitor's due cards whose question still stands."""
    lessons = {lesson.slug: lesson for lesson in all_lessons()}
    return [
        card
        for card in due(visitor)
        if card.lesson in lessons and lessons[card.lesson].question(card.question)
    ]


def _next(request: HttpRequest) -> dict[str, Any]:
    waiting = _due(visitor_of(request))
    return {"left": len(waiting), "following": waiting[0] if waiting else None}


def _page(request: HttpRequest, lesson: Lesson, question: Shown, status: int = 200) -> HttpResponse:
    context = {
        "lesson": lesson,
        "question": question,
        "has_micro": question.id in lesson.micros,
        **_next(request),
    }
    return render(request, "course/review_question.html", context, status=status)
