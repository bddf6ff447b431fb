"""Rooms that are in use: who is there, what everybody is told, what the instructor sees.

A LiveRoom lives in the process whose sockets its people have. Learners' frames are deltas of the
room's small state; consoles get the tiles that changed, once a second. What must last is in the
database before it is told (``models.py``).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from time import monotonic, time
from typing import Any

import orjson
from django.db import DatabaseError

from k8slab.labs.host import Host
from k8slab.labs.live import LiveLab
from k8slab.labs.outbox import Outbox

from .models import Room, Seat
from .tiles import tile

log = logging.getLogger("k8slab.workshops")
PERIOD_S = 1.0
SAVE_S = 5.0
HINTS_KEPT = 20
State = dict[str, Any]


class LiveSeat:
    """A learner of the room. ``outboxes`` are their pages that are open now."""

    def __init__(self, seat: Seat) -> None:
        self.id: int = seat.pk
        self.visitor_id: str = seat.visitor_id
        self.nickname = seat.nickname
        self.lab_id: str | None = seat.lab_id
        self.consent: str = seat.consent
        self.progress: State = dict(seat.progress)
        self.outboxes: set[Outbox] = set()
        self.hand_since: float | None = None
        self.where = ""
        self.asked_for = ""
        self.tile: State = {}
        self.dirty = False

    def as_row(self) -> State:
        """The seat's tile with who sits there."""
        return {
            "id": self.id,
            "nickname": self.nickname,
            "here": bool(self.outboxes),
            "hand": self.hand_since,
            "where": self.where,
            "consent": self.consent,
            "lab": self.lab_id,
            **self.tile,
        }


class LiveRoom:
    """One room. ``say`` tells learners, ``tell`` the consoles."""

    def __init__(self, room: Room, host: Host) -> None:
        self.id: str = room.id
        self.instructor_id: str = room.instructor_id
        self.host = host
        self.seats = {seat.pk: LiveSeat(seat) for seat in room.seats.filter(removed=False)}
        self.consoles: set[Outbox] = set()
        self.state: State = {
            "title": room.title,
            "code": room.code,
            "lessons": room.lessons,
            "lesson": room.lesson,
            "locked": room.locked,
            "frozen": room.frozen,
            "timer_ends": None,
            "hints": [],
            "poll": None,
            "place": None,
        }
        self._shown: dict[int, State] = {}
        self._saved = monotonic()

    # What learners are told

    def say(self, **changes: Any) -> None:
        """Change the room's state; everybody is told."""
        self.state |= changes
        text = _frame("room", **changes)
        for seat in self.seats.values():
            for outbox in seat.outboxes:
                outbox.put_frame(text)
        self.tell("room", **changes)

    def to(self, seat: LiveSeat, kind: str, **more: Any) -> None:
        """Tell one learner."""
        for outbox in seat.outboxes:
            outbox.put_reply(_frame(kind, **more))

    def to_all(self, kind: str, **more: Any) -> None:
        """Tell every learner something that is no part of the state."""
        text = _frame(kind, **more)
        for seat in self.seats.values():
            for outbox in seat.outboxes:
                outbox.put_reply(text)

    def hint(self, text: str) -> None:
        """A hint for everybody; those who come later find it too."""
        hints = [*self.state["hints"], {"text": text, "at": time()}]
        self.say(hints=hints[-HINTS_KEPT:])

    def learner_snapshot(self, seat: LiveSeat) -> str:
        """All that a learner's page shows of the room."""
        mine = {"nickname": seat.nickname, "hand": seat.hand_since, "consent": seat.consent}
        return _frame("welcome", room=_for_learners(self.state), seat=mine)

    # What consoles are told

    def tell(self, kind: str, **more: Any) -> None:
        """Tell every console."""
        text = _frame(kind, **more)
        for outbox in self.consoles:
            outbox.put_frame(text)

    def console_snapshot(self) -> str:
        """All that a console shows."""
        seats = {str(seat.id): seat.as_row() for seat in self.seats.values()}
        return _frame("console", room=self.state, seats=seats)

    # People

    def take_in(self, seat: Seat) -> LiveSeat:
        """The live seat of a learner who comes (back)."""
        live = self.seats.get(seat.pk)
        if live is None:
            live = self.seats[seat.pk] = LiveSeat(seat)
        live.visitor_id, live.lab_id, live.consent = seat.visitor_id, seat.lab_id, seat.consent
        return live

    def put_out(self, seat: LiveSeat, code: int) -> None:
        """A learner leaves for good: their pages lose the room."""
        for outbox in seat.outboxes:
            outbox.close(code)
        self.seats.pop(seat.id, None)
        self._shown.pop(seat.id, None)
        self.tell("left", seat=seat.id)

    def labs(self) -> Iterator[tuple[LiveSeat, LiveLab]]:
        """The seats whose labs are in memory, with them."""
        for seat in self.seats.values():
            lab = self.host.labs.get(seat.lab_id or "")
            if lab is not None:
                yield seat, lab

    @property
    def is_empty(self) -> bool:
        """Whether nobody is here."""
        return not self.consoles and not any(seat.outboxes for seat in self.seats.values())

    # Time

    def look(self) -> None:
        """Bring tiles up to date, hold or release the labs' time, tell consoles what changed."""
        for seat, lab in self.labs():
            lab.held = self.state["frozen"]
            seat.tile = tile(lab)
            best = seat.progress.get(lab.lesson, {}).get("passed", -1)
            if seat.tile["tasks"] and seat.tile["passed"] > best:
                result = {"passed": seat.tile["passed"], "tasks": seat.tile["tasks"]}
                seat.progress = {**seat.progress, lab.lesson: result}
                seat.dirty = True
        if not self.consoles:
            return
        changed = {}
        for seat in self.seats.values():
            row = seat.as_row()
            if self._shown.get(seat.id) != row:
                self._shown[seat.id] = row
                changed[str(seat.id)] = row
        if changed:
            self.tell("tiles", seats=changed)

    def unsaved(self) -> dict[int, State]:
        """Progress to save now, by seat; nothing while the last time was just now."""
        if monotonic() < self._saved + SAVE_S and not self.is_empty:
            return {}
        self._saved = monotonic()
        found = {seat.id: seat.progress for seat in self.seats.values() if seat.dirty}
        for seat in self.seats.values():
            seat.dirty = False
        return found


class Rooms:
    """The rooms of one event loop."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.rooms: dict[str, LiveRoom] = {}
        self._ticker: asyncio.Task[None] | None = None

    async def enter(self, room_id: str) -> LiveRoom:
        """A room, in use from now on. Room.DoesNotExist where there is none."""
        live = self.rooms.get(room_id)
        if live is None:
            made = await self.host.in_thread(_load, room_id, self.host)
            live = self.rooms.setdefault(room_id, made)
        if self._ticker is None:
            self._ticker = asyncio.create_task(self._tick())
        return live

    async def _tick(self) -> None:
        while self.rooms:
            started = monotonic()
            for room in list(self.rooms.values()):
                room.look()
                progress = room.unsaved()
                if progress:
                    await self._keep(room, progress)
                if room.is_empty:
                    for _, lab in room.labs():
                        lab.held = False
                    del self.rooms[room.id]
                await asyncio.sleep(0)
            await asyncio.sleep(max(0.05, started + PERIOD_S - monotonic()))
        self._ticker = None

    async def _keep(self, room: LiveRoom, progress: dict[int, State]) -> None:
        """Save progress; where the database is away it is due again."""
        try:
            await self.host.in_thread(_save, progress)
        except DatabaseError as error:
            log.warning("progress not saved: %s", error)
            for seat in room.seats.values():
                seat.dirty |= seat.id in progress


def _load(room_id: str, host: Host) -> LiveRoom:
    return LiveRoom(Room.objects.get(pk=room_id), host)


def _save(progress: dict[int, State]) -> None:
    seats = list(Seat.objects.filter(pk__in=progress))
    for seat in seats:
        seat.progress = progress[seat.pk]
    Seat.objects.bulk_update(seats, ["progress"])


def _frame(kind: str, **more: Any) -> str:
    return orjson.dumps({"type": kind, **more}).decode()


def _for_learners(state: State) -> State:
    return {name: value for name, value in state.items() if name not in ("code", "lessons")}
