"""A process that has everything imported and forks servers, so that one more is there at once.

It reads orders from standard input and answers each with a line of JSON: ``labs COUNT`` makes labs
([[id, cookie, API key], ...]), ``start PORT`` forks a server (its process id).
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys

import django
import uvicorn

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.sessions.backends.signed_cookies import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from k8slab.accounts.models import Visitor  # noqa: E402
from k8slab.asgi import application  # noqa: E402
from k8slab.engine import Cluster  # noqa: E402
from k8slab.kubeapi import access  # noqa: E402
from k8slab.labs.archive import create_lab  # noqa: E402
from k8slab.sockets import Http, Protocol  # noqa: E402


def main() -> None:
    """Carry out orders until there are no more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that were killed
    logging.disable(logging.WARNING)
    call_command("migrate", verbosity=0)
    connections.close_all()
    print("ready", flush=True)
    for order in sys.stdin:
        what, number = order.split()
        done = {"labs": _labs, "start": _start}[what](int(number))
        print(json.dumps(done), flush=True)


def _labs(count: int) -> list[tuple[str, str, str]]:
    made = []
    for seed in range(count):
        visitor = Visitor.objects.create()
        lab = create_lab(visitor, Cluster(nodes=3, seed=seed))
        session = SessionStore()
        session["visitor"] = visitor.id
        session.save()
        cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
        made.append((lab.id, cookie, access.issue(lab)))
    connections.close_all()
    return made


def _start(port: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    sys.stdin.close()
    uvicorn.run(
        application,
        port=port,
        http=Http,
        ws=Protocol,
        ws_max_size=65_536,
        ws_per_message_deflate=False,
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    os._exit(0)


if __name__ == "__main__":
    main()
