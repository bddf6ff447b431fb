"""The sandbox: clusters without a lesson."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from k8slab.accounts.models import Visitor
from k8slab.accounts.visitors import become_visitor, visitor_of
from k8slab.labs.quotas import QuotaExceeded

from .lessons import Lesson, all_presets, find_lesson
from .live import lab_of, new_lab


@require_safe
def sandbox(request: HttpRequest) -> HttpResponse:
    """What there is to open, and what the visitor has open."""
    visitor = visitor_of(request)
    presets = [_shown(preset, visitor) for preset in all_presets()]
    return render(request, "course/sandbox.html", {"presets": presets})


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
