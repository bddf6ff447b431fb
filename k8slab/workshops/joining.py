"""Codes that people read aloud and type, and how one takes a seat."""

from __future__ import annotations

import secrets

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from k8slab.accounts.guesses import Guesses
from k8slab.accounts.models import Visitor

from .models import NICKNAME_MAX, Room, Seat

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 that are not mistaken for one another: a code of eight has 40 bits."""
SEATS_MAX = 300


class CannotJoin(Exception):
    """Why somebody gets no seat, in words for them."""


def new_code() -> str:
    """``K7QM-2XWD``."""
    letters = [secrets.choice(LETTERS) for _ in range(8)]
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}"


def read_code(text: str) -> str:
    """A code as somebody typed it, in its one form ("" for what can be none)."""
    letters = [letter for letter in text.upper() if letter in LETTERS]
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}" if len(letters) == 8 else ""


guesses = Guesses()


def take_seat(room: Room, visitor: Visitor, nickname: str) -> Seat:
    """The visitor's seat in the room: their old one, or a new one. Raises CannotJoin.

    What nobody sees in a nickname is left out of it: nobody sits there under another's.
    """
    visible = "".join(letter for letter in " ".join(nickname.split()) if letter.isprintable())
    nickname = visible[:NICKNAME_MAX]
    mine = Seat.objects.filter(room=room, visitor=visitor).first()
    if mine is not None:
        if mine.removed:
            raise CannotJoin(gettext("The instructor has taken you out of this room."))
        return mine
    if not nickname:
        raise CannotJoin(gettext("Choose a nickname: the instructor sees it on your tile."))
    if room.locked:
        raise CannotJoin(gettext("The instructor has locked this room."))
    if room.seats.count() >= SEATS_MAX:
        raise CannotJoin(gettext("This room is full: it has %s seats.") % SEATS_MAX)
    try:
        with transaction.atomic():
            return Seat.objects.create(room=room, visitor=visitor, nickname=nickname)
    except IntegrityError:
        raise CannotJoin(gettext("Somebody here is called %s already.") % nickname) from None
