"""kill -9 of a real server in mid-lesson: after a restart the lab goes on where it was (PX-014)."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from django.conf import settings
from websockets.sync.client import ClientConnection, connect

from tests.bounds import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]
ORIGIN = "http://127.0.0.1"
SETUP = """
import django; django.setup()
from k8slab.accounts.models import Visitor
from k8slab.engine import Cluster
from k8slab.labs.archive import create_lab
from django.contrib.sessions.backends.signed_cookies import SessionStore
visitor = Visitor.objects.create()
session = SessionStore(); session["visitor"] = visitor.id; session.save()
print(create_lab(visitor, Cluster(nodes=3, seed=7)).id, session.session_key)
"""


class Server:
    """A server process on its own database and port."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        database = f"sqlite:///{folder / 'db.sqlite3'}"
        self.env = {
            **os.environ,
            "DATABASE_URL": database,
            "ORIGINS": ORIGIN,
            "DJANGO_SETTINGS_MODULE": "k8slab.settings",
        }
        self.python("manage.py", "migrate", "--verbosity=0")
        self.process: subprocess.Popen[bytes] | None = None

    def python(self, *words: str) -> str:
        run = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.env,
            check=True,
            capture_output=True,
            text=True,
        )
        return run.stdout

    def start(self) -> None:
        command = [sys.executable, "-m", "uvicorn", "k8slab.asgi:application"]
        options = [f"--port={self.port}", "--http=k8slab.sockets:Http"]
        options += ["--ws=k8slab.sockets:Protocol", "--log-level=warning"]
        self.process = subprocess.Popen([*command, *options], cwd=ROOT, env=self.env)

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def connect(self, lab_id: str, session: str) -> ClientConnection:
        """A socket to the lab, as soon as the server answers."""
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                return connect(
                    f"ws://127.0.0.1:{self.port}/ws/labs/{lab_id}/",
                    origin=ORIGIN,
                    additional_headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"},
                )
            except ConnectionRefusedError:
                assert time.monotonic() < end, "the server did not start"
                time.sleep(0.05)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    server.start()
    yield server
    server.kill()


def ask(page: ClientConnection, **message):
    page.send(orjson.dumps({"id": 1, **message}).decode())
    while (frame := orjson.loads(page.recv(timeout=PATIENCE_S)))["type"] != "reply":
        pass
    assert frame["ok"], frame
    return frame["result"]


def state(page: ClientConnection):
    page.send('{"do": "resync"}')
    while (frame := orjson.loads(page.recv(timeout=PATIENCE_S)))["type"] != "snapshot":
        pass
    return frame["state"]


def test_a_lab_survives_kill_9(server):
    """PX-014: every command that was answered is there, and time goes on from where it stood."""
    lab_id, session = server.python("-c", SETUP).split()
    with server.connect(lab_id, session) as page:
        ask(page, do="line", line="kubectl create deployment web --image=nginx --replicas=3")
        ask(page, do="settle")
        ask(page, do="speed", factor=10)
        ask(page, do="line", line="kubectl scale deployment web --replicas=4")
        ask(page, do="file", name="notes.txt", text="remember me")
        before = state(page)
        server.kill()
    server.start()
    with server.connect(lab_id, session) as page:
        after = state(page)
        assert after["clock"]["now_ms"] >= before["clock"]["now_ms"] - 3_000 * 10
        assert after["clock"]["speed"] == 10
        assert set(before["objects"]) <= set(after["objects"])
        wait_and_look = "kubectl rollout status deploy/web && kubectl get deploy"
        assert "web    4/4" in ask(page, do="line", line=wait_and_look)["said"][-1][0]
        assert ask(page, do="line", line="cat notes.txt")["said"] == [["remember me", 1]]
