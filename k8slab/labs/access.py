"""Who may come near a lab: its owner. To everybody else it does not exist."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404
from django.utils.module_loading import import_string

from k8slab.accounts.models import Visitor

from .models import Lab
from .shares import find_share


class Entry(NamedTuple):
    """A lab that somebody may open, and as whom: "" its owner, or a guest who may watch or help.

    Of a moment that was shared, everybody is a guest who may look.
    """

    lab: Lab
    guest: str


def enter_lab(lab_id: str, visitor_id: str | None) -> Entry | None:
    """The lab, if it is that visitor's, or shared, or its owner lets them in (LAB_GUESTS)."""
    lab = find_lab(lab_id, visitor_id)
    if lab is not None:
        return Entry(lab, "")
    shared = find_share(lab_id)
    if shared is not None:
        return Entry(shared, "look")
    may = _guests(settings.LAB_GUESTS)(lab_id, visitor_id) if visitor_id else ""
    return Entry(Lab.objects.get(pk=lab_id), may) if may else None


@lru_cache(maxsize=4)
def _guests(path: str) -> Any:
    return import_string(path)


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
