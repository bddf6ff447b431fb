"""Codes that people read aloud and type, and how one takes a seat."""

from __future__ import annotations

import secrets
from collections import deque
from time import monotonic

from django.db import IntegrityError, transaction

from k8slab.accounts.models import Visitor

from .models import NICKNAME_MAX, Room, Seat

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 that are not mistaken for one another: a code of eight has 40 bits."""
SEATS_MAX = 300
TRIES, WITHIN_S = 10, 60.0
_REMEMBERED_MAX = 10_000


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


class Guesses:
    """Who tried wrong codes lately, so that nobody tries many."""

    def __init__(self) -> None:
        self._wrong: dict[str, deque[float]] = {}

    def blocked(self, who: str) -> bool:
        """Whether somebody has guessed too often to try again now."""
        tries = self._wrong.get(who, deque())
        while tries and tries[0] < monotonic() - WITHIN_S:
            tries.popleft()
        return len(tries) >= TRIES

    def wrong(self, who: str) -> None:
        """Somebody tried a code that leads nowhere."""
        if len(self._wrong) > _REMEMBERED_MAX:
            self._wrong.clear()
        self._wrong.setdefault(who, deque(maxlen=TRIES)).append(monotonic())


guesses = Guesses()


def take_seat(room: Room, visitor: Visitor, nickname: str) -> Seat:
    """The visitor's seat in the room: their old one, or a new one. Raises CannotJoin."""
    nickname = " ".join(nickname.split())[:NICKNAME_MAX]
    mine = Seat.objects.filter(room=room, visitor=visitor).first()
    if mine is not None:
        if mine.removed:
            raise CannotJoin("The instructor has taken you out of this room.")
        return mine
    if not nickname:
        raise CannotJoin("Choose a nickname: the instructor sees it on your tile.")
    if room.locked:
        raise CannotJoin("The instructor has locked this room.")
    if room.seats.count() >= SEATS_MAX:
        raise CannotJoin(f"This room is full: it has {SEATS_MAX} seats.")
    try:
        with transaction.atomic():
            return Seat.objects.create(room=room, visitor=visitor, nickname=nickname)
    except IntegrityError:
        raise CannotJoin(f"Somebody here is called {nickname} already.") from None
