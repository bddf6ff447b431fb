"""Scripted learners of a workshop: they join by its pages, then live on their two sockets."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from http.cookiejar import CookieJar
from threading import Thread
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, build_opener

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.bounds import PATIENCE_S
from tests.clients import Here, Page

Answer = TypeVar("Answer")


class Learner:
    """One of them. ``here`` is their end of the room, ``page`` that of their lab."""

    def __init__(self, address: str, name: str) -> None:
        self.name = name
        self.address = address
        self.here: Here
        self.page: Page
        self.closed_with: int | None = None
        self._cookies = CookieJar()
        self._http = build_opener(HTTPCookieProcessor(self._cookies))
        self._ids: dict[str, str] = {}
        self._sockets: list[ClientConnection] = []
        self._following: list[asyncio.Task[None]] = []
        self._replies: dict[int, dict[str, Any]] = {}
        self._asked = 0
        self._moved = asyncio.Event()

    def join(self, code: str) -> tuple[int, str]:
        """Take a seat by the form: the status and the text of the page that it leads to."""
        status, url, text = self._open(f"/join/{code}/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)
        if status == 200 and token:
            fields = {"code": code, "nickname": self.name, "csrfmiddlewaretoken": token[1]}
            status, url, text = self._open("/join/", urlencode(fields).encode())
        asked = parse_qs(urlsplit(url).query)
        self._ids = {name: values[0] for name, values in asked.items()}
        return status, text

    def _open(self, path: str, form: bytes | None = None) -> tuple[int, str, str]:
        """Status, address and text of the page that a GET, or a POST of a form, leads to."""
        try:
            answer = self._http.open(f"{self.address}{path}", form, timeout=PATIENCE_S)
        except HTTPError as refused:
            answer = refused
        with answer:
            return answer.status, answer.url, answer.read().decode()

    async def come(self) -> None:
        """Open both sockets, as the lesson's page does, and follow them."""
        room, lab = await asyncio.gather(self._connect("room"), self._connect("lab"))
        self._sockets = [room, lab]
        self.here, self.page = Here(room), Page(lab)
        self._following = [
            asyncio.create_task(self._follow(room, self.here)),
            asyncio.create_task(self._follow(lab, self.page)),
        ]
        await self.until(lambda it: bool(it.here.room and it.page.state))

    async def drop(self) -> None:
        """The connection breaks; nobody says goodbye."""
        for socket in self._sockets:
            socket.transport.abort()
        await asyncio.gather(*self._following)

    async def tell_room(self, do: str, **fields: Any) -> dict[str, Any]:
        """The room's reply to a command."""
        return await self._ask(self.here.socket, do, fields)

    async def tell_lab(self, do: str, **fields: Any) -> dict[str, Any]:
        """The lab's reply to a command."""
        return await self._ask(self.page.socket, do, fields)

    async def until(self, predicate: Callable[[Learner], bool]) -> None:
        """Wait until what has come is as wanted."""
        async with asyncio.timeout(PATIENCE_S):
            while not predicate(self):
                for task in self._following:
                    if task.done():
                        task.result()
                self._moved.clear()
                await self._moved.wait()

    async def _ask(
        self, socket: ClientConnection, do: str, fields: dict[str, Any]
    ) -> dict[str, Any]:
        self._asked += 1
        number = self._asked
        await socket.send(orjson.dumps({"id": number, "do": do, **fields}).decode())
        await self.until(lambda it: number in it._replies)
        return self._replies.pop(number)

    async def _connect(self, which: str) -> ClientConnection:
        where = self.address.replace("http", "ws", 1)
        cookies = "; ".join(f"{it.name}={it.value}" for it in self._cookies)
        return await connect(
            f"{where}/ws/{which}s/{self._ids[which]}/",
            origin=self.address,
            additional_headers={"Cookie": cookies},
            compression=None,
            open_timeout=PATIENCE_S,
        )

    async def _follow(self, socket: ClientConnection, end: Here | Page) -> None:
        try:
            async for text in socket:
                frame = end.heard(text)
                if frame["type"] == "reply":
                    self._replies[frame["id"]] = frame
                self._moved.set()
        except ConnectionClosed:
            pass
        finally:
            if isinstance(end, Here):
                self.closed_with = socket.close_code
            self._moved.set()


class Crowd:
    """Learners on an event loop of their own, beside the thread that drives the browser."""

    def __init__(self, learners: Sequence[Learner], loop: asyncio.AbstractEventLoop) -> None:
        self.everybody = tuple(learners)
        self.learners = list(learners)
        self._loop = loop

    def all(self, work: Callable[[Learner], Awaitable[Answer]]) -> list[Answer]:
        """Those who are still in do the same at the same time; what came of it, in order."""
        return self._together(self.learners, work)

    def part(self) -> None:
        """Every connection breaks."""
        self._together(self.everybody, Learner.drop)

    def _together(
        self, learners: Sequence[Learner], work: Callable[[Learner], Awaitable[Answer]]
    ) -> list[Answer]:

        async def together() -> list[Answer]:
            return await asyncio.gather(*(work(it) for it in learners))

        return asyncio.run_coroutine_threadsafe(together(), self._loop).result(2 * PATIENCE_S)


@contextmanager
def crowd(address: str, names: Sequence[str]) -> Iterator[Crowd]:
    """Learners who have not joined yet; at the end their connections break."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    people = Crowd([Learner(address, name) for name in names], loop)
    try:
        yield people
    finally:
        people.part()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
