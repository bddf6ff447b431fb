"""The database is away for a while: clusters move on, and writes are refused, not lost in silence.

It is locked by another connection, as a copy, a migration or a full disk would have it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, connections
from django.test import Client

from k8slab.engine import Cluster
from k8slab.labs import archive, host
from k8slab.labs.archive import create_lab

PATIENCE_S = 0.2
# Something that ends long after the test, so that a cluster never settles before it is asked to.
KEPT = "kubectl create namespace kept && kubectl run slow --image=busybox -- sleep 3000"


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Who finds the database locked waits for it less long than usual; clocks are saved often."""
    monkeypatch.setitem(connections.settings["default"]["OPTIONS"], "timeout", PATIENCE_S)
    monkeypatch.setattr(host, "SAVE_EVERY_S", 0.1)


@pytest.fixture
def away(transactional_db):
    """``with away():`` nobody else can write."""

    @contextmanager
    def away_() -> Iterator[None]:
        lock = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        lock.execute("PRAGMA busy_timeout=5000")
        lock.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            lock.execute("ROLLBACK")
            lock.close()

    return away_


def now_ms(page) -> int:
    return page.state["clock"]["now_ms"]


@pytest.mark.asyncio
async def test_clusters_move_on_and_can_be_looked_at(lab, visitor, stranger, open_page, away):
    other = await asyncio.to_thread(create_lab, stranger, Cluster(nodes=1, seed=1))
    async with open_page(lab, visitor) as page, open_page(other, stranger) as bystander:
        with away():
            began_ms = now_ms(page)
            assert "node-1" in (await page.run("kubectl get nodes"))["stdout"]
            refused = await page.ask("line", line="kubectl create namespace a")
            assert "could not be saved, so it was not done" in refused["error"]
            await bystander.until(lambda state: state["clock"]["now_ms"] > began_ms + 1_500)
            await page.until(lambda state: state["clock"]["now_ms"] > began_ms + 1_500)
        assert "namespace/a created" in (await page.run("kubectl create namespace a"))["stdout"]


@pytest.mark.asyncio
async def test_what_is_refused_is_undone_and_nothing_else(lab, visitor, open_page, away):
    """A file, the speed, an object; time does not go back to the last save."""
    async with open_page(lab, visitor) as page:
        await page.run(KEPT)
        with away():
            await page.until(lambda state: now_ms(page) > 700)
            at_ms = now_ms(page)
            for do, fields in (
                ("file", {"name": "a.yaml", "text": "a: 1"}),
                ("speed", {"factor": 60}),
                ("settle", {}),
                ("line", {"line": "kubectl create namespace lost && kubectl get ns lost"}),
            ):
                assert not (await page.ask(do, **fields))["ok"], do
            assert page.state["clock"]["speed"] == 1
            assert at_ms <= now_ms(page) < at_ms + 10_000
        names = (await page.run("kubectl get namespaces -o name; ls"))["stdout"]
        assert "kept" in names and "lost" not in names and "a.yaml" not in names
        assert (await page.ask("file", name="a.yaml", text="a: 2"))["ok"]
    record, cluster = await asyncio.to_thread(archive.restore, lab.id)
    assert record.files["a.yaml"] == "a: 2" and record.speed == 1
    assert {it.command["line"] for it in cluster.journal if it.command["do"] == "note"} == {KEPT}


@pytest.mark.asyncio
async def test_it_is_as_before_after_its_return(lab, visitor, open_page, away):
    async with open_page(lab, visitor) as page:
        with away():
            assert not (await page.ask("line", line="kubectl create namespace a"))["ok"]
        assert (await page.ask("line", line="kubectl create namespace a"))["ok"]
        saved_ms = now_ms(page)
        while (await asyncio.to_thread(archive.restore, lab.id))[0].now_ms <= saved_ms:
            await page.take()


@pytest.mark.asyncio
async def test_a_clock_is_not_saved_over_a_command(lab):
    """Upkeep saves clocks without the labs' locks: what came between stays."""
    saved_ms = lab.now_ms
    await asyncio.to_thread(archive.append, lab.id, 0, [], saved_ms + 700)
    await asyncio.to_thread(archive.save_clocks, {lab.id: (saved_ms, saved_ms + 500)})
    await asyncio.to_thread(lab.refresh_from_db)
    assert lab.now_ms == saved_ms + 700
    await asyncio.to_thread(archive.save_clocks, {lab.id: (lab.now_ms, lab.now_ms + 500)})
    await asyncio.to_thread(lab.refresh_from_db)
    assert lab.now_ms == saved_ms + 1_200


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_page_says_that_nothing_was_done(away, language):
    connection.close()  # the next one is impatient
    client, start = Client(headers={"Accept-Language": language}), "/lessons/rollout-500s/start/"
    with away():
        refused = client.post(start)
        assert refused.status_code == 503 and refused["Retry-After"]
        said = {"en": "This could not be saved", "ru": "не удалось сохранить"}[language]
        assert said in refused.content.decode()
        assert client.get("/lessons/rollout-500s/").status_code == 200
    assert client.post(start).status_code == 302
    connection.close()
