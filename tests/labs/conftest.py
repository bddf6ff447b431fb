"""A real server on the test's own event loop, visitors with cookies, and sockets to their labs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from django.conf import settings
from django.contrib.sessions.backends.signed_cookies import SessionStore
from websockets.asyncio.client import connect

from k8slab.accounts.models import Visitor
from k8slab.engine import Cluster
from k8slab.labs.archive import create_lab
from k8slab.labs.models import Lab
from k8slab.sockets import Http, Protocol
from tests.clients import Page

ORIGIN = settings.ORIGINS[0]


@pytest.fixture
def cookie() -> Callable[[Visitor], str]:
    """The Cookie header of a visitor's browser."""

    def cookie_(visitor: Visitor) -> str:
        session = SessionStore()
        session["visitor"] = visitor.id
        session.save()
        return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"

    return cookie_


@pytest.fixture
def visitor(transactional_db: None) -> Visitor:
    return Visitor.objects.create()


@pytest.fixture
def stranger(transactional_db: None) -> Visitor:
    return Visitor.objects.create()


@pytest.fixture
def lab(visitor: Visitor) -> Lab:
    """A fresh three-node cluster of the visitor's."""
    return create_lab(visitor, Cluster(nodes=3, seed=7), files={"web.yaml": DEPLOYMENT})


@pytest_asyncio.fixture
async def server(transactional_db: None) -> AsyncIterator[str]:
    """The address of a server on this event loop, with the options of ``make run``."""
    from k8slab.asgi import application

    config = uvicorn.Config(
        application,
        port=0,
        http=Http,
        ws=Protocol,
        ws_max_size=65536,
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
    )
    running = uvicorn.Server(config)
    serving = asyncio.create_task(running.serve())
    while not running.started:
        await asyncio.sleep(0)
    yield f"127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    running.should_exit = True
    await serving


@pytest.fixture
def open_socket(server: str, cookie: Callable[[Visitor], str]) -> Callable[..., Any]:
    """Opens a raw socket: ``async with open_socket(lab_id, visitor) as socket``."""

    def open_(lab_id: str, visitor: Visitor | None, origin: str | None = ORIGIN) -> connect:
        headers = {"Cookie": cookie(visitor)} if visitor else {}
        return connect(
            f"ws://{server}/ws/labs/{lab_id}/", origin=origin, additional_headers=headers
        )

    return open_


@pytest.fixture
def open_page(open_socket: Callable[..., Any]) -> Callable[..., Any]:
    """Opens a lab as its page does; the snapshot has been taken."""

    @asynccontextmanager
    async def open_(lab: Lab, visitor: Visitor) -> AsyncIterator[Page]:
        async with open_socket(lab.id, visitor) as socket:
            page = Page(socket)
            await page.until(lambda state: True)
            yield page

    return open_


DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "nginx:1.27"}]}
"""
