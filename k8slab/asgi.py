"""The two doors: pages through Django's handler, labs through one websocket.

Pages run as plain synchronous Django in a worker thread, one hop a request; the event loop is left
to the labs (docs/decisions/2026-11-21-one-hop-for-pages.md).
"""

from __future__ import annotations

import os
from typing import Any

from asgiref.wsgi import WsgiToAsgi
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from channels.sessions import SessionMiddlewareStack
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "k8slab.settings")


def trimmed(app: Any) -> Any:
    """``app`` with header values trimmed: Django begins a cookie with a space, which h11 refuses."""

    async def pages(scope: Any, receive: Any, send: Any) -> None:
        async def send_trimmed(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = [(name, value.strip()) for name, value in message["headers"]]
                message = {**message, "headers": headers}
            await send(message)

        await app(scope, receive, send_trimmed)

    return pages


pages = trimmed(WsgiToAsgi(get_wsgi_application()))

from k8slab.labs.consumer import LabConsumer  # noqa: E402  (needs the apps that were just set up)

sockets = SessionMiddlewareStack(URLRouter([path("ws/labs/<str:lab_id>/", LabConsumer.as_asgi())]))

application = ProtocolTypeRouter(
    {"http": pages, "websocket": OriginValidator(sockets, settings.ORIGINS)}
)
