"""Shared moments: a cluster at one moment and its past, for whoever has the link to look at.

A share is a lab without an owner (``models.Lab``), and its id the token in the link (128 bits).
Each who looks has a copy in memory, and a playhead of their own; nothing of it is saved.
"""

from __future__ import annotations

from functools import lru_cache

from django.db.models import QuerySet
from django.utils.translation import gettext

from k8slab.accounts.models import Visitor
from k8slab.engine import Cluster

from . import archive
from .history import History
from .live import LiveLab
from .models import Lab
from .quotas import SHARES_A_VISITOR, QuotaExceeded

KEPT = 16


def share(visitor: Visitor, cluster: Cluster, *, lesson: str, files: dict[str, str]) -> Lab:
    """Share ``cluster`` as it stands. QuotaExceeded where the visitor shares too much."""
    if visitor.shares.count() >= SHARES_A_VISITOR:
        says = gettext("You share %s moments already; withdraw one first.")
        raise QuotaExceeded(says % SHARES_A_VISITOR)
    return archive.record(cluster, shared_by=visitor, lesson=lesson, files=files, paused=True)


def find_share(token: str) -> Lab | None:
    """The moment that was shared under this token, or None."""
    return Lab.objects.filter(pk=token, owner=None).first()


def shares_of(visitor: Visitor) -> QuerySet[Lab]:
    """What the visitor shares, the latest first."""
    return visitor.shares.defer("snapshot", "files", "start_files").order_by("-updated")


def looked_at(record: Lab) -> LiveLab:
    """A share as somebody sees it: in memory, for them alone. Blocks."""
    cluster, history = _retraced(record.id)
    lab = LiveLab(record, cluster.fork())
    lab.history = history
    return lab


@lru_cache(maxsize=KEPT)
def _retraced(token: str) -> tuple[Cluster, History]:
    """A share's cluster, which nobody may touch, and its past: computed once for all who look."""
    record = Lab.objects.get(pk=token)
    return History.retrace(record.genesis, archive.read_journal(record), record.now_ms)
