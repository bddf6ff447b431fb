"""A workshop: a room of 300 learners, each with a moving cluster, and the instructor's console.

Each learner has two sockets (lab and room), so the process serves 601.
"""

from __future__ import annotations

import asyncio
import json
import resource
from time import perf_counter, process_time

from .serving import clients, cookie_of, database, new_labs, server

LEARNERS = 300
MEASURED_S = 8


def measure() -> dict[str, float]:
    """Share of a core, memory, lost updates, and how soon everybody knows (p50, p99)."""
    with database():
        labs = new_labs(LEARNERS)
        room_id, instructor = _room([lab_id for lab_id, _ in labs])
        return asyncio.run(_measure(labs, room_id, instructor))


def _room(lab_ids: list[str]) -> tuple[str, str]:
    """A room with a seat for the owner of each lab: its id and the instructor's cookie."""
    from k8slab.accounts.models import Visitor
    from k8slab.labs.models import Lab
    from k8slab.workshops.joining import new_code
    from k8slab.workshops.models import Room, Seat

    instructor = Visitor.objects.create()
    lessons = ["rollout-500s"]
    room = Room.objects.create(
        instructor=instructor, title="Bench", code=new_code(), lessons=lessons, lesson=lessons[0]
    )
    labs = Lab.objects.in_bulk(lab_ids)
    Seat.objects.bulk_create(
        Seat(room=room, visitor_id=labs[lab_id].owner_id, nickname=f"n{number}", lab_id=lab_id)
        for number, lab_id in enumerate(lab_ids)
    )
    return room.id, cookie_of(instructor.id)


async def _measure(labs: list[tuple[str, str]], room_id: str, instructor: str) -> dict[str, float]:
    async with server() as port:
        order = {"port": port, "labs": labs, "room": room_id, "instructor": instructor}
        learners = await clients("learners", {**order, "seconds": MEASURED_S})
        assert learners.stdout is not None
        await learners.stdout.readline()  # all are connected
        began, cpu = perf_counter(), process_time()
        await learners.stdout.readline()  # the quiet part is over
        load = (process_time() - cpu) / (perf_counter() - began)
        told = json.loads(await learners.stdout.readline())
        await learners.wait()
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "workshop_learners": LEARNERS,
        "workshop_core_share": load,
        "workshop_memory_mb": peak_kb / 1024,
        **told,
    }
