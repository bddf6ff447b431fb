"""Pages that come and go: what each was told is the server's state, no frame is missing or double.

``Page`` asserts that frames come by their numbers. A page that has skipped some (its network was
away) asks for a snapshot, and goes on from there.
"""

from __future__ import annotations

import asyncio
import random
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

from tests.clients import Page

from .servers import Lab, Servers

LABS, PAGES_A_LAB = 16, 3
REPLICAS = (0, 3, 8, 20)


class Disconnects(NamedTuple):
    """What came of it: ``compared`` hashes of states, ``lost`` those that differed."""

    disconnects: int
    frames: int
    compared: int
    gaps_mended: int
    lost: int


async def run(servers: Servers, disconnects: int, seed: int = 1) -> Disconnects:
    """Connect and disconnect that many times, each after a few frames."""
    servers.start()
    labs = servers.labs(LABS)
    owners = [await servers.enter(lab) for lab in labs]
    for owner in owners:
        await owner.run("kubectl create deployment web --image=nginx:1.27 --replicas=3")
        await owner.ask("speed", factor=20)
    each = -(-disconnects // (LABS * PAGES_A_LAB))
    found = await asyncio.gather(
        *(
            _come_and_go(servers, lab, each, random.Random(f"{seed} {lab.id} {number}"))
            for lab in labs
            for number in range(PAGES_A_LAB)
        )
    )
    await asyncio.gather(*(owner.socket.close() for owner in owners))
    sums = [sum(numbers) for numbers in zip(*found, strict=True)]
    return Disconnects(*sums)


async def _come_and_go(
    servers: Servers, lab: Lab, times: int, chance: random.Random
) -> tuple[int, int, int, int, int]:
    frames = compared = mended = lost = 0
    for _ in range(times):
        page = await servers.enter(lab)
        if chance.random() < 0.3:
            replicas = chance.choice(REPLICAS)
            line = f"kubectl scale deployment web --replicas={replicas}"
            await page.ask("line", line=line)  # refused while another page's line runs
        for _ in range(chance.randrange(3)):
            await page.take()
        if chance.random() < 0.2:
            await _skip(page, chance.randrange(1, 3))
            mended += 1
        if await _is_right(page):
            compared += 1
        else:
            lost += 1
        frames += page.frames
        await _leave(page, chance)
    return times, frames, compared, mended, lost


async def _skip(page: Page, frames: int) -> None:
    """Miss some frames; a snapshot makes up for them."""
    for _ in range(frames):
        await page.socket.recv()
    await page.socket.send('{"do": "resync"}')
    while orjson.loads(text := await page.socket.recv())["type"] != "snapshot":
        pass
    page.heard(text)


async def _is_right(page: Page) -> bool:
    """Whether the state by deltas is the server's own, at the same number."""
    while True:
        await page.socket.send('{"do": "resync"}')
        while True:
            had, at = _hash(page.state), page.seq
            if (await page.take())["type"] == "snapshot":
                break
        if page.seq == at:
            return _hash(page.state) == had


async def _leave(page: Page, chance: random.Random) -> None:
    if chance.random() < 0.5:
        page.socket.transport.abort()
    await page.socket.close()


def _hash(state: dict[str, Any]) -> str:
    return sha256(orjson.dumps(state, option=orjson.OPT_SORT_KEYS)).hexdigest()
