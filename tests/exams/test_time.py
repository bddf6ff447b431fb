"""An exam's clock is the server's: what comes after its end is refused, whoever looks or not."""

# ruff: noqa: F811  (fixtures)
from __future__ import annotations

import asyncio
from datetime import timedelta
from urllib.request import urlopen

import pytest
from django.utils import timezone
from websockets.exceptions import InvalidStatus

from k8slab.exams import sitting
from k8slab.kubeapi import access, presence
from k8slab.labs.consumer import close_host, the_host
from k8slab.labs.live import CLOSED
from k8slab.labs.models import Command, Lab
from tests.kubeapi.test_security import ask  # noqa: F401
from tests.labs.conftest import (  # noqa: F401
    cookie,
    open_page,
    open_socket,
    server,
    stranger,
    visitor,
)

from .test_sitting import exam, solve, text_of  # noqa: F401

MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock(monkeypatch):
    """``clock(exam.ends)``: that is the time from now on, as Django tells it."""

    def set_(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return set_


@pytest.fixture
def sat(visitor):
    """An exam of the visitor's whose time runs."""
    return sitting.begin(visitor, seed=1)


@pytest.mark.django_db
def test_until_its_last_minute_all_is_open(client, exam, clock):
    clock(exam.ends - MINUTE)
    assert "<h1>Mock exam</h1>" in text_of(client.get(f"/exam/{exam.id}/"))
    assert client.get(f"/exam/{exam.id}/1/").status_code == 200
    assert not any(part.lab.is_closed for part in exam.parts.all())


@pytest.mark.django_db
def test_after_its_end_the_pages_lead_to_the_result(client, exam, clock):
    solve(exam.parts.first())
    clock(exam.ends)
    assert client.get(f"/exam/{exam.id}/1/").url == f"/exam/{exam.id}/"
    assert all(part.lab.is_closed for part in exam.parts.all())
    clock(exam.ends + 60 * MINUTE)
    assert "Handed in" in text_of(client.get(f"/exam/{exam.id}/"))
    exam.refresh_from_db()
    assert exam.handed_in == exam.ends and exam.parts.first().score == 1


@pytest.mark.django_db
def test_what_is_handed_in_late_counts_as_it_stood_at_the_end(client, exam, clock):
    clock(exam.ends + MINUTE)
    client.post(f"/exam/{exam.id}/hand-in/")
    exam.refresh_from_db()
    assert exam.handed_in == exam.ends


@pytest.mark.django_db
def test_an_exam_that_nobody_looked_at_is_scored_on_the_list(client, exam, clock):
    solve(exam.parts.first())
    clock(exam.ends + 600 * MINUTE)
    page = text_of(client.get("/exam/"))
    exam.refresh_from_db()
    assert exam.handed_in == exam.ends and f"{round(100 * exam.score)} %" in page


@pytest.mark.django_db
def test_handing_in_early_closes_the_labs(client, exam):
    client.post(f"/exam/{exam.id}/hand-in/")
    assert all(part.lab.is_closed for part in exam.parts.all())


@pytest.mark.asyncio
async def test_a_lab_that_is_open_when_time_is_over_takes_nothing_more(
    sat, visitor, clock, open_page
):
    lab = await asyncio.to_thread(lambda: sat.parts.first().lab)
    async with open_page(lab, visitor) as page:
        assert (await page.run("kubectl get nodes"))["exit_code"] == 0
        await page.ask("speed", factor=60)
        clock(sat.ends)
        refused = await page.ask("line", line="kubectl delete deployment --all")
        assert refused["error"] == CLOSED
        await page.until(lambda state: state["clock"]["error"] == CLOSED)
        stood_ms = page.state["clock"]["now_ms"]
        for command in ("play", "reset", "settle"):
            assert (await page.ask(command))["error"] == CLOSED
    await close_host()
    saved = await asyncio.to_thread(Lab.objects.get, pk=lab.pk)
    assert saved.now_ms == stood_ms
    rows = await asyncio.to_thread(list, Command.objects.filter(lab=lab))
    assert all(row.at_ms <= stood_ms for row in rows)


@pytest.mark.asyncio
async def test_handing_in_early_stops_a_lab_that_is_open(sat, visitor, open_page):
    lab = await asyncio.to_thread(lambda: sat.parts.first().lab)
    async with open_page(lab, visitor) as page:
        await asyncio.to_thread(sitting.hand_in, sat)
        await page.until(lambda state: state["clock"]["error"] == CLOSED)


@pytest.mark.asyncio
async def test_a_watch_by_a_key_ends_with_it(sat, clock, server, monkeypatch):
    monkeypatch.setattr(presence, "LOOK_AT_KEYS_S", 0.2)
    lab = await asyncio.to_thread(lambda: sat.parts.first().lab)
    key = await asyncio.to_thread(access.issue, lab)
    url = f"http://{server}/k/{key}/api/v1/pods?watch=true&timeoutSeconds=60"
    stream = await asyncio.to_thread(urlopen, url, None, 10)
    with stream:
        clock(sat.ends)
        while await asyncio.to_thread(stream.readline):
            pass


@pytest.mark.asyncio
async def test_a_line_that_waits_ends_with_the_exam(sat, visitor, clock, open_page):
    lab = await asyncio.to_thread(lambda: sat.parts.first().lab)
    async with open_page(lab, visitor) as page:
        assert (await page.run("kubectl get nodes"))["exit_code"] == 0
        waiting = asyncio.create_task(page.run("kubectl get pods --watch"))
        live = the_host().labs[lab.id]
        while not live.waiting or live.lock.locked():
            await asyncio.sleep(0)
        clock(sat.ends)
        assert (await waiting)["exit_code"] != 0


@pytest.mark.asyncio
async def test_neither_socket_nor_key_opens_it_later(sat, visitor, clock, open_socket, ask):
    lab = await asyncio.to_thread(lambda: sat.parts.first().lab)
    key = await asyncio.to_thread(access.issue, lab)
    assert (await ask(key, "/api/v1/nodes")).code == 200
    clock(sat.ends + MINUTE)
    with pytest.raises(InvalidStatus) as refusal:
        async with open_socket(lab.id, visitor):
            pass
    response = refusal.value.response
    assert response.status_code == 403 and response.body.decode() == CLOSED
    for body in (None, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "late"}}):
        said = await ask(key, "/api/v1/namespaces/default/configmaps", body)
        assert said.code == 403 and said.said["message"] == CLOSED


@pytest.mark.asyncio
async def test_a_fork_ends_with_it(sat, visitor, clock, open_page):
    lab = await asyncio.to_thread(lambda: sat.parts.first().lab)
    async with open_page(lab, visitor) as page:
        twin = (await page.ask("fork"))["result"]["lab"]
    forked = await asyncio.to_thread(Lab.objects.get, pk=twin)
    assert forked.closes == sat.ends
