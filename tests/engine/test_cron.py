"""Cron schedules are read as robfig/cron reads them, and their times found."""

from datetime import UTC, datetime
from itertools import islice

import pytest

from k8slab.engine.base.cron import next_runs, parse_schedule, same_runs

NOON = round(datetime(2026, 1, 5, 12, tzinfo=UTC).timestamp()) * 1000  # a Monday


def times(text, zone=None, count=3):
    found = islice(parse_schedule(text, zone).times(NOON), count)
    return [datetime.fromtimestamp(ms / 1000, UTC).strftime("%m-%d %H:%M") for ms in found]


@pytest.mark.parametrize(
    ("text", "zone", "wanted"),
    [
        ("@hourly", None, ["01-05 13:00", "01-05 14:00", "01-05 15:00"]),
        ("0 2 * * *", None, ["01-06 02:00", "01-07 02:00", "01-08 02:00"]),
        ("0 2 * * *", "Europe/Berlin", ["01-06 01:00", "01-07 01:00", "01-08 01:00"]),
        ("*/25 * * * *", None, ["01-05 12:25", "01-05 12:50", "01-05 13:00"]),
        ("10/25 * * * *", None, ["01-05 12:10", "01-05 12:35", "01-05 13:10"]),
        ("0 0 ? feb sat", None, ["02-07 00:00", "02-14 00:00", "02-21 00:00"]),
        ("0 0 1 * mon", None, ["01-12 00:00", "01-19 00:00", "01-26 00:00"]),
        ("0 0 */10 * 0", None, ["01-11 00:00", "01-18 00:00", "01-21 00:00"]),
        ("@every 90m", None, ["01-05 13:30", "01-05 15:00", "01-05 16:30"]),
        ("0 0 30 2 *", None, []),
    ],
)
def test_when_it_runs(text, zone, wanted):
    """WL-025: five fields, names, steps, macros, time zones."""
    assert times(text, zone) == wanted


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("* * * *", "expected exactly 5 fields, found 4: [* * * *]"),
        ("61 * * * *", "end of range (61) above maximum (59): 61"),
        ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
        ("* * * * 7", "end of range (7) above maximum (6): 7"),
        ("5-2 * * * *", "beginning of range (5) beyond end of range (2): 5-2"),
        ("1-2-3 * * * *", "too many hyphens: 1-2-3"),
        ("*/2/3 * * * *", "too many slashes: */2/3"),
        ("*/0 * * * *", "step of range should be a positive number: */0"),
        ("x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'),
        ("@often", "unrecognized descriptor: @often"),
    ],
)
def test_what_is_wrong_with_it(text, why):
    with pytest.raises(ValueError) as refused:
        parse_schedule(text)
    assert str(refused.value) == why


@pytest.mark.parametrize(
    ("use", "right", "wrong"),
    [
        ("30 3 * * *", ["30 3 * * 0-6", "30 3 */1 * ?", "30 3 * jan-dec sun-sat"], "3 3 * * *"),
        ("@hourly", ["0 * * * *", "0 0-23 * * *", "0 0-11,12-23 * * *"], "* * * * *"),
        ("*/15 * * * *", ["0,15,30,45 * * * *", "0/15 * * * *", "0-59/15 * * * *"], "15 * * * *"),
        ("0 0 13 * *", ["00 00 13 1-12 *"], "0 0 13 * 0-6/1"),
        ("@every 1h", ["@every 60m"], "@hourly"),
    ],
)
def test_any_line_that_runs_at_the_right_times_is_right(use, right, wrong):
    """WL-026: nightly cleanup, hourly export, cache warming: each correct line is accepted."""
    assert all(same_runs(line, use) for line in right)
    assert not same_runs(wrong, use)
    assert all(next_runs(line, NOON) == next_runs(use, NOON) for line in right)
    assert next_runs(wrong, NOON) != next_runs(use, NOON) or use == "@every 1h"


def test_the_next_five_runs_are_told():
    """WL-026."""
    assert next_runs("30 3 * * *", NOON) == [f"2026-01-{day:02}T03:30:00Z" for day in range(6, 11)]
    assert next_runs("30 3 * * *", NOON, "Asia/Tokyo", 1) == ["2026-01-05T18:30:00Z"]
    assert next_runs("0 0 30 2 *", NOON) == []
    with pytest.raises(ValueError, match="expected exactly 5 fields"):
        next_runs("30 3 * *", NOON)
