"""Who may come in by the API: whoever has a lab's key, until it is taken back or expires.

Over plain HTTP kubectl sends no token, so the key is in the address; over TLS it may come as a
bearer token as well. A key is 256 random bits, so its digest needs no salt; it is looked up by the
digest, which takes the same time whatever the key is.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from time import monotonic

from django.db.models import Q
from django.utils import timezone

from k8slab.labs.models import Lab

from .models import AccessKey

PREFIX = "/k/"
"""The addresses of labs begin with it, and the key follows."""
LASTS = timedelta(hours=12)
KEYS_A_LAB = 5
RATE, BURST = 50.0, 300.0
"""Requests a second that the clients of one lab may make for long, and at once."""
REMEMBERED_MAX = 10_000


def issue(lab: Lab) -> str:
    """A new key for a lab; the oldest goes where there are too many."""
    key = secrets.token_urlsafe(32)
    AccessKey.objects.create(lab=lab, digest=_digest(key), expires=timezone.now() + LASTS)
    kept = AccessKey.objects.filter(lab=lab).order_by("-pk").values("pk")[:KEYS_A_LAB]
    AccessKey.objects.filter(lab=lab).exclude(pk__in=[row["pk"] for row in kept]).delete()
    return key


def revoke(lab: Lab) -> int:
    """Take all keys of a lab back; how many there were."""
    return AccessKey.objects.filter(lab=lab).delete()[0]


def good(lab: Lab) -> list[datetime]:
    """Until when each key of a lab is good, the newest first."""
    keys = AccessKey.objects.filter(lab=lab, expires__gt=timezone.now()).order_by("-pk")
    return list(keys.values_list("expires", flat=True))


def still_open(lab_ids: list[str]) -> set[str]:
    """Those of the labs that any key opens now."""
    now = timezone.now()
    is_open = Q(lab__closes=None) | Q(lab__closes__gt=now)
    keys = AccessKey.objects.filter(is_open, lab__in=lab_ids, expires__gt=now)
    return set(keys.values_list("lab_id", flat=True))


def find(key: str) -> Lab | None:
    """The lab that a key opens now."""
    found = (
        AccessKey.objects.select_related("lab")
        .filter(digest=_digest(key), expires__gt=timezone.now())
        .first()
    )
    return found.lab if found else None


def _digest(key: str) -> str:
    return sha256(key.encode("utf-8", "replace")).hexdigest()


class Rates:
    """How often each lab was asked lately (a token bucket a lab)."""

    def __init__(self) -> None:
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, lab_id: str) -> bool:
        """Whether one more request to a lab is within its rate."""
        now = monotonic()
        left, then = self._left.get(lab_id, (BURST, now))
        left = min(BURST, left + (now - then) * RATE)
        if len(self._left) > REMEMBERED_MAX:
            self._left.clear()
        self._left[lab_id] = (max(0.0, left - 1), now)
        return left >= 1
