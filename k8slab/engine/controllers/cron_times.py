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


class Due(NamedTuple):
    """The latest time that has come (None: none has), since when it was looked for."""

    at_unix_ms: int | None
    since_unix_ms: int
    missed: bool
    many_missed: bool


def due(cron_job: Obj, status: Mapping[str, Any], schedule: Schedule, now_ms: int) -> Due:
    """Of all times since the last run (or since the CronJob began) only the latest is due."""
    last = status.get("lastScheduleTime") or cron_job["metadata"]["creationTimestamp"]
    since_ms = parse_rfc3339(last)
    deadline_s = cron_job["spec"].get("startingDeadlineSeconds")
    if deadline_s is not None:
        since_ms = max(since_ms, now_ms - deadline_s * 1000)
    times = list(islice(schedule.times(since_ms), 2))
    if not times or now_ms < times[0]:
        return Due(None, since_ms, False, False)
    if len(times) < 2 or now_ms < times[1]:
        return Due(times[0], since_ms, True, False)
    every_ms = times[1] - times[0]
    missed = (now_ms - times[0]) // every_ms + 1
    close_ms = times[0] + (missed - 2) * every_ms
    passed = takewhile(lambda at_ms: at_ms <= now_ms, schedule.times(close_ms))
    return Due(max(passed, default=None), since_ms, True, missed > MANY)
