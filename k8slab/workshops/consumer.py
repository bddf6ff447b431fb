"""The websocket of a room: an instructor's console, or a learner's page (docs/workshops.md)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import translation
from django.utils.translation import gettext

from k8slab.accounts.visitors import visitor_id_of_scope
from k8slab.labs import quotas
from k8slab.labs.commands import Refused
from k8slab.labs.consumer import the_host
from k8slab.labs.host import Host
from k8slab.labs.outbox import Outbox
from k8slab.labs.present import ROOM
from k8slab.languages import language_of_scope

from . import console, voices
from .models import Room, Seat
from .rooms import LiveRoom, LiveSeat, Rooms

_rooms: WeakKeyDictionary[asyncio.AbstractEventLoop, Rooms] = WeakKeyDictionary()


def the_rooms() -> Rooms:
    """The rooms of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _rooms:
        _rooms[loop] = Rooms(the_host())
    return _rooms[loop]


def _who(room_id: str, visitor_id: str | None) -> tuple[bool, Seat | None]:
    """Whether a visitor is a room's instructor, and their seat there, if any."""
    if not visitor_id:
        return False, None
    room = Room.objects.filter(pk=room_id).first()
    if room is None:
        return False, None
    seat = Seat.objects.filter(room=room, visitor_id=visitor_id, removed=False).first()
    return room.instructor_id == visitor_id, seat


class RoomConsumer(AsyncWebsocketConsumer):
    """One page of a room: a console where ``?console`` is asked for, else a learner's."""

    channel_layer_alias = "none"
    host: Host | None = None
    visitor_id = ""
    room: LiveRoom | None = None
    seat: LiveSeat | None = None
    outbox: Outbox
    _sender: asyncio.Task[None] | None = None
    _budget = float(quotas.MESSAGES_A_SECOND)
    _then = 0.0

    async def connect(self) -> None:
        """Accept the instructor and those who have a seat; to others there is no such room."""
        rooms = the_rooms()
        room_id = self.scope["url_route"]["kwargs"]["room_id"]
        visitor_id = visitor_id_of_scope(self.scope)
        translation.activate(language_of_scope(self.scope))
        is_instructor, seat = await rooms.host.in_thread(_who, room_id, visitor_id)
        as_console = b"console" in self.scope.get("query_string", b"")
        if (as_console and not is_instructor) or (not as_console and seat is None):
            await self._refuse(403 if seat is not None else 404)
        self.visitor_id = str(visitor_id)
        if not rooms.host.sockets.admit(ROOM, self.visitor_id, self._end, quotas.SOCKETS_A_VISITOR):
            await self._refuse(429)
        self.host = rooms.host
        self.host.wake()
        self.room = room = await rooms.enter(room_id)
        if as_console:
            self.outbox = Outbox(room.console_snapshot)
            room.consoles.add(self.outbox)
        elif seat is not None:
            live = self.seat = room.take_in(seat)
            self.outbox = Outbox(lambda: room.learner_snapshot(live))
            live.outboxes.add(self.outbox)
        await self.accept()
        self._sender = asyncio.create_task(self._send_all())

    async def disconnect(self, code: int) -> None:
        """The page has gone."""
        if self._sender is not None:
            self._sender.cancel()
        if self.host is not None:
            self.host.sockets.leave(ROOM, self.visitor_id, self._end)
        if self.room is not None:
            self.room.consoles.discard(self.outbox)
        if self.seat is not None:
            self.seat.outboxes.discard(self.outbox)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """One command at a time."""
        if self.room is None or not await self._within_limits():
            return
        try:
            message = orjson.loads(text_data or b"")
        except orjson.JSONDecodeError:
            message = None
        if not isinstance(message, dict):
            self._reply(None, error=gettext("a message is a JSON object"))
            return
        number = message.get("id")
        try:
            if self.seat is None:
                result = await console.carry_out(self.room, message)
            else:
                result = await voices.hear(self.room, self.seat, message)
        except Refused as refusal:
            self._reply(number, error=str(refusal))
        else:
            self._reply(number, result=result)

    async def _within_limits(self) -> bool:
        now = asyncio.get_running_loop().time()
        rate = quotas.MESSAGES_A_SECOND
        self._budget = min(rate, self._budget + (now - self._then) * rate) - 1
        self._then = now
        if self._budget < -rate:
            await self.close(1008)
            return False
        return True

    def _end(self, code: int) -> None:
        if self._sender is not None:
            self.outbox.close(code)

    async def _refuse(self, status: int) -> None:
        start = {"type": "websocket.http.response.start", "status": status, "headers": []}
        await self.base_send(start)
        await self.base_send({"type": "websocket.http.response.body", "body": b""})
        raise StopConsumer

    def _reply(self, number: Any, *, result: Any = None, error: str | None = None) -> None:
        answer: dict[str, Any] = {"type": "reply", "id": number, "ok": error is None}
        answer |= {"result": result} if error is None else {"error": error}
        self.outbox.put_reply(orjson.dumps(answer).decode())

    async def _send_all(self) -> None:
        with suppress(OSError):  # the page has gone, or does not read: disconnect() follows
            while (text := await self.outbox.get()) is not None:
                await self.send(text_data=text)
            await self.close(self.outbox.closed or 1011)
