"""Who may come near a lab: its owner. To everybody else it does not exist."""

from __future__ import annotations

from django.http import Http404

from k8slab.accounts.models import Visitor

from .models import Lab


def find_lab(lab_id: str, visitor_id: str | None) -> Lab | None:
    """The lab, if it is that visitor's.

    One query by both ids, so that another's lab and no lab at all take the same time.
    """
    if not visitor_id:
        return None
    return Lab.objects.filter(pk=lab_id, owner_id=visitor_id).first()


def lab_or_404(lab_id: str, visitor: Visitor | None) -> Lab:
    """The visitor's lab; Http404 for anybody else's."""
    lab = find_lab(lab_id, visitor.id if visitor else None)
    if lab is None:
        raise Http404("no such lab")
    return lab
