"""The sandbox: clusters without a lesson, and moments that were shared."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from k8slab.accounts.models import Visitor
from k8slab.accounts.visitors import become_visitor, visitor_of
from k8slab.labs.archive import create_lab, restore
from k8slab.labs.models import Lab
from k8slab.labs.quotas import QuotaExceeded
from k8slab.labs.shares import find_share, shares_of

from .lessons import Lesson, all_presets, find_lesson
from .live import lab_of, new_lab


@require_safe
def sandbox(request: HttpRequest) -> HttpResponse:
    """What there is to open, and what the visitor has open."""
    visitor = visitor_of(request)
    presets = [_shown(preset, visitor) for preset in all_presets()]
    moments = [_moment(lab) for lab in shares_of(visitor)] if visitor else []
    return render(request, "course/sandbox.html", {"presets": presets, "moments": moments})


@require_POST
def open_preset(request: HttpRequest, slug: str) -> HttpResponse:
    """A new lab of the preset, opened."""
    preset = find_lesson(slug)
    if preset is None or not preset.is_preset:
        raise Http404("no such preset")
    try:
        lab = new_lab(become_visitor(request), preset)
    except QuotaExceeded as error:
        return render(request, "course/refused.html", {"refusal": str(error)}, status=409)
    return redirect("lab", lab.id)


@require_http_methods(["GET", "HEAD", "POST"])
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """A moment that somebody shared; posted to, it becomes the visitor's own lab."""
    lab = find_share(token)
    if lab is None:
        raise Http404("no such moment")
    if request.method == "POST":
        return _make_it_mine(request, lab)
    visitor = visitor_of(request)
    is_mine = visitor is not None and lab.shared_by_id == visitor.id
    context = {"moment": _moment(lab), "is_mine": is_mine}
    answer = render(request, "course/shared.html", context)
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """From now on the link leads nowhere."""
    visitor = visitor_of(request)
    lab = shares_of(visitor).filter(pk=token).first() if visitor else None
    if lab is None:
        raise Http404("no such moment")
    lab.delete()
    return redirect("sandbox")


def _make_it_mine(request: HttpRequest, shared: Lab) -> HttpResponse:
    """A lab that goes on from the shared moment."""
    _, cluster = restore(shared.id)
    visitor, files = become_visitor(request), dict(shared.files)
    try:
        lab = create_lab(visitor, cluster, lesson=shared.lesson, files=files)
    except QuotaExceeded as error:
        return render(request, "course/refused.html", {"refusal": str(error)}, status=409)
    return redirect("lab", lab.id)


def _moment(lab: Lab) -> dict[str, Any]:
    """A share as pages show it. Nothing of whoever made it."""
    lesson = find_lesson(lab.lesson)
    minutes, seconds = divmod(lab.now_ms // 1000, 60)
    return {
        "token": lab.id,
        "title": lesson.title if lesson else gettext("A cluster"),
        "clock": f"{minutes}:{seconds:02}",
        "created": lab.updated,
    }


def _shown(preset: Lesson, visitor: Visitor | None) -> dict[str, Any]:
    """A preset as the page shows it; ``lab`` is the visitor's last one of it, or None."""
    pods = preset.facts["stands"]["pods"]
    return {
        "slug": preset.slug,
        "title": preset.title,
        "crux": preset.crux,
        "nodes": range(preset.setup.nodes),
        "pods": pods["count"],
        "ready": pods["ready"],
        "rps": sum(load.rps for load in preset.setup.loads),
        "lab": lab_of(visitor, preset),
    }
