"""The course's pages: home, the map, a lesson, its answers."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from k8slab.accounts.models import Visitor
from k8slab.accounts.visitors import become_visitor, reader_of
from k8slab.labs.breaking import GROUPS
from k8slab.labs.models import passed_tasks
from k8slab.labs.quotas import QuotaExceeded
from k8slab.quizzes.models import Given, latest_answers, latest_scores
from k8slab.quizzes.score import Score
from k8slab.quizzes.show import Shown
from k8slab.quizzes.views import take_answer

from .climb import overview
from .glossary import glossary
from .lessons import ALTITUDES, Lesson, all_lessons, find_lesson
from .live import lab_of, labs_of, on_page, open_lab
from .miniature import miniature
from .story import dress

FIRST = "rollout-500s"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, and the one button."""
    start = find_lesson(FIRST)
    drawn = miniature(start, "bump", "web") if start else None
    return render(request, "course/home.html", {"start": start, "miniature": drawn})


@require_safe
def course_map(request: HttpRequest) -> HttpResponse:
    """All lessons by track and category, with the visitor's progress."""
    visitor = reader_of(request)
    context = overview(all_lessons(), latest_scores(visitor), passed_tasks(visitor))
    return render(request, "course/map.html", context)


@require_safe
def glossary_page(request: HttpRequest) -> HttpResponse:
    """Every word that the lessons lean on."""
    titles = {lesson.slug: lesson.title for lesson in all_lessons()}
    terms = [{"term": term, "seen_in": titles.get(term.lesson, "")} for term in glossary()]
    return render(request, "course/glossary.html", {"terms": terms})


@require_safe
def lesson_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The story; beside it the visitor's lab, where one was started."""
    lesson = _lesson_or_404(slug)
    visitor = reader_of(request)
    altitude = _altitude(request)
    lab = lab_of(visitor, lesson, request.GET.get("lab", ""))
    shown = _questions(lesson, latest_answers(visitor, slug))
    context = {
        "lesson": lesson,
        "sections": tuple(dress(it, lesson, shown, altitude) for it in lesson.sections),
        "altitude": altitude,
        "altitudes": ALTITUDES,
        "lab": on_page(lab, lesson.setup) if lab else None,
        "faults": GROUPS if lesson.is_preset else (),
        "questions": [it for it in shown.values() if not it.in_story],
        "score": Score.of(it for it in shown.values() if not it.in_story),
        "previous": find_lesson(lesson.builds_on[0]) if lesson.builds_on else None,
        "next": find_lesson(lesson.next) if lesson.next else None,
    }
    return render(request, "course/lesson.html", context)


@require_safe
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Two of the visitor's labs of a lesson, side by side: ``?labs=ORIGINAL,FORK``."""
    lesson = _lesson_or_404(slug)
    labs = labs_of(reader_of(request), lesson, request.GET.get("labs", "").split(","))
    if len(labs) != 2:
        raise Http404("no such labs")
    titles = (gettext("The original"), gettext("The fork"))
    sides = [{"id": lab.id, "title": title} for lab, title in zip(labs, titles, strict=True)]
    return render(request, "course/compare.html", {"lesson": lesson, "sides": sides})


@require_POST
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Open a lab for the lesson (or find the visitor's), and go there."""
    lesson = _lesson_or_404(slug)
    try:
        open_lab(become_visitor(request), lesson)
    except QuotaExceeded as error:
        context = {"refusal": str(error), "slug": slug}
        return render(request, "course/refused.html", context, status=409)
    return redirect("lesson", slug)


@require_POST
def answer(request: HttpRequest, slug: str, question_id: str) -> HttpResponse:
    """Grade an answer. htmx gets the question again, a plain form the page at that question."""
    lesson = _lesson_or_404(slug)
    question = lesson.question(question_id)
    if question is None:
        raise Http404("no such question")
    in_story = question_id in lesson.placed
    visitor = become_visitor(request)
    shown = take_answer(request, visitor, slug, question, in_story=in_story)
    template = "prediction" if in_story else "question"
    if request.headers.get("HX-Request"):
        context = {"question": shown, "score": _score(lesson, visitor)}
        name = "prediction" if in_story else "answered"
        return render(request, f"quizzes/{name}.html", context)
    if shown.refusal:
        return render(request, "quizzes/refused.html", {"question": shown}, status=400)
    return redirect(f"{reverse('lesson', args=[slug])}#{template}-{question_id}")


def _lesson_or_404(slug: str) -> Lesson:
    lesson = find_lesson(slug)
    if lesson is None:
        raise Http404("no such lesson")
    return lesson


def _altitude(request: HttpRequest) -> str:
    """The altitude asked for, else the one kept in the visitor's cookie, else junior."""
    asked = request.GET.get("altitude", "")
    if asked in ALTITUDES:
        request.session["altitude"] = asked
    altitude: str = request.session.get("altitude", "junior")
    return altitude


def _questions(lesson: Lesson, answers: dict[str, Given]) -> dict[str, Shown]:
    return {
        question.id: Shown(
            question,
            lesson.slug,
            answers.get(question.id),
            in_story=question.id in lesson.placed,
        )
        for question in lesson.questions
    }


def _score(lesson: Lesson, visitor: Visitor) -> Score:
    shown = _questions(lesson, latest_answers(visitor, lesson.slug))
    return Score.of(it for it in shown.values() if not it.in_story)
