"""What waits to go down one socket.

A client that reads too slowly gets no queue: once 256 KB wait, its frames are thrown away and it is
given a snapshot when it reads again. The latest state wins; replies are never thrown away.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from .quotas import BUFFER_BYTES


class Outbox:
    """Frames and replies of one socket, in order. ``snapshot`` gives the present as a frame."""

    def __init__(self, snapshot: Callable[[], str]) -> None:
        self._snapshot = snapshot
        self._waiting: deque[tuple[str, bool]] = deque()  # text, and whether it is a frame
        self._bytes = 0
        self._stale = True
        self._ready = asyncio.Event()
        self._room = asyncio.Event()
        self._ready.set()
        self._room.set()
        self.closed: int | None = None
        self.guest = ""

    def put_frame(self, text: str) -> None:
        """A frame that all watchers get; dropped where a snapshot is due anyway."""
        if self._stale:
            return
        if self._bytes + len(text) > BUFFER_BYTES:
            self.start_afresh()
            return
        self._put(text, is_frame=True)

    def put_reply(self, text: str) -> None:
        """An answer to this socket's own command."""
        self._put(text, is_frame=False)

    def start_afresh(self) -> None:
        """Throw the waiting frames away; a snapshot takes their place."""
        replies = [(text, is_frame) for text, is_frame in self._waiting if not is_frame]
        self._waiting = deque(replies)
        self._bytes = sum(len(text) for text, _ in replies)
        self._stale = True
        self._ready.set()

    def close(self, code: int) -> None:
        """End the socket with ``code`` as soon as it is asked for more."""
        self.closed = code
        self._ready.set()
        self._room.set()

    async def get(self) -> str | None:
        """The next text to send; None once closed."""
        await self._ready.wait()
        if self.closed is not None:
            return None
        if self._waiting:
            text, _ = self._waiting.popleft()
            self._bytes -= len(text)
        else:
            self._stale = False
            text = self._snapshot()
        if self._bytes <= BUFFER_BYTES:
            self._room.set()
        if not self._waiting and not self._stale:
            self._ready.clear()
        return text

    async def room(self) -> None:
        """Wait until the client has read enough for another command to be taken."""
        await self._room.wait()

    def _put(self, text: str, *, is_frame: bool) -> None:
        self._waiting.append((text, is_frame))
        self._bytes += len(text)
        if self._bytes > BUFFER_BYTES:
            self._room.clear()
        self._ready.set()
