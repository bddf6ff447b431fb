"""A real server on the test's own event loop, visitors with cookies, and sockets to their labs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
import pytest_asyncio
import uvicorn
from django.conf import settings
from django.contrib.sessions.backends.signed_cookies import SessionStore
from websockets.asyncio.client import ClientConnection, connect

from k8slab.accounts.models import Visitor
from k8slab.engine import Cluster
from k8slab.labs.archive import create_lab
from k8slab.labs.models import Lab

ORIGIN = settings.ORIGINS[0]
PATIENCE_S = 5


@pytest.fixture
def cookie() -> Callable[[Visitor], str]:
    """The Cookie header of a visitor's browser."""

    def cookie_(visitor: Visitor) -> str:
        session = SessionStore()
        session["visitor"] = visitor.id
        session.save()
        return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"

    return cookie_


class Page:
    """The client's end of the protocol, written from docs/protocol.md alone."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.state: dict[str, Any] = {}
        self.seq = -1
        self.frames = 0
        self._asked = 0
        self.said = ""

    async def take(self) -> dict[str, Any]:
        """The next frame, applied to ``state``."""
        frame = orjson.loads(await asyncio.wait_for(self.socket.recv(), PATIENCE_S))
        if frame["type"] == "snapshot":
            self.state, self.seq = frame["state"], frame["seq"]
        elif frame["type"] == "delta":
            assert frame["seq"] == self.seq + 1, "a frame is missing or came twice"
            self.seq = frame["seq"]
            for path in frame["drop"]:
                del self._place(path)[path[-1]]
            for path, value in frame["set"]:
                self._place(path)[path[-1]] = value
        self.frames += 1
        return frame

    def _place(self, path: list[str]) -> dict[str, Any]:
        place = self.state
        for name in path[:-1]:
            place = place.setdefault(name, {})
        return place

    async def until(self, predicate: Callable[[dict[str, Any]], bool]) -> None:
        """Take frames until State is as wanted."""
        async with asyncio.timeout(PATIENCE_S):
            while not (self.state and predicate(self.state)):
                await self.take()

    async def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        """Send a command and take frames up to its reply."""
        self._asked += 1
        await self.socket.send(orjson.dumps({"id": self._asked, "do": do, **fields}).decode())
        return await self.answer(self._asked)

    async def answer(self, number: int) -> dict[str, Any]:
        """Take frames up to the reply to a command; ``said`` collects what its line prints."""
        while True:
            frame = await self.take()
            if frame.get("id") != number:
                continue
            if frame["type"] == "reply":
                return frame
            self.said += frame["text"]

    async def run(self, line: str) -> dict[str, Any]:
        """A terminal line's output."""
        reply = await self.ask("line", line=line)
        assert reply["ok"], reply
        return reply["result"]


@pytest.fixture
def visitor(transactional_db: None) -> Visitor:
    return Visitor.objects.create()


@pytest.fixture
def stranger(transactional_db: None) -> Visitor:
    return Visitor.objects.create()


@pytest.fixture
def lab(visitor: Visitor) -> Lab:
    """A fresh three-node cluster of the visitor's."""
    return create_lab(visitor, Cluster(nodes=3, seed=7), files={"web.yaml": DEPLOYMENT})


@pytest_asyncio.fixture
async def server(transactional_db: None) -> AsyncIterator[str]:
    """The address of a server on this event loop, with the options of ``make run``."""
    from k8slab.asgi import application

    config = uvicorn.Config(
        application,
        port=0,
        ws="websockets-sansio",
        ws_max_size=65536,
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
    )
    running = uvicorn.Server(config)
    serving = asyncio.create_task(running.serve())
    while not running.started:
        await asyncio.sleep(0)
    yield f"127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    running.should_exit = True
    await serving


@pytest.fixture
def open_socket(server: str, cookie: Callable[[Visitor], str]) -> Callable[..., Any]:
    """Opens a raw socket: ``async with open_socket(lab_id, visitor) as socket``."""

    def open_(lab_id: str, visitor: Visitor | None, origin: str | None = ORIGIN) -> connect:
        headers = {"Cookie": cookie(visitor)} if visitor else {}
        return connect(
            f"ws://{server}/ws/labs/{lab_id}/", origin=origin, additional_headers=headers
        )

    return open_


@pytest.fixture
def open_page(open_socket: Callable[..., Any]) -> Callable[..., Any]:
    """Opens a lab as its page does; the snapshot has been taken."""

    @asynccontextmanager
    async def open_(lab: Lab, visitor: Visitor) -> AsyncIterator[Page]:
        async with open_socket(lab.id, visitor) as socket:
            page = Page(socket)
            await page.until(lambda state: True)
            yield page

    return open_


DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "nginx:1.27"}]}
"""
