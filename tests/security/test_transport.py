"""Hostile connections and sockets. Numbers: docs/security.md."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic
from typing import Any

import h11
import pytest
import pytest_asyncio
import uvicorn

from k8slab import sockets
from k8slab.engine import Cluster
from k8slab.labs import quotas
from k8slab.labs.archive import create_lab
from tests.bounds import PATIENCE_S

pytestmark = pytest.mark.asyncio
MAKEFILE = Path(__file__).resolve().parents[2] / "Makefile"


@pytest_asyncio.fixture
async def slow(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> AsyncIterator[int]:
    """The port of a server that waits for a head for 0.3 s, and for a body for 0.6 s."""
    from k8slab.asgi import application

    monkeypatch.setattr(sockets, "WITHIN_S", {h11.IDLE: 0.3, h11.SEND_BODY: 0.6})
    config = uvicorn.Config(
        application, port=0, http=sockets.Http, ws=sockets.Protocol, log_config=None
    )
    running = uvicorn.Server(config)
    serving = asyncio.create_task(running.serve())
    while not running.started:
        await asyncio.sleep(0.01)
    yield running.servers[0].sockets[0].getsockname()[1]
    running.should_exit = True
    await serving


HEAD = b"POST /join/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@pytest.mark.parametrize(
    ("first", "drip", "within_s"),
    [
        (b"", b"", 0.3),
        (b"", b"G", 0.3),
        (HEAD, b"X", 0.3),
        (HEAD + b"Content-Length: 1000\r\n\r\n", b"x", 0.6),
        (b"GET /words/en.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"G", 0.3),
    ],
    ids=["says nothing", "a head in drops", "endless headers", "a body in drops", "a second head"],
)
async def test_who_sends_in_drops_is_cut_off(
    slow: int, first: bytes, drip: bytes, within_s: float
) -> None:
    """48"""
    reader, writer = await asyncio.open_connection("127.0.0.1", slow)
    writer.write(first)
    if first.startswith(b"GET"):
        assert b"200" in await reader.readline()
    began = monotonic()

    async def drops() -> None:
        while drip:
            writer.write(drip)
            await asyncio.sleep(0.05)

    dripping = asyncio.create_task(drops())
    async with asyncio.timeout(PATIENCE_S):
        try:
            while await reader.read(65_536):
                pass
        except ConnectionError:
            pass
    assert monotonic() - began > within_s * 0.9
    dripping.cancel()
    writer.close()


async def test_a_socket_is_not_cut_off(
    slow: int, lab: Any, visitor: Any, cookie: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A websocket says nothing for long, and stays."""
    from websockets.asyncio.client import connect

    from tests.labs.conftest import ORIGIN

    url, headers = f"ws://127.0.0.1:{slow}/ws/labs/{lab.id}/", {"Cookie": cookie(visitor)}
    async with connect(url, origin=ORIGIN, additional_headers=headers) as socket:
        began = monotonic()
        while monotonic() < began + 1:
            await asyncio.wait_for(socket.recv(), PATIENCE_S)


async def test_the_server_runs_with_these_limits() -> None:
    """45, 48, 49: what `make run` and README.md start."""
    for text in (MAKEFILE.read_text(), MAKEFILE.with_name("README.md").read_text()):
        for option in (
            "--http k8slab.sockets:Http",
            "--ws k8slab.sockets:Protocol",
            "--ws-max-size 65536",
            "--ws-per-message-deflate false",
        ):
            assert option in text


async def test_no_compression_is_agreed_on(lab: Any, visitor: Any, open_socket: Any) -> None:
    """49: the client offers permessage-deflate, as browsers do."""
    async with open_socket(lab.id, visitor) as socket:
        assert "permessage-deflate" in socket.request.headers["Sec-WebSocket-Extensions"]
        assert "Sec-WebSocket-Extensions" not in socket.response.headers


async def test_a_storm_of_jobs_under_time_skip_has_a_budget(
    visitor: Any, stranger: Any, open_page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """17: fifty CronJobs each minute, an hour skipped: it stops early, and others move on."""
    monkeypatch.setattr(quotas, "SETTLE_RECONCILES", 4_000)
    stormy = await asyncio.to_thread(create_lab, visitor, Cluster(nodes=3, seed=1))
    other = await asyncio.to_thread(create_lab, stranger, Cluster(nodes=1, seed=1))
    async with open_page(stormy, visitor) as page, open_page(other, stranger) as bystander:
        await page.ask("pause")
        line = "kubectl create cronjob c{} --image=busybox:1.36 --schedule='* * * * *' -- sleep 9"
        for start in range(0, 50, 10):
            await page.run(";".join(line.format(start + it) for it in range(10)))
        seen, began_ms = bystander.frames, page.state["clock"]["now_ms"]
        skipping = asyncio.create_task(page.ask("reach", at_ms=began_ms + 3_600_000))
        while not skipping.done():
            await bystander.take()
        reached = (await skipping)["result"]["now_ms"]
        assert began_ms < reached < began_ms + 3_600_000
        assert bystander.frames > seen + 2
