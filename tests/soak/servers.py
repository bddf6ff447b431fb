"""Servers that a soak starts and kills, and the labs in their database."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from asyncio import sleep, timeout
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidMessage, InvalidStatus

from tests.clients import Page

ROOT = Path(__file__).resolve().parents[2]
ORIGIN = "http://127.0.0.1"
TRY_EVERY_S = 0.01
TOO_MANY, PATIENCE_S = 429, 30


class Lab(NamedTuple):
    """A lab, the cookie of its owner, a key to its API."""

    id: str
    cookie: str
    key: str


class Servers:
    """One server at a time, on the same port and database."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._env = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
            "ORIGINS": ORIGIN,
            "DJANGO_SETTINGS_MODULE": "k8slab.settings",
        }
        self._pid = 0
        self._nursery = self._spawn()

    def _spawn(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.soak.nursery"]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        nursery = subprocess.Popen(command, cwd=ROOT, env=self._env, text=True, **pipes)
        assert nursery.stdout is not None and nursery.stdout.readline() == "ready\n"
        return nursery

    def _order(self, order: str) -> Any:
        assert self._nursery.stdin is not None and self._nursery.stdout is not None
        self._nursery.stdin.write(f"{order}\n")
        self._nursery.stdin.flush()
        return json.loads(self._nursery.stdout.readline())

    def labs(self, count: int) -> list[Lab]:
        """New labs, each of an owner of its own."""
        return [Lab(*it) for it in self._order(f"labs {count}")]

    def start(self) -> None:
        """A server; it listens in a moment."""
        self._pid = self._order(f"start {self.port}")

    def kill(self) -> None:
        """kill -9."""
        os.kill(self._pid, signal.SIGKILL)
        self._pid = 0

    def start_anew(self) -> None:
        """A server as a machine starts it: its process reads everything from disk."""
        self._end_nursery()
        self._nursery = self._spawn()
        self.start()

    def close(self) -> None:
        """No server, no nursery."""
        if self._pid:
            self.kill()
        self._end_nursery()

    def _end_nursery(self) -> None:
        assert self._nursery.stdin is not None and self._nursery.stdout is not None
        self._nursery.stdin.close()
        self._nursery.wait(timeout=10)
        self._nursery.stdout.close()

    async def enter(self, lab: Lab) -> Page:
        """The lab's page with its picture, as soon as the server lets it in."""
        async with timeout(PATIENCE_S):
            page = Page(await self._connected(lab), PATIENCE_S)
        await page.until(lambda state: True)
        return page

    async def _connected(self, lab: Lab) -> ClientConnection:
        url = f"ws://127.0.0.1:{self.port}/ws/labs/{lab.id}/"
        headers = {"Cookie": lab.cookie}
        while True:
            try:
                return await connect(
                    url,
                    origin=ORIGIN,
                    additional_headers=headers,
                    close_timeout=0.2,  # type: ignore[arg-type]
                )
            except (ConnectionError, InvalidMessage):  # not there yet, or not quite dead yet
                pass
            except InvalidStatus as refused:  # the last page has gone, which is not known yet
                if refused.response.status_code != TOO_MANY:
                    raise
            await sleep(TRY_EVERY_S)


@contextmanager
def servers() -> Iterator[Servers]:
    """Servers on a database of their own."""
    with tempfile.TemporaryDirectory() as folder:
        its = Servers(Path(folder))
        try:
            yield its
        finally:
            its.close()
