"""The two doors: pages through Django's handler, labs through one websocket.

Pages run as plain synchronous Django in a worker thread, one hop a request; the event loop is left
to the labs (docs/decisions/2026-11-21-one-hop-for-pages.md).
"""

from __future__ import annotations

import gc
import os
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from channels.sessions import SessionMiddlewareStack
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import path

from .pages import Pages

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "k8slab.settings")

pages: Any = Pages(get_wsgi_application())

from k8slab.kubeapi import access, server  # noqa: E402
from k8slab.labs.consumer import LabConsumer, close_host  # noqa: E402  (needs the apps that were just set up)
from k8slab.workshops.consumer import RoomConsumer  # noqa: E402

from .newcomers import Newcomers  # noqa: E402

if not settings.DEBUG:
    pages = Newcomers(pages)

sockets = SessionMiddlewareStack(
    URLRouter(
        [
            path("ws/labs/<str:lab_id>/", LabConsumer.as_asgi()),
            path("ws/rooms/<str:room_id>/", RoomConsumer.as_asgi()),
        ]
    )
)
page_sockets = OriginValidator(sockets, settings.ORIGINS)


async def http(scope: Any, receive: Any, send: Any) -> None:
    """Pages, or a lab's Kubernetes API."""
    to = server.application if scope["path"].startswith(access.PREFIX) else pages
    await to(scope, receive, send)


async def websocket(scope: Any, receive: Any, send: Any) -> None:
    """A page's socket, from a page of ours alone; or a client's of a lab's Kubernetes API."""
    to = server.application if scope["path"].startswith(access.PREFIX) else page_sockets
    await to(scope, receive, send)


async def lifespan(scope: Any, receive: Any, send: Any) -> None:
    """Save all labs when the server is told to stop."""
    while (await receive())["type"] == "lifespan.startup":
        await send({"type": "lifespan.startup.complete"})
    await close_host()
    await send({"type": "lifespan.shutdown.complete"})


application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": websocket,
        "lifespan": lifespan,
    }
)

# Objects of a cluster are JSON values without cycles, so reference counts free them; a full
# collection over many labs would only stall the loop (docs/decisions/2026-11-21-collector.md).
gc.collect()
gc.freeze()
gc.set_threshold(100_000, 50, 1000)
