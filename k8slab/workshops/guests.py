"""Who may look into another's lab: the instructor of its owner's room, with the owner's consent."""

from __future__ import annotations

from .models import Seat


def may(lab_id: str, visitor_id: str) -> str:
    """What a visitor may do in a lab that is not theirs: "" (nothing), "watch" or "help"."""
    seat = (
        Seat.objects.filter(lab_id=lab_id, room__instructor_id=visitor_id, removed=False)
        .exclude(consent="")
        .first()
    )
    return str(seat.consent) if seat else ""
