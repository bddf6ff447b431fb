"""Clients that stop reading: what it costs the others, from apply to first delta."""

from __future__ import annotations

import asyncio
import json

from .serving import clients, database, new_labs, server

LABS, DEAF = 60, 12


def measure() -> dict[str, float]:
    """Milliseconds while everybody reads, and while some do not; the ratio of the medians."""
    with database():
        return asyncio.run(_measure(new_labs(LABS + DEAF)))


async def _measure(labs: list[tuple[str, str]]) -> dict[str, float]:
    async with server() as port:
        pages = await clients("listeners", {"port": port, "labs": labs[DEAF:], "deaf": labs[:DEAF]})
        assert pages.stdout is not None
        told: dict[str, float] = json.loads(await pages.stdout.readline())
        await pages.wait()
    return told
