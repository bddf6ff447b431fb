"""Which time of a schedule is due (cronjob/utils.go mostRecentScheduleTime, 1.36)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice, takewhile
from typing import Any, NamedTuple

from ..base.cron import Schedule
from ..base.objects import Obj
from ..base.times import parse_rfc3339

MANY = 100
"""So many missed times are told; before that they are passed over in silence."""
SLACK_MS = 100
"""The controller looks so much after a scheduled time (nextScheduleDelta)."""


class Due(NamedTuple):
    """The latest time that has come (None: none has), since when it was looked for.

    ``missed``: others had come before it. ``invalid``: the schedule has no times at all (such as
    the 31st of February).
    """

    at_unix_ms: int | None
    since_unix_ms: int
    missed: bool = False
    many_missed: bool = False
    invalid: bool = False


def due(
    cron_job: Obj,
    status: Mapping[str, Any],
    schedule: Schedule,
    now_ms: int,
    *,
    any_lateness: bool = False,
) -> Due:
    """Of all times since the last run (or since the CronJob began) only the latest is due.

    Times beyond startingDeadlineSeconds are left out, but for ``any_lateness``.
    """
    last = status.get("lastScheduleTime") or cron_job["metadata"]["creationTimestamp"]
    since_ms = parse_rfc3339(last)
    deadline_s = cron_job["spec"].get("startingDeadlineSeconds")
    if deadline_s is not None and not any_lateness:
        since_ms = max(since_ms, now_ms - deadline_s * 1000)
    times = list(islice(schedule.times(since_ms), 2))
    if len(times) < 2:
        return Due(None, since_ms, invalid=True)
    if now_ms < times[0]:
        return Due(None, since_ms)
    if now_ms < times[1]:
        return Due(times[0], since_ms)
    every_ms = times[1] - times[0]
    missed = (now_ms - times[0]) // every_ms + 1
    close_ms = times[0] + (missed - 2) * every_ms
    passed = takewhile(lambda at_ms: at_ms <= now_ms, schedule.times(close_ms))
    return Due(max(passed, default=None), since_ms, True, missed > MANY)


def next_look_ms(
    cron_job: Obj, status: Mapping[str, Any], schedule: Schedule, now_ms: int
) -> int | None:
    """Milliseconds until a little after the next time (nextScheduleTimeDuration)."""
    found = due(cron_job, status, schedule, now_ms, any_lateness=True)
    since_ms = found.at_unix_ms
    if since_ms is None:
        since_ms = now_ms if found.missed else found.since_unix_ms
    next_ms = schedule.after(since_ms)
    return None if next_ms is None else max(1, next_ms + SLACK_MS - now_ms)
