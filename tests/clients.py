"""The client's end of the sockets of a lab and of a room, for whoever plays a person in a test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection

from tests.bounds import PATIENCE_S


def text_of(said: list[tuple[str, int]], *descriptors: int) -> str:
    """What a line has printed, or what of it went to these descriptors."""
    return "".join(text for text, of in said if of in (descriptors or (1, 2)))


class Page:
    """The client's end of the protocol, written from docs/protocol.md alone."""

    def __init__(self, socket: ClientConnection, patience_s: float = PATIENCE_S) -> None:
        self.socket = socket
        self.patience_s = patience_s
        self.state: dict[str, Any] = {}
        self.seq = -1
        self.frames = 0
        self._asked = 0
        self.said = ""

    async def take(self) -> dict[str, Any]:
        """The next frame, applied to ``state``."""
        return self.heard(await asyncio.wait_for(self.socket.recv(), self.patience_s))

    def heard(self, text: str | bytes) -> dict[str, Any]:
        """A frame that has come, applied to ``state``."""
        frame = orjson.loads(text)
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
        async with asyncio.timeout(self.patience_s):
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
            self.said += text_of(frame["said"])

    async def run(self, line: str) -> dict[str, Any]:
        """A terminal line's output, ``stdout`` and ``stderr`` by themselves."""
        reply = await self.ask("line", line=line)
        assert reply["ok"], reply
        said = reply["result"]["said"]
        return {**reply["result"], "stdout": text_of(said, 1), "stderr": text_of(said, 2)}


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
        return self.heard(await asyncio.wait_for(self.socket.recv(), PATIENCE_S))

    def heard(self, text: str | bytes) -> dict[str, Any]:
        """A frame that has come, applied."""
        frame = orjson.loads(text)
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
