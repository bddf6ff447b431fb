"""What an instructor can do in a room. To add something: a function, and its line in COMMANDS."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import time
from typing import Any

from django.utils.translation import gettext

from k8slab.course.lessons import find_lesson
from k8slab.engine.base.objects import Obj
from k8slab.labs.commands import Refused
from k8slab.labs.live import LiveLab

from .models import Poll, Room, Seat, Vote
from .rooms import LiveRoom, LiveSeat

HINT_MAX, QUESTION_MAX, OPTION_MAX, OPTIONS_MAX = 1000, 300, 120, 8
TIMER_MAX_S = 4 * 3600
CATCH_UP_RECONCILES = 50_000
REMOVED = 4001
Command = Callable[[LiveRoom, Obj], Awaitable[Any]]


async def carry_out(room: LiveRoom, message: Obj) -> Any:
    """Do what a console asks; the reply. Refused where that cannot be."""
    command = COMMANDS.get(str(message.get("do")))
    if command is None:
        raise Refused(gettext("unknown command %r") % str(message.get("do"))[:40])
    return await command(room, message)


async def _freeze(room: LiveRoom, message: Obj) -> None:
    """Everyone's time stands, or goes on."""
    frozen = bool(message.get("frozen"))
    await _store(room, frozen=frozen)
    room.say(frozen=frozen)
    room.look()


async def _lock(room: LiveRoom, message: Obj) -> None:
    await _store(room, locked=bool(message.get("locked")))
    room.say(locked=bool(message.get("locked")))


async def _lesson(room: LiveRoom, message: Obj) -> None:
    slug = _text(message, "lesson", 80)
    if slug not in room.state["lessons"] or find_lesson(slug) is None:
        raise Refused(gettext("That lesson is not part of this room."))
    await _store(room, lesson=slug)
    room.say(lesson=slug, place=None)


async def _follow(room: LiveRoom, message: Obj) -> None:
    """Everybody comes to this place: a section, an object of the cluster, or nowhere (free)."""
    place = message.get("place")
    if place is not None:
        wanted = {name: _text(place, name, 200) for name in ("section", "object") if name in place}
        place = wanted or None
    room.say(place=place)


async def _hint(room: LiveRoom, message: Obj) -> None:
    room.hint(_text(message, "text", HINT_MAX))


async def _timer(room: LiveRoom, message: Obj) -> None:
    seconds = message.get("seconds")
    if seconds is not None and not (
        isinstance(seconds, int | float) and 0 < seconds <= TIMER_MAX_S
    ):
        raise Refused(gettext("A timer runs for at most four hours."))
    room.say(timer_ends=None if seconds is None else time() + seconds)


async def _fault(room: LiveRoom, message: Obj) -> Obj:
    """The same fault for everybody, at the same simulated instant: the latest of all clocks."""
    fault, arguments = _text(message, "fault", 60), message.get("arguments") or {}
    if not isinstance(arguments, dict):
        raise Refused(gettext("arguments must be an object"))
    labs = list(room.labs())
    at_ms = max((lab.cluster.now_ms for _, lab in labs), default=0)

    def strike(lab: LiveLab) -> None:
        lab.cluster.run_until(at_ms, limit=CATCH_UP_RECONCILES)
        try:
            lab.cluster.inject(fault, **arguments)
        except (TypeError, ValueError, KeyError) as error:
            raise Refused(gettext("that fault can't be injected: %s") % error) from error

    wrong = await _everywhere(room, labs, strike)
    return {"labs": len(labs) - len(wrong), "at_ms": at_ms, "refused": wrong}


async def _manifest(room: LiveRoom, message: Obj) -> Obj:
    """A file for everybody's editor, applied at once if asked."""
    name, text = _text(message, "name", 120), _text(message, "text", 60_000)
    labs = list(room.labs())

    def hand_out(lab: LiveLab) -> None:
        wrong = lab.shell.write(name, text)
        if wrong:
            raise Refused(wrong)
        if message.get("apply"):
            lab.shell.run(f"kubectl apply -f {name}")

    wrong = await _everywhere(room, labs, hand_out)
    room.to_all("file", name=name, text=text)
    return {"labs": len(labs) - len(wrong), "refused": wrong}


async def _everywhere(
    room: LiveRoom, labs: list[tuple[LiveSeat, LiveLab]], work: Callable[[LiveLab], None]
) -> dict[str, str]:
    """Do the same in every lab; why not, by nickname, where it could not be done."""

    async def one(seat: LiveSeat, lab: LiveLab) -> tuple[str, str]:
        try:
            await room.host.do(lab, work)
        except Refused as error:
            return seat.nickname, str(error)
        return seat.nickname, ""

    done = await asyncio.gather(*(one(seat, lab) for seat, lab in labs))
    return {nickname: error for nickname, error in done if error}


async def _poll(room: LiveRoom, message: Obj) -> None:
    options = message.get("options")
    if not isinstance(options, list) or not 2 <= len(options) <= OPTIONS_MAX:
        raise Refused(gettext("A poll has two to %s options.") % OPTIONS_MAX)
    texts = [str(option)[:OPTION_MAX] for option in options]
    right = message.get("right")
    if right is not None and not (isinstance(right, int) and 0 <= right < len(texts)):
        raise Refused(gettext("The right answer is none of the options."))
    question = _text(message, "question", QUESTION_MAX)

    def make() -> Poll:
        Poll.objects.filter(room_id=room.id, closed=False).update(closed=True)
        return Poll.objects.create(room_id=room.id, question=question, options=texts, right=right)

    poll = await room.host.in_thread(make)
    room.say(poll={"id": poll.pk, "question": question, "options": texts, "closed": False})


async def _close_poll(room: LiveRoom, message: Obj) -> None:
    """Only now does anybody see the results."""
    shown = room.state["poll"]
    if shown is None:
        raise Refused(gettext("No poll is open."))

    def close() -> tuple[list[int], int | None]:
        poll = Poll.objects.get(pk=shown["id"])
        Poll.objects.filter(pk=poll.pk).update(closed=True)
        votes = Vote.objects.filter(poll=poll).values_list("option", flat=True)
        counts = [0] * len(poll.options)
        for option in votes:
            counts[option] += 1
        return counts, poll.right

    counts, right = await room.host.in_thread(close)
    room.say(poll={**shown, "closed": True, "counts": counts, "right": right})


async def _remove(room: LiveRoom, message: Obj) -> None:
    seat = _seat(room, message)
    await room.host.in_thread(_update_seat, seat.id, {"removed": True, "consent": ""})
    room.put_out(seat, REMOVED)


async def _ask(room: LiveRoom, message: Obj) -> None:
    """Ask a learner to let the instructor watch, or help."""
    seat = _seat(room, message)
    want = _text(message, "want", 5)
    if want not in ("watch", "help"):
        raise Refused(gettext("One can ask to watch or to help."))
    seat.asked_for = want
    room.to(seat, "asked", want=want)


async def _hand_back(room: LiveRoom, message: Obj) -> None:
    seat = _seat(room, message)
    await set_consent(room, seat, "")


async def _answer_hand(room: LiveRoom, message: Obj) -> None:
    seat = _seat(room, message)
    seat.hand_since = None
    room.to(seat, "hand", hand=None)
    room.look()


async def set_consent(room: LiveRoom, seat: LiveSeat, consent: str) -> None:
    """What the instructor may do in a learner's lab from now on; who was there is sent out."""
    await room.host.in_thread(_update_seat, seat.id, {"consent": consent})
    seat.consent, seat.asked_for = consent, ""
    lab = room.host.labs.get(seat.lab_id or "")
    if lab is not None:
        for outbox in list(lab.watchers):
            if getattr(outbox, "guest", ""):
                outbox.close(1008)
    room.to(seat, "consent", consent=consent)
    room.look()


def _update_seat(seat_id: int, fields: Obj) -> None:
    Seat.objects.filter(pk=seat_id).update(**fields)


async def _store(room: LiveRoom, **fields: Any) -> None:
    def store() -> None:
        Room.objects.filter(pk=room.id).update(**fields)

    await room.host.in_thread(store)


def _seat(room: LiveRoom, message: Obj) -> LiveSeat:
    number = message.get("seat")
    seat = room.seats.get(number) if isinstance(number, int) else None
    if seat is None:
        raise Refused(gettext("There is no such seat."))
    return seat


def _text(message: Any, name: str, at_most: int) -> str:
    value = message.get(name) if isinstance(message, dict) else None
    if not isinstance(value, str) or not value.strip() or len(value) > at_most:
        says = gettext("%(name)s must be a text of at most %(most)s characters")
        raise Refused(says % {"name": name, "most": at_most})
    return value


COMMANDS: dict[str, Command] = {
    "freeze": _freeze,
    "lock": _lock,
    "lesson": _lesson,
    "follow": _follow,
    "hint": _hint,
    "timer": _timer,
    "fault": _fault,
    "manifest": _manifest,
    "poll": _poll,
    "close poll": _close_poll,
    "remove": _remove,
    "ask": _ask,
    "hand back": _hand_back,
    "answer hand": _answer_hand,
}
