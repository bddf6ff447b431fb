"""Timestamps as the API prints them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=4096)
def _rfc3339(second: int) -> str:
    return (_EPOCH + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")


def rfc3339(unix_ms: int) -> str:
    """metav1.Time: whole seconds, ``2026-01-05T09:00:00Z``."""
    return _rfc3339(unix_ms // 1000)


def rfc3339_micro(unix_ms: int) -> str:
    """metav1.MicroTime: ``2026-01-05T09:00:00.250000Z``."""
    return f"{_rfc3339(unix_ms // 1000)[:-1]}.{unix_ms % 1000:03d}000Z"


@lru_cache(maxsize=4096)
def parse_rfc3339(text: str) -> int:
    """Unix milliseconds of a timestamp; ValueError where it is none."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return round((moment - _EPOCH).total_seconds() * 1000)
