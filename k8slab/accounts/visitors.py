"""From a request or a websocket's scope to the visitor behind it.

The session is a signed cookie (SECRET_KEY, and SECRET_KEY_FALLBACKS while a key is rotated), so a
visitor who only reads costs no row; ``become_visitor`` makes one when there is something to own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from .models import Visitor

KEY = "visitor"


def visitor_of(request: HttpRequest) -> Visitor | None:
    """The visitor, or None for somebody who owns nothing yet."""
    return _stored(request.session)


def reader_of(request: HttpRequest) -> Visitor | None:
    """The visitor as the cookie names them, for pages that only look up what is theirs.

    No row is read: whoever is gone owns nothing.
    """
    visitor_id = request.session.get(KEY)
    return Visitor(pk=visitor_id) if visitor_id else None


def become_visitor(request: HttpRequest) -> Visitor:
    """The visitor; a new one where there was none."""
    visitor = _stored(request.session)
    if visitor is None:
        visitor = Visitor.objects.create()
        remember_visitor(request, visitor)
    return visitor


def remember_visitor(request: HttpRequest, visitor: Visitor) -> None:
    """From now on this browser is that visitor's."""
    request.session.cycle_key()
    request.session[KEY] = visitor.id


def visitor_id_of_scope(scope: dict[str, Any]) -> str | None:
    """The visitor's id that a websocket's cookie was signed for."""
    return scope["session"].get(KEY)


def known_visitors(visitor_ids: Iterable[str]) -> set[str]:
    """Those of the ids that are visitors'."""
    return set(Visitor.objects.filter(pk__in=set(visitor_ids)).values_list("pk", flat=True))


def _stored(session: SessionBase) -> Visitor | None:
    visitor_id = session.get(KEY)
    return Visitor.objects.filter(pk=visitor_id).first() if visitor_id else None
