"""Which time of a schedule is due and when to look again: upstream's cronjob/utils_test tables.

All times are told from a Thursday, 10:00 UTC.
"""

from __future__ import annotations

import pytest

from k8slab.engine.base.cron import parse_schedule
from k8slab.engine.base.times import parse_rfc3339, rfc3339
from k8slab.engine.controllers.cron_times import SLACK_MS, due, next_look_ms

TOP_MS = parse_rfc3339("2016-05-19T10:00:00Z")
MINUTE, HOUR, DAY = 60, 3600, 24 * 3600


def at(seconds):
    return TOP_MS + seconds * 1000


def cron_job(schedule, created=0, last=None, deadline=None):
    spec = {"schedule": schedule, "startingDeadlineSeconds": deadline}
    status = {} if last is None else {"lastScheduleTime": rfc3339(at(last))}
    return {"metadata": {"creationTimestamp": rfc3339(at(created))}, "spec": spec}, status


@pytest.mark.parametrize(
    ("schedule", "facts", "now", "latest", "missed"),
    [
        ("0 * * * *", {}, 30, None, ""),
        ("0 * * * *", {}, 61 * MINUTE, 60 * MINUTE, ""),
        ("0 * * * *", {"created": 10}, 301 * MINUTE, 300 * MINUTE, "few"),
        ("30 6-16/4 * * 1-5", {"last": 30 * MINUTE}, DAY + 31 * MINUTE, DAY + 30 * MINUTE, "few"),
        ("30 10,11,12 * * 1-5", {"last": 30 * MINUTE}, 30 * HOUR + 30 * MINUTE, None, "few"),
        ("30 6-16/4 * * 1-5", {"last": 30 * MINUTE}, 4 * DAY + 31 * MINUTE, 4 * DAY + 30 * MINUTE,
         "few"),
        ("30 6-16/4 * * 1-5", {}, DAY + 31 * MINUTE, DAY + 30 * MINUTE, "few"),
        ("@every 1h", {"created": -59 * MINUTE, "last": MINUTE}, 7 * DAY,
         6 * DAY + 23 * HOUR + MINUTE, "many"),
        ("59 23 31 2 *", {"created": 10}, HOUR, None, "invalid"),
        ("0 * * * *", {"last": 0}, 30, None, ""),
        ("*/5 * * * *", {"last": 30 * MINUTE}, 31 * MINUTE, None, ""),
        ("*/5 * * * *", {"last": 30 * MINUTE, "deadline": 60}, 32 * MINUTE, None, ""),
        ("0 * * * *", {"last": -HOUR, "deadline": 2 * HOUR}, 10 * DAY, 10 * DAY, "few"),
        ("0 * * * *", {"last": -HOUR}, 10 * DAY, 10 * DAY, "many"),
        ("* * * * *", {"deadline": 30}, 10 * DAY + 31, None, ""),
    ],
)  # fmt: skip
def test_the_latest_time_that_has_come_is_due(schedule, facts, now, latest, missed):
    body, status = cron_job(schedule, **facts)
    found = due(body, status, parse_schedule(schedule), at(now))
    assert found.at_unix_ms == (None if latest is None else at(latest))
    assert found.missed == (missed in ("few", "many"))
    assert found.many_missed == (missed == "many")
    assert found.invalid == (missed == "invalid")


@pytest.mark.parametrize(
    ("schedule", "facts", "now", "wait"),
    [
        ("30 6-16/4 * * 1-5", {"last": 30 * MINUTE}, DAY + 31 * MINUTE, 3 * HOUR + 59 * MINUTE),
        ("30 10,11,12 * * 1-5", {"last": 30 * MINUTE}, 30 * HOUR + 30 * MINUTE, 66 * HOUR),
        ("0 12 * * 4", {"last": 2 * HOUR}, 19 * DAY + HOUR + 30 * MINUTE, 48 * HOUR + 30 * MINUTE),
        ("0 12 * * 5", {}, 6 * HOUR, 20 * HOUR),
        ("@every 1h", {"created": 0, "deadline": 10}, 90 * MINUTE, 30 * MINUTE),
        ("@every 1h", {"created": 0, "last": HOUR}, 90 * MINUTE, 30 * MINUTE),
        ("0 * * * *", {"created": 0, "deadline": 10}, 90 * MINUTE, 30 * MINUTE),
    ],
)
def test_when_it_looks_again(schedule, facts, now, wait):
    """A little after the next time; an @every counts from the last time that was due."""
    body, status = cron_job(schedule, **facts)
    found = next_look_ms(body, status, parse_schedule(schedule), at(now))
    assert found == wait * 1000 + SLACK_MS
