"""When an event happened, first and last, as kubectl prints it."""

from __future__ import annotations

from k8slab.engine.base.durations import human_duration
from k8slab.engine.base.objects import Obj
from k8slab.engine.base.times import parse_rfc3339

from .session import Session


def last_seen_ms(event: Obj) -> int:
    """Unix milliseconds of an event's last occurrence."""
    series = (event.get("series") or {}).get("lastObservedTime")
    text = series or event.get("lastTimestamp") or event.get("eventTime")
    return parse_rfc3339(text) if text else 0


def first_seen_ms(event: Obj) -> int:
    """Unix milliseconds of an event's first occurrence."""
    text = event.get("firstTimestamp") or event.get("eventTime")
    return parse_rfc3339(text) if text else last_seen_ms(event)


def interval(session: Session, event: Obj) -> str:
    """``5s``, or ``5s (x3 over 2m)`` for an event that came again."""
    age = human_duration(session.now_unix_ms - last_seen_ms(event))
    count = (event.get("series") or {}).get("count") or event.get("count") or 1
    if count <= 1:
        return age
    return f"{age} (x{count} over {human_duration(session.now_unix_ms - first_seen_ms(event))})"
