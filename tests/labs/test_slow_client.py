"""A page that stops reading: little waits for it, then the latest state, then its socket ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import orjson
import pytest
import pytest_asyncio
import uvicorn
from websockets.asyncio.client import connect

from k8slab import sockets
from k8slab.labs.consumer import the_host
from k8slab.labs.quotas import BUFFER_BYTES
from tests.bounds import PATIENCE_S
from tests.clients import Page

from .conftest import ORIGIN

pytestmark = pytest.mark.asyncio
JAM = b"\0" * (32 << 20)
"""More than the kernel's buffers hold."""


@pytest_asyncio.fixture
async def running(transactional_db: None) -> AsyncIterator[uvicorn.Server]:
    """A server of which the test sees the connections."""
    from k8slab.asgi import application

    config = uvicorn.Config(
        application,
        port=0,
        http=sockets.Http,
        ws=sockets.Protocol,
        timeout_graceful_shutdown=1,
        log_config=None,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0)
    yield server
    server.should_exit = True
    await serving


@pytest.fixture
def enter(running, lab, visitor, cookie):
    """``async with enter() as page`` has the lab's picture."""
    port = running.servers[0].sockets[0].getsockname()[1]
    url, headers = f"ws://127.0.0.1:{port}/ws/labs/{lab.id}/", {"Cookie": cookie(visitor)}

    @asynccontextmanager
    async def enter_() -> AsyncIterator[Page]:
        how = {"origin": ORIGIN, "additional_headers": headers, "close_timeout": 0.2}
        async with connect(url, **how) as its:
            page = Page(its)
            await page.until(lambda state: True)
            yield page

    return enter_


def other_end(running: uvicorn.Server, page: Page) -> Any:
    """The server's protocol of a page."""
    mine = page.socket.transport.get_extra_info("sockname")
    (its,) = (
        it
        for it in running.server_state.connections
        if it.transport.get_extra_info("peername") == mine
    )
    return its


async def until_stale(outbox: Any, busy: Page) -> int:
    """Let much happen in the lab until the outbox has given up its queue: the most it held."""
    replicas, most = 30, 0
    async with asyncio.timeout(PATIENCE_S):
        while not outbox._stale:
            await busy.run(f"kubectl scale deployment web --replicas={replicas}")
            replicas = 30 - replicas
            for _ in range(4):
                await busy.take()
                most = max(most, outbox._bytes)
    return most


def canonical(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


@pytest.mark.parametrize("reads_again", [True, False])
async def test_a_page_that_stops_reading(lab, running, enter, monkeypatch, reads_again):
    """PX-002: at most 256 KB wait; then it is the latest state, or the end."""
    monkeypatch.setattr(sockets, "SEND_TIMEOUT_S", 3600 if reads_again else 0.5)
    monkeypatch.setattr(sockets, "LINGER_S", 0.5)
    async with enter() as busy, AsyncExitStack() as later:
        live = the_host().labs[lab.id]
        busy_ones = set(live.watchers)
        page = await later.enter_async_context(enter())
        (outbox,) = live.watchers - busy_ones
        await busy.ask("apply", name="web.yaml")
        await busy.ask("speed", factor=60)
        protocol = other_end(running, page)
        if reads_again:
            protocol.pause_writing()  # what its transport does once 64 KB wait there
            assert await until_stale(outbox, busy) <= BUFFER_BYTES
            await busy.ask("pause")
            protocol.resume_writing()
            skipped = page.frames
            while page.seq < live.seq:
                await page.take()
            assert page.frames < skipped + 5 < page.seq, "most of it came as one snapshot"
            assert canonical(page.state) == canonical(live.picture.state)
        else:
            page.socket.transport.pause_reading()
            protocol.transport.write(JAM)
            async with asyncio.timeout(PATIENCE_S):
                while outbox in live.watchers:
                    await busy.take()
            assert protocol not in running.server_state.connections
            assert protocol.transport.is_closing()
        await busy.ask("pause")
        while busy.seq < live.seq:
            await busy.take()
        assert canonical(busy.state) == canonical(live.picture.state)
