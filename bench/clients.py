"""The pages of ``bench.streaming``, in a process of their own; orders come on standard input."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from statistics import quantiles
from time import perf_counter
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

APPLIES = 240


async def main(order: dict[str, Any]) -> None:
    """Connect all, count frames once told to, then apply again and again, then reconnect all."""
    began = perf_counter()
    sockets = await _connect_all(order)
    first_s = perf_counter() - began
    print("connected", flush=True)
    frames: Counter[str] = Counter()
    reading = [asyncio.create_task(_read(socket, frames)) for socket in sockets]
    await asyncio.to_thread(sys.stdin.readline)
    before = frames.total()
    await asyncio.sleep(order["seconds"])
    counted = frames.total() - before
    print("counted", flush=True)
    waits = []
    for socket, task in list(zip(sockets, reading, strict=True))[:APPLIES]:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        waits.append(await _apply(socket))
    for task in reading:
        task.cancel()
    await asyncio.gather(*(socket.close() for socket in sockets))
    began = perf_counter()
    sockets = await _connect_all(order)
    again_s = perf_counter() - began
    await asyncio.gather(*(socket.close() for socket in sockets))
    figures = {
        "frames": counted,
        "apply_to_delta_p50_ms": quantiles(waits, n=100)[49] * 1000,
        "apply_to_delta_p99_ms": quantiles(waits, n=100)[98] * 1000,
        "first_connect_storm_s": first_s,
        "reconnect_storm_s": again_s,
    }
    print(json.dumps(figures), flush=True)


async def _connect_all(order: dict[str, Any]) -> list[ClientConnection]:
    return await asyncio.gather(*(connected(order, *lab) for lab in order["labs"]))


async def connected(order: dict[str, Any], lab_id: str, cookie: str) -> ClientConnection:
    socket = await connect(
        f"ws://127.0.0.1:{order['port']}/ws/labs/{lab_id}/",
        origin=order["origin"],
        additional_headers={"Cookie": cookie},
        compression=None,
        open_timeout=60,
    )
    await socket.recv()
    return socket


async def _read(socket: ClientConnection, frames: Counter[str]) -> None:
    async for _ in socket:
        frames["read"] += 1


async def _apply(socket: ClientConnection) -> float:
    """Seconds from a scale command to the delta that shows it."""
    line = "kubectl scale deployment web --replicas=6"
    began = perf_counter()
    await socket.send(json.dumps({"id": 1, "do": "line", "line": line}))
    while True:
        text = await socket.recv()
        if '"desired":6' in str(text):
            return perf_counter() - began


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.stdin.readline())))
