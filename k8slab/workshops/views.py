"""Pages of workshops: making a room, its console, the projector, joining, results."""

from __future__ import annotations

from typing import Any

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from k8slab.accounts.models import Visitor
from k8slab.accounts.visitors import become_visitor, visitor_of
from k8slab.course.climb import in_order
from k8slab.course.lessons import all_lessons, find_lesson
from k8slab.course.live import on_page, open_lab
from k8slab.engine.faults import FAULTS
from k8slab.labs.archive import replay
from k8slab.labs.quotas import QuotaExceeded
from k8slab.labs.shares import share

from .joining import CannotJoin, guesses, new_code, read_code, take_seat
from .models import Room, Seat
from .results import results_csv

TITLE_MAX = 80
ROOMS_MAX = 20
LESSONS_MAX = 30


@require_http_methods(["GET", "HEAD", "POST"])
def workshops(request: HttpRequest) -> HttpResponse:
    """The visitor's rooms, and a form for a new one."""
    if request.method == "POST":
        return _make(request)
    visitor = visitor_of(request)
    rooms = Room.objects.filter(instructor=visitor).order_by("-created") if visitor else []
    context = {"rooms": rooms, "lessons": in_order(all_lessons())}
    return render(request, "workshops/workshops.html", context)


def _make(request: HttpRequest) -> HttpResponse:
    wanted = set(request.POST.getlist("lessons")[:LESSONS_MAX])
    lessons = in_order(all_lessons())
    slugs = [lesson.slug for lesson in lessons if lesson.slug in wanted]
    visitor = become_visitor(request)
    refusal = ""
    if not slugs:
        refusal = gettext("Choose at least one lesson.")
    elif Room.objects.filter(instructor=visitor).count() >= ROOMS_MAX:
        refusal = gettext("You have %s rooms already; delete one first.") % ROOMS_MAX
    if refusal:
        context = {"lessons": lessons, "refusal": refusal, "rooms": visitor.rooms.all()}
        return render(request, "workshops/workshops.html", context, status=400)
    title = " ".join(request.POST.get("title", "").split())[:TITLE_MAX] or gettext("Workshop")
    room = Room.objects.create(
        instructor=visitor, title=title, code=new_code(), lessons=slugs, lesson=slugs[0]
    )
    return redirect("room", room.id)


@require_safe
def console(request: HttpRequest, room_id: str) -> HttpResponse:
    """The instructor's console."""
    room = _own_room(request, room_id)
    lessons = [find_lesson(slug) for slug in room.lessons]
    known = [it for it in lessons if it]
    sections = {it.slug: [[part.id, part.title] for part in it.sections] for it in known}
    context = {
        "room": room,
        "lessons": known,
        "sections": sections,
        "checks": {it.slug: [check.expects for check in it.checks] for it in known},
        "faults": sorted(FAULTS),
    }
    return render(request, "workshops/console.html", context | _invitation(request, room))


@require_safe
def projector(request: HttpRequest, room_id: str) -> HttpResponse:
    """What stands on the wall: how to join, the timer, the poll and its results."""
    room = _own_room(request, room_id)
    return render(request, "workshops/projector.html", {"room": room} | _invitation(request, room))


def _invitation(request: HttpRequest, room: Room) -> dict[str, Any]:
    link = request.build_absolute_uri(reverse("join", args=[room.code]))
    made = segno.make(link, error="m")
    qr = made.svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None)
    return {"link": link, "qr": qr}


@require_POST
def delete_room(request: HttpRequest, room_id: str) -> HttpResponse:
    """The room with its seats and polls goes; learners keep their labs."""
    _own_room(request, room_id).delete()
    return redirect("workshops")


@require_safe
def results(request: HttpRequest, room_id: str) -> HttpResponse:
    """The results as CSV."""
    room = _own_room(request, room_id)
    answer = HttpResponse(results_csv(room), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="workshop-{room.code}.csv"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, code: str = "") -> HttpResponse:
    """Take a seat by code and nickname; whoever has one comes straight in."""
    code = read_code(code or request.POST.get("code", ""))
    who = request.META.get("REMOTE_ADDR", "")
    if guesses.blocked(who):
        refusal = gettext("Too many wrong codes. Wait a minute.")
        return render(request, "workshops/join.html", {"refusal": refusal}, status=429)
    room = Room.objects.filter(code=code).first() if code else None
    if room is None and (code or request.method == "POST"):
        guesses.wrong(who)
        context = {"refusal": gettext("No room has that code. Look at it again."), "code": code}
        return render(request, "workshops/join.html", context, status=404)
    visitor = visitor_of(request)
    seated = room and visitor and Seat.objects.filter(room=room, visitor=visitor).exists()
    if room is None or (request.method != "POST" and not seated):
        return render(request, "workshops/join.html", {"code": code, "room": room})
    try:
        take_seat(room, become_visitor(request), request.POST.get("nickname", ""))
    except CannotJoin as error:
        context = {"code": code, "room": room, "refusal": str(error)}
        return render(request, "workshops/join.html", context, status=409)
    return redirect("seat", room.id)


@require_safe
def seat(request: HttpRequest, room_id: str) -> HttpResponse:
    """To the lesson that is on, with the learner's own lab, which the room may see as a tile."""
    visitor = visitor_of(request)
    mine = get_object_or_404(Seat, room_id=room_id, visitor=visitor, removed=False)
    lesson = find_lesson(mine.room.lesson)
    if lesson is None or visitor is None:
        raise Http404("no such lesson")
    try:
        lab = open_lab(visitor, lesson)
    except QuotaExceeded as error:
        context = {"refusal": str(error), "slug": lesson.slug}
        return render(request, "course/refused.html", context, status=409)
    Seat.objects.filter(pk=mine.pk).update(lab=lab)
    return redirect(f"{reverse('lesson', args=[lesson.slug])}?lab={lab.id}&room={room_id}")


@require_safe
def watch(request: HttpRequest, room_id: str, seat_id: int) -> HttpResponse:
    """A learner's lab as its owner has it before them, where they have let the instructor in."""
    room = _own_room(request, room_id)
    found = get_object_or_404(Seat.objects.exclude(consent=""), pk=seat_id, room=room)
    lesson = find_lesson(found.lab.lesson) if found.lab else None
    if lesson is None or found.lab is None:
        raise Http404("no lab")
    sides = [{"id": found.lab.id, "title": found.nickname}]
    context = {"lesson": lesson, "sides": sides, "lab": on_page(found.lab, lesson.setup)}
    return render(request, "workshops/watch.html", context | {"room": room, "seat": found})


@require_POST
def replay_session(request: HttpRequest, room_id: str, seat_id: int) -> HttpResponse:
    """A learner's session so far, for the instructor's own playhead, where they were let in.

    It is a shared moment: nothing that is done there comes back to the learner; a lab that goes on
    from it, for a what-if, is the instructor's own.
    """
    room = _own_room(request, room_id)
    found = get_object_or_404(Seat.objects.exclude(consent=""), pk=seat_id, room=room)
    if found.lab is None:
        raise Http404("no lab")
    files = dict(found.lab.files)
    try:
        shown = share(room.instructor, replay(found.lab), lesson=found.lab.lesson, files=files)
    except QuotaExceeded as error:
        context = {"refusal": str(error), "slug": found.lab.lesson}
        return render(request, "course/refused.html", context, status=409)
    return redirect("shared", shown.id)


def _own_room(request: HttpRequest, room_id: str) -> Room:
    """The visitor's room; Http404 for anybody else's."""
    visitor: Visitor | None = visitor_of(request)
    return get_object_or_404(Room, pk=room_id, instructor=visitor)
