"""Labs that move at 1x, each with a socket that gets four updates a second, from one process.

The server runs in this process and the clients in another, so that CPU time is the server's alone.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import quantiles
from time import perf_counter, process_time, thread_time

LABS = 300
MEASURED_S = 8


def measure() -> dict[str, float]:
    """Labs a core at full load, latency from apply to the first delta, and reconnects."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{Path(folder) / 'db.sqlite3'}"
        os.environ["DJANGO_SETTINGS_MODULE"] = "k8slab.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        return asyncio.run(_measure(_labs()))


def _labs() -> list[tuple[str, str]]:
    """A lab with a Deployment and traffic for each visitor: its id and the visitor's cookie."""
    from django.conf import settings
    from django.contrib.sessions.backends.signed_cookies import SessionStore

    from k8slab.accounts.models import Visitor
    from k8slab.engine import Cluster
    from k8slab.labs.archive import create_lab

    from .tools import create, deployment

    cluster = Cluster(nodes=3, seed=7)
    cluster.request(create(deployment(5, "shop/api:1.0")))
    cluster.load("client", url="http://web.default/", rps=50)
    cluster.advance(60)
    made = []
    for _ in range(LABS):
        visitor = Visitor.objects.create()
        session = SessionStore()
        session["visitor"] = visitor.id
        session.save()
        lab = create_lab(visitor, cluster.fork())
        made.append((lab.id, f"{settings.SESSION_COOKIE_NAME}={session.session_key}"))
    return made


async def _measure(labs: list[tuple[str, str]]) -> dict[str, float]:
    import uvicorn
    from django.conf import settings

    from k8slab.asgi import application

    config = uvicorn.Config(
        application,
        port=0,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    order = {"port": port, "labs": labs, "seconds": MEASURED_S, "origin": settings.ORIGINS[0]}
    clients = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.clients",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert clients.stdin is not None and clients.stdout is not None
    clients.stdin.write(json.dumps(order).encode() + b"\n")
    await clients.stdin.drain()
    await clients.stdout.readline()  # all are connected
    stalls: list[float] = []
    watching = asyncio.create_task(_watch_stalls(stalls))
    began, cpu = perf_counter(), process_time()
    await clients.stdout.readline()  # the quiet part is over
    load = (process_time() - cpu) / (perf_counter() - began)
    told = json.loads(await clients.stdout.readline())
    watching.cancel()
    await clients.wait()
    server.should_exit = True
    await serving
    return {
        "streaming_labs": LABS,
        "streaming_core_share": load,
        "streaming_labs_a_core_at_70_percent": LABS / load * 0.7,
        "streaming_frames_a_lab_and_second": told["frames"] / LABS / MEASURED_S,
        "loop_stall_p99_9_cpu_ms": quantiles(stalls, n=1000)[-1] * 1000,
        **{name: value for name, value in told.items() if name != "frames"},
    }


async def _watch_stalls(stalls: list[float]) -> None:
    """The CPU time that the event loop takes until it comes back (wall time also holds others')."""
    while True:
        began = thread_time()
        await asyncio.sleep(0.005)
        stalls.append(thread_time() - began)
