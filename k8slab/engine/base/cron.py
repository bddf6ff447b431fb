"""Cron schedules as the CronJob controller reads them (robfig/cron v3, standard parser).

``cronsim`` finds the times; the reading, its faults and what a star means are robfig's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from .durations import parse_go_duration
from .times import rfc3339

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_BOUNDS: tuple[tuple[int, int, dict[str, int]], ...] = (
    (0, 59, {}),
    (0, 23, {}),
    (1, 31, {}),
    (1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    (0, 6, {name: number for number, name in enumerate(_DAYS)}),
)
_DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_EVERY = "@every "
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Schedule:
    """When a schedule's times are. ValueError, in robfig's words, for one that is none."""

    def __init__(self, text: str, zone: tzinfo) -> None:
        self._zone = zone
        self._every_s = 0
        self._fields = ""
        if text.startswith(_EVERY):
            self._every_s = max(1, _duration_ms(text) // 1000)
        else:
            self._fields = _normal(text)

    def after(self, unix_ms: int) -> int | None:
        """The first time after ``unix_ms``, in Unix milliseconds; None where there is none."""
        return next(self.times(unix_ms), None)

    def times(self, unix_ms: int) -> Iterator[int]:
        """All times after ``unix_ms``."""
        if self._every_s:
            at_s = unix_ms // 1000
            while True:
                at_s += self._every_s
                yield at_s * 1000
        start = (_EPOCH + timedelta(milliseconds=unix_ms)).astimezone(self._zone)
        try:
            for moment in CronSim(self._fields, start):
                yield round((moment - _EPOCH).total_seconds()) * 1000
        except CronSimError:
            return  # a day that no month has


@lru_cache(maxsize=256)
def parse_schedule(text: str, time_zone: str | None = None) -> Schedule:
    """The schedule of a CronJob; its controller's own zone is UTC."""
    return Schedule(text, ZoneInfo(time_zone) if time_zone else UTC)


def next_runs(text: str, unix_ms: int, time_zone: str | None = None, count: int = 5) -> list[str]:
    """The next times of a schedule, RFC 3339 in UTC; ValueError for one that is none."""
    times = parse_schedule(text, time_zone).times(unix_ms)
    return [rfc3339(at_ms) for at_ms in islice(times, count)]


def same_runs(text: str, other: str) -> bool:
    """Whether two schedules name the same times (``@daily`` and ``0 0 * * *``); may ValueError."""
    return _moments(text) == _moments(other)


def _moments(text: str) -> tuple[Collection[object], ...]:
    """What a schedule names: the seconds of an @every, or minutes, hours, months and days.

    A day is a pair (of the month, of the week). Where both fields say something either will do.
    """
    if text.startswith(_EVERY):
        return ((_duration_ms(text) // 1000,),)
    fields = _normal(text).split()
    minutes, hours, dates, months, weekdays = (
        _values(field, low, high) for field, (low, high, _) in zip(fields, _BOUNDS, strict=True)
    )
    joins = all if "*" in (fields[2], fields[4]) else any
    days = {
        (date, weekday)
        for date in range(1, 32)
        for weekday in range(7)
        if joins((date in dates, weekday in weekdays))
    }
    return minutes, hours, months, days


def _values(field: str, low: int, high: int) -> set[int]:
    found: set[int] = set()
    for term in field.split(","):
        span, _, step = (f"{low}-{high}" if term == "*" else term).partition("/")
        start, _, end = span.partition("-")
        found.update(range(int(start), int(end or start) + 1, int(step or 1)))
    return found


def _duration_ms(text: str) -> int:
    span = text.removeprefix(_EVERY)
    try:
        return parse_go_duration(span)
    except ValueError as error:
        raise ValueError(f"failed to parse duration {text}: {error}") from None


def _normal(text: str) -> str:
    """The five fields in numbers, ranges as ``low-high/step``; a star stays a star."""
    if not text:
        raise ValueError("empty spec string")
    if text.startswith("@"):
        if text not in _DESCRIPTORS:
            raise ValueError(f"unrecognized descriptor: {text}")
        return _DESCRIPTORS[text]
    fields = text.split()
    if len(fields) != len(_BOUNDS):
        raise ValueError(f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]")
    return " ".join(
        ",".join(_term(term, *bounds) for term in field.split(",") if term)
        for field, bounds in zip(fields, _BOUNDS, strict=True)
    )


def _term(term: str, low: int, high: int, names: dict[str, int]) -> str:
    span, *steps = term.split("/")
    ends = span.split("-")
    star = ends[0] in ("*", "?")
    if star:
        start, end = low, high
    else:
        numbers = [_number(end, names) for end in ends[:2]]
        start, end = numbers[0], numbers[-1]
        if len(ends) > 2:
            raise ValueError(f"too many hyphens: {term}")
    if len(steps) > 1:
        raise ValueError(f"too many slashes: {term}")
    step = _number(steps[0], {}) if steps else 1
    if steps and len(ends) == 1:
        end = high
    if start < low:
        raise ValueError(f"beginning of range ({start}) below minimum ({low}): {term}")
    if end > high:
        raise ValueError(f"end of range ({end}) above maximum ({high}): {term}")
    if start > end:
        raise ValueError(f"beginning of range ({start}) beyond end of range ({end}): {term}")
    if step == 0:
        raise ValueError(f"step of range should be a positive number: {term}")
    if star and step == 1:
        return "*"
    return str(start) if start == end else f"{start}-{end}/{step}"


def _number(text: str, names: dict[str, int]) -> int:
    if text.lower() in names:
        return names[text.lower()]
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdigit()):
        why = f'strconv.Atoi: parsing "{text}": invalid syntax'
        raise ValueError(f"failed to parse int from {text}: {why}")
    if text.startswith("-"):
        raise ValueError(f"negative number ({int(text)}) not allowed: {text}")
    return int(text)
