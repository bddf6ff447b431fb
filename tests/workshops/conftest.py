"""A room with its instructor and learners, each with a lab, and sockets to both."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import connect

from k8slab.accounts.models import Visitor
from k8slab.engine import Cluster
from k8slab.labs.archive import create_lab
from k8slab.workshops.joining import new_code, take_seat
from k8slab.workshops.models import Room, Seat
from tests.clients import Here
from tests.labs.conftest import (  # noqa: F401  (fixtures)
    DEPLOYMENT,
    ORIGIN,
    cookie,
    open_page,
    open_socket,
    server,
)

LESSON = "rollout-500s"


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
        seat.lab = create_lab(visitor, cluster, lesson=LESSON, files={"web.yaml": DEPLOYMENT})
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
