"""What a learner can say in a room. To add something: a function, and its line in COMMANDS."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from time import time
from typing import Any

from django.utils.translation import gettext

from k8slab.engine.base.objects import Obj
from k8slab.labs.commands import Refused

from .console import set_consent
from .models import Vote
from .rooms import LiveRoom, LiveSeat

WHERE_MAX = 120
Voice = Callable[[LiveRoom, LiveSeat, Obj], Awaitable[Any]]


async def hear(room: LiveRoom, seat: LiveSeat, message: Obj) -> Any:
    """Do what a learner's page asks; the reply. Refused where that cannot be."""
    voice = COMMANDS.get(str(message.get("do")))
    if voice is None:
        raise Refused(gettext("unknown command %r") % str(message.get("do"))[:40])
    return await voice(room, seat, message)


async def _hand(room: LiveRoom, seat: LiveSeat, message: Obj) -> None:
    seat.hand_since = time() if message.get("up") else None


async def _where(room: LiveRoom, seat: LiveSeat, message: Obj) -> None:
    seat.where = str(message.get("section") or "")[:WHERE_MAX]


async def _vote(room: LiveRoom, seat: LiveSeat, message: Obj) -> None:
    poll, option = room.state["poll"], message.get("option")
    if poll is None or poll["closed"] or poll["id"] != message.get("poll"):
        raise Refused(gettext("This poll is closed."))
    if not (isinstance(option, int) and 0 <= option < len(poll["options"])):
        raise Refused(gettext("There is no such option."))

    def vote() -> int:
        Vote.objects.update_or_create(
            poll_id=poll["id"], seat_id=seat.id, defaults={"option": option}
        )
        return Vote.objects.filter(poll_id=poll["id"]).count()

    room.tell("votes", votes=await room.host.in_thread(vote))


async def _consent(room: LiveRoom, seat: LiveSeat, message: Obj) -> None:
    """Let the instructor in, as asked, or send them out again."""
    give = message.get("give")
    if give and give != seat.asked_for:
        raise Refused(gettext("Your instructor has not asked for that."))
    await set_consent(room, seat, str(give or ""))


COMMANDS: dict[str, Voice] = {
    "hand": _hand,
    "where": _where,
    "vote": _vote,
    "consent": _consent,
}
