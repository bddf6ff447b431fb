"""The panel "Your own kubectl" of a lab's page: for the lab's owner only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from k8slab.accounts.visitors import visitor_of
from k8slab.labs.access import lab_or_404
from k8slab.labs.models import Lab

from . import access
from .kubeconfig import FILE_NAME


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_kubectl(request: HttpRequest, lab_id: str) -> HttpResponse:
    """How many keys open the lab; a POST makes one more, which is shown this once."""
    lab = lab_or_404(lab_id, visitor_of(request))
    key = access.issue(lab) if request.method == "POST" else ""
    return _panel(request, lab, key=key)


@never_cache
@require_POST
def revoke(request: HttpRequest, lab_id: str) -> HttpResponse:
    """Take all keys of the lab back."""
    lab = lab_or_404(lab_id, visitor_of(request))
    return _panel(request, lab, revoked=access.revoke(lab))


def _panel(request: HttpRequest, lab: Lab, **context: Any) -> HttpResponse:
    key = context.get("key")
    if key:
        context["address"] = request.build_absolute_uri(f"{access.PREFIX}{key}/kubeconfig")
    hours = int(access.LASTS.total_seconds() // 3600)
    context |= {"lab": lab, "good": access.good(lab), "file_name": FILE_NAME, "hours": hours}
    return render(request, "kubeapi/own_kubectl.html", context)
