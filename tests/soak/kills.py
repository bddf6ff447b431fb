"""kill -9 in mid-write, again and again: no command that was answered is lost."""

from __future__ import annotations

import asyncio
import random
from time import monotonic
from typing import NamedTuple

from websockets.exceptions import ConnectionClosed

from tests.clients import Page

from .servers import Lab, Servers

AT_ONCE, PATIENCE_S = 4, 30
ROUNDS_A_LAB = 40


class Kills(NamedTuple):
    """What came of it: ``restart_s`` is the longest way from a start to a lab's picture."""

    kills: int
    answered: int
    unanswered_and_done: int
    lost: int
    restart_s: float
    cold_restart_s: float


class _Learner:
    """One lab, and what its learner knows to be done."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.known: set[str] = set()
        self.tried = 0

    async def work(self, page: Page, answered: asyncio.Event) -> None:
        """One command after the other, until the server is gone."""
        try:
            while True:
                self.tried += 1
                name = f"c{self.tried}"
                said = await page.run(f"kubectl create configmap {name} --from-literal=a={name}")
                assert said["stdout"] == f"configmap/{name} created\n", said
                self.known.add(name)
                answered.set()
        except (ConnectionClosed, OSError):
            return

    async def look(self, page: Page) -> tuple[int, int]:
        """How many that were answered are lost, and how many came about without an answer."""
        found = (await page.run("kubectl get configmaps -o name"))["stdout"]
        there = {it.removeprefix("configmap/") for it in found.split()} - {"kube-root-ca.crt"}
        lost, more = len(self.known - there), len(there - self.known)
        self.known = there
        return lost, more


async def run(servers: Servers, kills: int, seed: int = 1) -> Kills:
    """Kill a server ``kills`` times, each at a moment that is drawn."""
    chance = random.Random(seed)
    learners: list[_Learner] = []
    lost = more = answered = 0
    longest = 0.0
    for number in range(kills):
        if number % ROUNDS_A_LAB == 0:
            learners = [_Learner(lab) for lab in servers.labs(AT_ONCE)]
        began = monotonic()
        servers.start()
        pages = await asyncio.gather(*(servers.enter(it.lab) for it in learners))
        longest = max(longest, monotonic() - began)
        pairs = list(zip(learners, pages, strict=True))
        for missing, extra in await asyncio.gather(*(it.look(page) for it, page in pairs)):
            lost, more = lost + missing, more + extra
        before = sum(len(it.known) for it in learners)
        under_way = asyncio.Event()
        working = [asyncio.create_task(it.work(page, under_way)) for it, page in pairs]
        await asyncio.wait_for(under_way.wait(), PATIENCE_S)
        await asyncio.sleep(chance.uniform(0, 0.15))
        servers.kill()
        await asyncio.gather(*working)
        answered += sum(len(it.known) for it in learners) - before
        await asyncio.gather(*(page.socket.close() for page in pages))
    began = monotonic()
    servers.start_anew()
    pages = await asyncio.gather(*(servers.enter(it.lab) for it in learners))
    cold_s = monotonic() - began
    for learner, page in zip(learners, pages, strict=True):
        lost += (await learner.look(page))[0]
        await page.socket.close()
    servers.kill()
    return Kills(kills, answered, more, lost, longest, cold_s)
