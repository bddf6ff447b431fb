"""The channels of exec and attach over a websocket (v4 and v5.channel.k8s.io, apiserver 1.36).

Each message begins with the number of its channel; in v5, 255 and a number closes that channel.
"""

from __future__ import annotations

import asyncio
from typing import Any

import orjson

from k8slab.engine.base.objects import Obj

STDIN, STDOUT, STDERR, STATUS, RESIZE, CLOSE = 0, 1, 2, 3, 4, 255
V5, V4 = "v5.channel.k8s.io", "v4.channel.k8s.io"
WAITING_MAX = 1 << 20
SEND_TIMEOUT_S = 20


class Gone(Exception):
    """The client has gone."""


class Channels:
    """Both ends of one connection. ``heard`` has what came on stdin; None where that was closed."""

    def __init__(self, receive: Any, send: Any, protocol: str) -> None:
        self.protocol = protocol
        self.heard: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.gone = False
        self._receive = receive
        self._send = send
        self._waiting = 0

    async def listen(self) -> None:
        """Take what comes, until the client goes."""
        while (message := await self._receive())["type"] == "websocket.receive":
            data = message.get("bytes") or (message.get("text") or "").encode()
            if data[:1] == bytes([STDIN]) and len(data) > 1:
                self._waiting += len(data)
                if self._waiting > WAITING_MAX:
                    break
                self.heard.put_nowait(data[1:])
            elif data[:2] == bytes([CLOSE, STDIN]):
                self.heard.put_nowait(None)
        self.hang_up()

    def hang_up(self) -> None:
        """Take and send no more."""
        self.gone = True
        self.heard.put_nowait(None)

    async def read(self, timeout_s: float | None = None) -> bytes | None:
        """The next piece of stdin; None where it has ended. TimeoutError."""
        data = await asyncio.wait_for(self.heard.get(), timeout_s)
        if data is not None:
            self._waiting -= len(data) + 1
        return data

    async def write(self, channel: int, text: str | bytes) -> None:
        """Send text, or bytes. Gone where nobody takes it."""
        if not text:
            return
        if self.gone:
            raise Gone
        data = text.encode() if isinstance(text, str) else text
        message = {"type": "websocket.send", "bytes": bytes([channel]) + data}
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await self._send(message)
        except (TimeoutError, OSError):
            raise Gone from None

    async def end(self, status: Obj) -> None:
        """Send how it ended, and close."""
        await self.write(STATUS, orjson.dumps(status).decode())
        await self._send({"type": "websocket.close", "code": 1000})


def ended(code: int) -> Obj:
    """The Status of a command that has ended with an exit code."""
    if not code:
        return {"metadata": {}, "status": "Success"}
    return {
        "metadata": {},
        "status": "Failure",
        "message": f"command terminated with non-zero exit code: exit status {code}",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": str(code)}]},
    }


def failed(why: str) -> Obj:
    """The Status of a command that could not be run."""
    return {
        "metadata": {},
        "status": "Failure",
        "message": why,
        "reason": "InternalError",
        "details": {"causes": [{"message": why}]},
        "code": 500,
    }
