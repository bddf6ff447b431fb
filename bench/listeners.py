"""The pages of ``bench.deaf``, in a process of their own; orders come on standard input."""

from __future__ import annotations

import asyncio
import json
import sys
from statistics import quantiles
from time import perf_counter
from typing import Any

from websockets.asyncio.client import ClientConnection

from .clients import connected

ROUNDS = 6
MUCH_S = 3.0


async def main(order: dict[str, Any]) -> None:
    """Apply in turn while some labs move fast; then their pages stop reading; apply again."""
    pages = [await connected(order, *lab) for lab in order["labs"]]
    deaf = [await connected(order, *lab) for lab in order["deaf"]]
    hearing = [asyncio.create_task(_read(page)) for page in deaf]
    for page in deaf:
        await page.send('{"id": 1, "do": "speed", "factor": 60}')
        await page.send('{"id": 2, "do": "load", "name": "b", "url": "http://web/", "rps": 9}')
    await _waits(pages)
    before = await _waits(pages)
    for page, task in zip(deaf, hearing, strict=True):
        task.cancel()
        page.transport.pause_reading()
    await asyncio.sleep(MUCH_S)
    after = await _waits(pages)
    for page in deaf:
        page.transport.abort()
    figures = {
        **{f"deaf_before_{name}": value for name, value in _percents(before).items()},
        **{f"deaf_after_{name}": value for name, value in _percents(after).items()},
    }
    ratio = figures["deaf_after_p50_ms"] / figures["deaf_before_p50_ms"]
    print(json.dumps({**figures, "deaf_ratio_p50": ratio}), flush=True)


async def _waits(pages: list[ClientConnection]) -> list[float]:
    return [await _apply(page, 6 + number % 2) for number in range(ROUNDS) for page in pages]


async def _apply(page: ClientConnection, replicas: int) -> float:
    line = f"kubectl scale deployment web --replicas={replicas}"
    began = perf_counter()
    await page.send(json.dumps({"id": 1, "do": "line", "line": line}))
    while f'"desired":{replicas}' not in str(await page.recv()):
        pass
    return perf_counter() - began


async def _read(page: ClientConnection) -> None:
    async for _ in page:
        pass


def _percents(waits: list[float]) -> dict[str, float]:
    percents = quantiles(waits, n=100)
    return {"p50_ms": percents[49] * 1000, "p99_ms": percents[98] * 1000}


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.stdin.readline())))
