"""A lab by its id leads to its lesson's page, for its owner only."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from k8slab.accounts.visitors import visitor_of

from .access import lab_or_404


def lab(request: HttpRequest, lab_id: str) -> HttpResponse:
    """To the lesson that the lab belongs to, opened with this lab."""
    found = lab_or_404(lab_id, visitor_of(request))
    return redirect(f"{reverse('lesson', args=[found.lesson])}?lab={found.id}")
