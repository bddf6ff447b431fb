"""A room with its instructor and learners, each with a lab, and sockets to both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect

from k8slab.accounts.models import Visitor
from k8slab.engine import Cluster
from k8slab.labs.archive import create_lab
from k8slab.workshops.joining import new_code, take_seat
from k8slab.workshops.models import Room, Seat
from tests.labs.conftest import (  # noqa: F401  (fixtures)
    DEPLOYMENT,
    ORIGIN,
    PATIENCE_S,
    cookie,
    open_page,
    open_socket,
    server,
)

LESSON = "rollout-500s"


class Here:
    """The client's end of a room's socket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.room: dict[str, Any] = {}
        self.seat: dict[str, Any] = {}
        self.seats: dict[str, Any] = {}
        self.others: list[dict[str, Any]] = []
        self._asked = 0

    async def take(self) -> dict[str, Any]:
        """The next frame, applied."""
        frame = orjson.loads(await asyncio.wait_for(self.socket.recv(), PATIENCE_S))
        rest = {name: value for name, value in frame.items() if name != "type"}
        match frame["type"]:
            case "welcome" | "console":
                self.room, self.seat = rest["room"], rest.get("seat", {})
                self.seats = rest.get("seats", {})
            case "room":
                self.room |= rest
            case "tiles":
                self.seats |= rest["seats"]
            case "left":
                self.seats.pop(str(rest["seat"]), None)
            case "hand" | "consent":
                self.seat |= rest
            case "reply":
                pass
            case _:
                self.others.append(frame)
        return frame

    async def until(self, predicate: Callable[[Here], bool]) -> None:
        """Take frames until it is as wanted."""
        async with asyncio.timeout(PATIENCE_S):
            while not (self.room and predicate(self)):
                await self.take()

    async def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        """Send a command and take frames up to its reply."""
        self._asked += 1
        await self.socket.send(orjson.dumps({"id": self._asked, "do": do, **fields}).decode())
        while True:
            frame = await self.take()
            if frame["type"] == "reply" and frame["id"] == self._asked:
                return frame


@pytest.fixture
def instructor(transactional_db: None) -> Visitor:
    return Visitor.objects.create()


@pytest.fixture
def room(instructor: Visitor) -> Room:
    return Room.objects.create(
        instructor=instructor, title="Tuesday", code=new_code(), lessons=[LESSON], lesson=LESSON
    )


@pytest.fixture
def learners(room: Room) -> list[Seat]:
    """Three seats, each with a lab of its own."""
    seats = []
    for name in ("Ada", "Bo", "Cy"):
        visitor = Visitor.objects.create()
        seat = take_seat(room, visitor, name)
        cluster = Cluster(nodes=3, seed=7)
        seat.lab = create_lab(visitor, cluster, files={"web.yaml": DEPLOYMENT})
        seat.save()
        seats.append(seat)
    return seats


@pytest.fixture
def enter(server: str, cookie: Callable[[Visitor], str]) -> Callable[..., Any]:  # noqa: F811
    """``async with enter(room, visitor, console=True) as here``."""

    @asynccontextmanager
    async def enter_(room: Room, visitor: Visitor, console: bool = False) -> AsyncIterator[Here]:
        query = "?console" if console else ""
        url = f"ws://{server}/ws/rooms/{room.id}/{query}"
        headers = {"Cookie": cookie(visitor)}
        async with connect(url, origin=ORIGIN, additional_headers=headers) as socket:
            here = Here(socket)
            await here.until(lambda _: True)
            yield here

    return enter_
