"""Pages: home, a lesson, the map, each by itself; to newcomers, and to one who has begun."""

from __future__ import annotations

import asyncio
import json
import os
from statistics import harmonic_mean
from time import process_time
from typing import Any

from .serving import clients, database, new_labs, server

PAGES = {"home": "/", "lesson": "/lessons/rollout-500s/", "map": "/course/"}
NEWCOMERS, LEARNERS = 800, 160


def measure() -> dict[str, float]:
    """Pages a second and core (CPU of the server's process), and how long the slowest takes."""
    os.environ |= {"DEBUG": "0", "SECURE": "0", "SECRET_KEY": "of the bench alone"}
    os.environ["ORIGINS"] = "http://127.0.0.1"
    with database():
        ((_, cookie),) = new_labs(1)
        return asyncio.run(_measure(cookie))


async def _measure(cookie: str) -> dict[str, float]:
    async with server() as port:
        newcomers = await _pages(port, NEWCOMERS, "")
        learners = await _pages(port, LEARNERS, f"{cookie}; csrftoken={'k' * 32}")
    return {
        **{f"pages_{name}": value for name, value in newcomers.items()},
        **{f"pages_begun_{name}": value for name, value in learners.items()},
    }


async def _pages(port: int, requests: int, cookie: str) -> dict[str, float]:
    figures: dict[str, float] = {}
    waits = []
    for name, path in PAGES.items():
        order = {"port": port, "path": path, "cookie": cookie}
        await _ask({**order, "requests": 16})
        began = process_time()
        told = await _ask({**order, "requests": requests})
        figures[f"{name}_a_core_s"] = requests / (process_time() - began)
        waits.append(told["p99_ms"])
    return {"a_core_s": harmonic_mean(figures.values()), "p99_ms": max(waits), **figures}


async def _ask(order: dict[str, Any]) -> dict[str, float]:
    visitors = await clients("visitors", order)
    assert visitors.stdout is not None
    told: dict[str, float] = json.loads(await visitors.stdout.readline())
    await visitors.wait()
    return told
