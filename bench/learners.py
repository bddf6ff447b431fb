"""The people of ``bench.workshop``, in a process of their own; orders come on standard input."""

from __future__ import annotations

import asyncio
import json
import sys
from statistics import quantiles
from time import perf_counter
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

ROUNDS = 20


class Learner:
    """One learner's two sockets; it counts gaps in the numbering of its lab's frames."""

    def __init__(self, lab: ClientConnection, room: ClientConnection) -> None:
        self.lab = lab
        self.room = room
        self.lost = 0
        self.hinted = asyncio.Event()
        self._seq: int | None = None

    async def follow_lab(self) -> None:
        """Read the lab's frames for ever."""
        async for text in self.lab:
            frame = json.loads(text)
            if frame["type"] == "delta" and self._seq is not None:
                self.lost += frame["seq"] != self._seq + 1
            if "seq" in frame:
                self._seq = frame["seq"]

    async def follow_room(self) -> None:
        """Read the room's frames for ever."""
        async for text in self.room:
            if "hints" in json.loads(text):
                self.hinted.set()


async def main(order: dict[str, Any]) -> None:
    """Connect all, let clusters move, then hint by hint, fault by fault."""
    learners = await asyncio.gather(*(_learner(order, *lab) for lab in order["labs"]))
    console = await _connect(order, f"rooms/{order['room']}/?console", order["instructor"])
    print("connected", flush=True)
    following = [
        asyncio.create_task(each)
        for learner in learners
        for each in (learner.follow_lab(), learner.follow_room())
    ]
    await asyncio.sleep(order["seconds"])
    print("counted", flush=True)
    hints = [wait for _ in range(ROUNDS) for wait in await _hint(console, learners)]
    fault_s = await _fault(console)
    await asyncio.sleep(1)
    figures = {
        "workshop_hint_p50_ms": quantiles(hints, n=100)[49] * 1000,
        "workshop_hint_p99_ms": quantiles(hints, n=100)[98] * 1000,
        "workshop_fault_everywhere_s": fault_s,
        "workshop_lost_updates": sum(learner.lost for learner in learners),
    }
    for task in following:
        task.cancel()
    print(json.dumps(figures), flush=True)


async def _learner(order: dict[str, Any], lab_id: str, cookie: str) -> Learner:
    lab = await _connect(order, f"labs/{lab_id}/", cookie)
    room = await _connect(order, f"rooms/{order['room']}/", cookie)
    await room.recv()
    return Learner(lab, room)


async def _connect(order: dict[str, Any], path: str, cookie: str) -> ClientConnection:
    return await connect(
        f"ws://127.0.0.1:{order['port']}/ws/{path}",
        origin=order["origin"],
        additional_headers={"Cookie": cookie},
        compression=None,
        open_timeout=120,
        max_size=None,
    )


async def _hint(console: ClientConnection, learners: list[Learner]) -> list[float]:
    """Seconds until each learner has a new hint."""
    for learner in learners:
        learner.hinted.clear()
    began = perf_counter()

    async def told(learner: Learner) -> float:
        await learner.hinted.wait()
        return perf_counter() - began

    waits = [asyncio.create_task(told(learner)) for learner in learners]
    await console.send(json.dumps({"id": 1, "do": "hint", "text": "Look at the events."}))
    return list(await asyncio.gather(*waits))


async def _fault(console: ClientConnection) -> float:
    """Seconds until a fault has struck every cluster."""
    began = perf_counter()
    arguments = {"node": "node-2"}
    order = {"id": 2, "do": "fault", "fault": "node-crash", "arguments": arguments}
    await console.send(json.dumps(order))
    while True:
        frame = json.loads(await console.recv())
        if frame["type"] == "reply" and frame["id"] == 2:
            assert frame["ok"] and not frame["result"]["refused"], frame
            return perf_counter() - began


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.stdin.readline())))
