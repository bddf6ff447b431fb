"""The websocket of a lab (docs/protocol.md): who may open it, what may come in, what goes out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import translation
from django.utils.translation import gettext

from k8slab.accounts.visitors import visitor_id_of_scope
from k8slab.engine.apps.sh.steps import Said
from k8slab.languages import language_of_scope

from . import quotas
from .access import enter_lab
from .archive import still_there
from .commands import MAY, MAY_NOT, Refused
from .host import Host
from .live import CLOSED, LiveLab
from .outbox import Outbox
from .present import LAB, SHARE

POLICY_VIOLATION = 1008
hosts: WeakKeyDictionary[asyncio.AbstractEventLoop, Host] = WeakKeyDictionary()


def the_host() -> Host:
    """The host of the running event loop (a server has one)."""
    loop = asyncio.get_running_loop()
    if loop not in hosts:
        hosts[loop] = Host()
    return hosts[loop]


async def close_host() -> None:
    """Save what is in memory and forget the running loop's host."""
    if host := hosts.pop(asyncio.get_running_loop(), None):
        await host.close()


class LabConsumer(AsyncWebsocketConsumer):
    """One page that watches, and commands, one lab."""

    channel_layer_alias = "none"  # the host has its own fan-out; a layer would cost each socket
    host: Host
    lab: LiveLab | None = None
    outbox: Outbox
    counted: tuple[str, str] | None = None  # as a socket to what, and whose
    guest = ""
    _sender: asyncio.Task[None] | None = None
    _line: asyncio.Task[None] | None = None
    _second = 0.0
    _messages = 0
    _throttled = 0

    async def connect(self) -> None:
        """Accept the lab's owner; to anybody else there is no such lab."""
        self.host = host = the_host()
        language = language_of_scope(self.scope)
        translation.activate(language)
        visitor_id = visitor_id_of_scope(self.scope)
        lab_id = self.scope["url_route"]["kwargs"]["lab_id"]
        entry = await host.in_thread(enter_lab, lab_id, visitor_id)
        if entry is None:
            await self._refuse(404)
        if entry.lab.is_closed:
            await self._refuse(403, gettext(CLOSED))
        is_share = entry.guest == "look"
        counted = (SHARE, lab_id) if is_share else (LAB, str(visitor_id))
        most = quotas.SOCKETS_A_SHARE if is_share else quotas.SOCKETS_A_VISITOR
        if not host.sockets.admit(*counted, self._end, most):
            await self._refuse(429)
        self.counted = counted
        await self.accept()
        self.guest = entry.guest
        enter = host.look if is_share else host.watch
        self.lab = await enter(entry.lab, self._outbox)
        if not entry.guest:
            host.speak(self.lab, language)
        self._sender = asyncio.create_task(self._send_all())

    async def disconnect(self, code: int) -> None:
        """The page has gone."""
        host = self.host
        if self.counted is not None:
            host.sockets.leave(*self.counted, self._end)
        if self._sender is not None:
            self._sender.cancel()
        if self._line is not None and not self._line.done():
            self._interrupt()
        if self.lab is not None:
            host.unwatch(self.lab, self.outbox)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """One command at a time, and not before the client has read the answers so far."""
        if not await self._within_limits() or self.lab is None:
            return
        try:
            message = orjson.loads(text_data or b"")
        except orjson.JSONDecodeError:
            message = None
        if not isinstance(message, dict):
            self._reply(None, error=gettext("a message is a JSON object"))
            return
        if message.get("do") == "resync":
            self.outbox.start_afresh()
            return
        if message.get("do") == "interrupt":
            self._interrupt()
            self._reply(message.get("id"))
            return
        if self.guest in MAY and message.get("do") not in MAY[self.guest]:
            self._reply(message.get("id"), error=str(MAY_NOT[self.guest]))
            return
        if self.guest == "look" and not await self.host.in_thread(still_there, [self.lab.id]):
            await self.close(POLICY_VIOLATION)
            return
        await self.outbox.room()
        if message.get("do") == "line":  # may wait, and others must get through meanwhile
            self._line = asyncio.create_task(self._answer(self.lab, message))
        else:
            await self._answer(self.lab, message)

    async def _answer(self, lab: LiveLab, message: dict[str, Any]) -> None:
        number = message.get("id")

        def tell(said: Sequence[Said]) -> None:
            frame = {"type": "output", "id": number, "said": [list(each) for each in said]}
            self.outbox.put_reply(orjson.dumps(frame).decode())

        try:
            self._reply(number, result=await self.host.run(lab, message, tell))
        except Refused as refusal:
            self._reply(number, error=str(refusal))

    def _end(self, code: int) -> None:
        if self.lab is not None:
            self.outbox.close(code)

    def _interrupt(self) -> None:
        if self.lab is not None and self.lab.line is not None:
            self.lab.line.interrupted = True

    async def _refuse(self, status: int, why: str = "") -> None:
        """Answer the handshake with a plain HTTP status, and why in plain words."""
        headers = [(b"content-type", b"text/plain; charset=utf-8")]
        start = {"type": "websocket.http.response.start", "status": status, "headers": headers}
        await self.base_send(start)
        await self.base_send({"type": "websocket.http.response.body", "body": why.encode()})
        raise StopConsumer

    async def _within_limits(self) -> bool:
        """Slow down who sends too much, and end the socket of who goes on doing so."""
        now = monotonic()
        if now >= self._second + 1:
            self._throttled = (
                self._throttled + 1 if self._messages > quotas.MESSAGES_A_SECOND else 0
            )
            self._second, self._messages = now, 0
        self._messages += 1
        if self._throttled >= quotas.THROTTLED_SECONDS_MAX:
            await self.close(POLICY_VIOLATION)
            return False
        if self._messages > quotas.MESSAGES_A_SECOND:
            await asyncio.sleep(max(0.0, self._second + 1 - now))
        return True

    def _reply(self, number: Any, *, result: Any = None, error: str | None = None) -> None:
        answer: dict[str, Any] = {"type": "reply", "id": number, "ok": error is None}
        answer |= {"result": result} if error is None else {"error": error}
        self.outbox.put_reply(orjson.dumps(answer).decode())

    def _outbox(self, lab: LiveLab) -> Outbox:
        self.outbox = Outbox(lab.snapshot_frame)
        self.outbox.guest = self.guest
        return self.outbox

    async def _send_all(self) -> None:
        with suppress(OSError):  # the page has gone, or does not read: disconnect() follows
            while (text := await self.outbox.get()) is not None:
                await self.send(text_data=text)
            await self.close(self.outbox.closed)
