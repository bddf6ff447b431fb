"""A lab by its id: its lesson's page, and what stands in it as manifests; for its owner only."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from k8slab.accounts.visitors import visitor_of

from . import archive
from .access import lab_or_404
from .manifests import manifests


def lab(request: HttpRequest, lab_id: str) -> HttpResponse:
    """To the lesson that the lab belongs to, opened with this lab."""
    found = lab_or_404(lab_id, visitor_of(request))
    return redirect(f"{reverse('lesson', args=[found.lesson])}?lab={found.id}")


@require_safe
def export(request: HttpRequest, lab_id: str) -> HttpResponse:
    """What clients have made in the lab, as it was last saved, in one file."""
    found, cluster = archive.restore(lab_or_404(lab_id, visitor_of(request)).id)
    answer = HttpResponse(manifests(cluster), content_type="application/yaml; charset=utf-8")
    name = found.lesson or "cluster"
    answer["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return answer
