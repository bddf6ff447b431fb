"""Labs that move at 1x, each with a socket that gets four updates a second, from one process.

The server runs in this process and the clients in another, so that CPU time is the server's alone.
"""

from __future__ import annotations

import asyncio
import json
from statistics import quantiles
from time import perf_counter, process_time, thread_time

from .serving import clients, database, new_labs, server

LABS = 300
MEASURED_S = 8


def measure() -> dict[str, float]:
    """Labs a core at full load, latency from apply to the first delta, and reconnects."""
    with database():
        return asyncio.run(stream(new_labs(LABS)))


async def stream(labs: list[tuple[str, str]]) -> dict[str, float]:
    """The figures of these labs (id, cookie of the owner)."""
    from k8slab.labs.consumer import the_host

    async with server() as port:
        order = {"port": port, "labs": labs, "seconds": MEASURED_S}
        pages = await clients("clients", order)
        assert pages.stdin is not None and pages.stdout is not None
        await pages.stdout.readline()  # all are connected
        while not all(lab.remembers for lab in the_host().labs.values()):
            await asyncio.sleep(0.1)  # they came from disk, and read their past
        pages.stdin.write(b"count\n")
        stalls: list[float] = []
        watching = asyncio.create_task(_watch_stalls(stalls))
        began, cpu = perf_counter(), process_time()
        await pages.stdout.readline()  # the quiet part is over
        load = (process_time() - cpu) / (perf_counter() - began)
        told = json.loads(await pages.stdout.readline())
        watching.cancel()
        await pages.wait()
    return {
        "streaming_labs": len(labs),
        "streaming_core_share": load,
        "streaming_labs_a_core_at_70_percent": len(labs) / load * 0.7,
        "streaming_frames_a_lab_and_second": told["frames"] / len(labs) / MEASURED_S,
        "loop_stall_p99_9_cpu_ms": quantiles(stalls, n=1000)[-1] * 1000,
        **{name: value for name, value in told.items() if name != "frames"},
    }


async def _watch_stalls(stalls: list[float]) -> None:
    """The CPU time that the event loop takes until it comes back (wall time also holds others')."""
    while True:
        began = thread_time()
        await asyncio.sleep(0.005)
        stalls.append(thread_time() - began)
