"""Pages that are the same for many: rendered once a minute, sent many times.

Most readers have no session. To them a page differs by its language alone, but for the nonce of its
scripts and the token of its forms, which are put in anew each time. Some pages hold nothing of
anybody's, so those who have begun get them from here, too.
"""

from __future__ import annotations

import re
import secrets
from time import monotonic
from typing import Any, NamedTuple

from django.conf import settings
from django.http.cookie import parse_cookie
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH
from django.utils.crypto import get_random_string

from .languages import language_of_scope

FRESH_S = 60.0
KEPT_MAX = 500
_SAME_FOR_NEWCOMERS = re.compile(r"/course/|/lessons/[-a-z0-9]+/")
_SAME_FOR_ALL = ("/", "/glossary/")
_NONCE = re.compile(rb"'nonce-([^']+)'")
_TOKEN = rb'(?<=csrfmiddlewaretoken" value=")\w{64}|(?<="X-CSRFToken": ")\w{64}'
_SECRET = re.compile(rf"[a-zA-Z0-9]{{{CSRF_SECRET_LENGTH}}}")
_ONES_OWN = (b"set-cookie", b"content-length")
_HTMX = b"hx-request"


class Kept(NamedTuple):
    """A page with gaps: every second part of it is a nonce or a token."""

    until: float
    headers: list[tuple[bytes, bytes]]
    nonce: bytes
    parts: list[bytes]


class Newcomers:
    """An ASGI application before ``app``, which renders a page where none is kept."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._kept: dict[tuple[str, ...], Kept] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one HTTP request."""
        headers = dict(scope["headers"])
        cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin-1"))
        if not _is_shared(scope, headers, cookies):
            await self.app(scope, receive, send)
            return
        host = headers.get(b"host", b"").decode("latin-1")
        key = (scope["scheme"], host, scope["path"], language_of_scope(scope))
        kept = self._kept.get(key)
        if kept is not None and monotonic() < kept.until:
            await _send(kept, cookies.get(settings.CSRF_COOKIE_NAME, ""), send)
        else:
            await self._keep(key, scope, receive, send)

    async def _keep(self, key: tuple[str, ...], scope: Any, receive: Any, send: Any) -> None:
        told: list[Any] = []

        async def tell(message: Any) -> None:
            told.append(message)

        await self.app(scope, receive, tell)
        if told and told[0]["status"] == 200:
            if len(self._kept) >= KEPT_MAX:
                self._kept.clear()
            body = b"".join(message.get("body", b"") for message in told)
            self._kept[key] = _with_gaps(told[0]["headers"], body)
        for message in told:
            await send(message)


def _is_shared(scope: Any, headers: dict[bytes, bytes], cookies: dict[str, str]) -> bool:
    if scope["method"] != "GET" or scope["query_string"] or _HTMX in headers:
        return False
    if scope["path"] in _SAME_FOR_ALL:
        return True
    is_newcomer = settings.SESSION_COOKIE_NAME not in cookies
    return is_newcomer and _SAME_FOR_NEWCOMERS.fullmatch(scope["path"]) is not None


def _with_gaps(headers: list[tuple[bytes, bytes]], body: bytes) -> Kept:
    lower = [(name.lower(), value) for name, value in headers]
    (nonce,) = (_NONCE.search(value)[1] for name, value in lower if b"'nonce-" in value)  # type: ignore[index]
    parts = re.split(rb"(%s|%s)" % (re.escape(nonce), _TOKEN), body)
    shared = [(name, value) for name, value in lower if name not in _ONES_OWN]
    return Kept(monotonic() + FRESH_S, shared, nonce, parts)


async def _send(kept: Kept, secret: str, send: Any) -> None:
    """Send a page to somebody with the ``secret`` of their forms; a new one where that is none."""
    headers = list(kept.headers)
    if not _SECRET.fullmatch(secret):
        secret = get_random_string(CSRF_SECRET_LENGTH, CSRF_ALLOWED_CHARS)
        headers.append((b"set-cookie", _cookie(secret).encode()))
    nonce, token = secrets.token_urlsafe(16).encode(), secret.encode()
    parts = list(kept.parts)
    parts[1::2] = [nonce if part == kept.nonce else token for part in parts[1::2]]
    body = b"".join(parts)
    headers = [(name, value.replace(kept.nonce, nonce)) for name, value in headers]
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _cookie(secret: str) -> str:
    secure = "; Secure" if settings.CSRF_COOKIE_SECURE else ""
    name, age = settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_AGE
    same_site = settings.CSRF_COOKIE_SAMESITE
    return f"{name}={secret}; Max-Age={age}; Path=/; SameSite={same_site}{secure}"
