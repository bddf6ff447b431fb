"""The visitor's labs: what there is, when it was last open, and how to be rid of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from k8slab.accounts.visitors import visitor_of
from k8slab.labs.access import lab_or_404
from k8slab.labs.quotas import LABS_A_VISITOR

from .lessons import find_lesson


@require_safe
def labs(request: HttpRequest) -> HttpResponse:
    """All of them, the latest first."""
    visitor = visitor_of(request)
    mine = visitor.labs.defer("snapshot", "files", "start_files") if visitor else []
    drills = {it.lab_id: it for it in visitor.drills.exclude(lab=None)} if visitor else {}
    shown = [
        {
            "id": lab.id,
            "lesson": find_lesson(lab.lesson),
            "drill": drills.get(lab.id),
            "name": gettext("Review") if lab.id in drills else lab.lesson or gettext("a cluster"),
            "updated": lab.updated,
            "clock": f"{lab.now_ms // 60_000}:{lab.now_ms // 1000 % 60:02}",
        }
        for lab in (mine.order_by("-updated") if visitor else ())
    ]
    return render(request, "course/labs.html", {"labs": shown, "most": LABS_A_VISITOR})


@require_POST
def delete_lab(request: HttpRequest, lab_id: str) -> HttpResponse:
    """The lab is gone, with all that was done in it; a page that shows it is told so."""
    lab_or_404(lab_id, visitor_of(request)).delete()
    return redirect("labs")
