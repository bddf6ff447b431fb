"""The two doors: pages through Django's handler, labs through one websocket.

Pages run as plain synchronous Django in a worker thread, one hop a request; the event loop is left
to the labs (docs/decisions/2026-11-21-one-hop-for-pages.md).
"""

from __future__ import annotations

import os

from asgiref.wsgi import WsgiToAsgi
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from channels.sessions import SessionMiddlewareStack
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "k8slab.settings")
pages = WsgiToAsgi(get_wsgi_application())

from k8slab.labs.consumer import LabConsumer  # noqa: E402  (needs the apps that were just set up)

sockets = SessionMiddlewareStack(URLRouter([path("ws/labs/<str:lab_id>/", LabConsumer.as_asgi())]))

application = ProtocolTypeRouter(
    {"http": pages, "websocket": OriginValidator(sockets, settings.ORIGINS)}
)
