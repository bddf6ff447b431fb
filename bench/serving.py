"""A server in this process, and its clients in another, so that CPU time is the server's alone."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def database() -> Iterator[None]:
    """An empty database of the bench's own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{Path(folder) / 'db.sqlite3'}"
        os.environ["DJANGO_SETTINGS_MODULE"] = "k8slab.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield


def new_labs(count: int) -> list[tuple[str, str]]:
    """A lab with a Deployment and traffic for each visitor: its id and the visitor's cookie."""
    from k8slab.accounts.models import Visitor
    from k8slab.engine import Cluster
    from k8slab.labs.archive import create_lab

    from .tools import create, deployment

    cluster = Cluster(nodes=3, seed=7)
    cluster.request(create(deployment(5, "shop/api:1.0")))
    cluster.load("client", url="http://web.default/", rps=50)
    cluster.advance(60)
    made = []
    for _ in range(count):
        visitor = Visitor.objects.create()
        made.append((create_lab(visitor, cluster.fork()).id, cookie_of(visitor.id)))
    return made


def cookie_of(visitor_id: str) -> str:
    """The Cookie header of a visitor."""
    from django.conf import settings
    from django.contrib.sessions.backends.signed_cookies import SessionStore

    session = SessionStore()
    session["visitor"] = visitor_id
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


@asynccontextmanager
async def server() -> AsyncIterator[int]:
    """The port of a server on this event loop."""
    import uvicorn

    from k8slab.asgi import application
    from k8slab.sockets import Http, Protocol

    logging.disable(logging.INFO)
    config = uvicorn.Config(
        application,
        port=0,
        http=Http,
        ws=Protocol,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
    )
    running = uvicorn.Server(config)
    serving = asyncio.create_task(running.serve())
    while not running.started:
        await asyncio.sleep(0.01)
    yield running.servers[0].sockets[0].getsockname()[1]
    running.should_exit = True
    await serving


async def clients(module: str, order: dict[str, Any]) -> asyncio.subprocess.Process:
    """A process of ``bench.MODULE`` that has its order; it tells how far it is by lines."""
    from django.conf import settings

    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"bench.{module}"), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    order = {**order, "origin": settings.ORIGINS[0]}
    process.stdin.write(json.dumps(order).encode() + b"\n")
    await process.stdin.drain()
    return process
