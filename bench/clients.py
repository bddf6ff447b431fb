"""The pages of ``bench.streaming``, in a process of their own; orders come on standard input."""

from __future__ import annotations

import asyncio
import json
import sys
from statistics import quantiles
from time import perf_counter
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

APPLIES = 60


async def main(order: dict[str, Any]) -> None:
    """Connect all, count frames, then apply again and again in turn, then reconnect all."""
    began = perf_counter()
    sockets = await _connect_all(order)
    first_s = perf_counter() - began
    print("connected", flush=True)
    counts = await asyncio.gather(*(_count(socket, order["seconds"]) for socket in sockets))
    print("counted", flush=True)
    idle = [asyncio.create_task(_drain(socket)) for socket in sockets[APPLIES:]]
    waits = [await _apply(socket) for socket in sockets[:APPLIES]]
    for task in idle:
        task.cancel()
    await asyncio.gather(*(socket.close() for socket in sockets))
    began = perf_counter()
    sockets = await _connect_all(order)
    again_s = perf_counter() - began
    await asyncio.gather(*(socket.close() for socket in sockets))
    figures = {
        "frames": sum(counts),
        "apply_to_delta_p50_ms": quantiles(waits, n=100)[49] * 1000,
        "apply_to_delta_p99_ms": quantiles(waits, n=100)[98] * 1000,
        "first_connect_storm_s": first_s,
        "reconnect_storm_s": again_s,
    }
    print(json.dumps(figures), flush=True)


async def _connect_all(order: dict[str, Any]) -> list[ClientConnection]:
    return await asyncio.gather(*(_connect(order, *lab) for lab in order["labs"]))


async def _connect(order: dict[str, Any], lab_id: str, cookie: str) -> ClientConnection:
    socket = await connect(
        f"ws://127.0.0.1:{order['port']}/ws/labs/{lab_id}/",
        origin=order["origin"],
        additional_headers={"Cookie": cookie},
        compression=None,
        open_timeout=60,
    )
    await socket.recv()
    return socket


async def _count(socket: ClientConnection, seconds: float) -> int:
    frames = 0
    try:
        async with asyncio.timeout(seconds):
            async for _ in socket:
                frames += 1
    except TimeoutError:
        pass
    return frames


async def _drain(socket: ClientConnection) -> None:
    async for _ in socket:
        pass


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
