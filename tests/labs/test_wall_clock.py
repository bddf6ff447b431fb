"""The machine's clock is set a day on or back while labs run: their time is a monotonic clock's."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

LABS = Path(__file__).resolve().parents[2] / "k8slab" / "labs"
DAY_S = 86_400


@pytest.mark.asyncio
@pytest.mark.parametrize("days", [1, -1])
async def test_virtual_time_is_unmoved(lab, visitor, open_page, monkeypatch, days):
    real_time, real_now = time.time, timezone.now
    async with open_page(lab, visitor) as page:
        began, began_ms = time.monotonic(), page.state["clock"]["now_ms"]
        await page.until(lambda state: state["clock"]["now_ms"] > began_ms + 300)
        monkeypatch.setattr(time, "time", lambda: real_time() + days * DAY_S)
        monkeypatch.setattr(timezone, "now", lambda: real_now() + timedelta(days=days))
        assert (await page.run("kubectl create namespace a"))["exit_code"] == 0
        await page.until(lambda state: state["clock"]["now_ms"] > began_ms + 1_000)
        passed_ms = page.state["clock"]["now_ms"] - began_ms
        assert passed_ms <= (time.monotonic() - began) * 1000 + 300
        assert page.state["clock"]["error"] is None


def test_only_the_end_of_an_exam_is_told_by_the_calendar():
    """A lab closes at a date; nothing else in this room reads the machine's clock."""
    reads = re.compile(
        r"(?<!perf_counter)(\btime\.time\(|import time$|datetime\.now|timezone\.now)"
    )
    found = [it.name for it in LABS.rglob("*.py") if reads.search(it.read_text())]
    assert found == ["models.py"]
