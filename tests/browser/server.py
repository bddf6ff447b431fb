"""A real server in a process of its own, with an empty database, and how the browser is started."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bounds import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SETTINGS = {"DEBUG": "0", "SECURE": "0", "SECRET_KEY": "of the browser tests alone"}


@contextmanager
def running_server(folder: Path, *, killed: bool = False) -> Iterator[str]:
    """The address of the server; its database lives in ``folder``. ``killed`` is how it ends."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    database = f"sqlite:///{folder / 'db.sqlite3'}"
    env = {**os.environ, **SETTINGS, "ORIGINS": address, "DATABASE_URL": database}
    for command in (["migrate"], ["collectstatic", "--no-input"]):
        run = [sys.executable, "manage.py", *command, "--verbosity=0"]
        subprocess.run(run, cwd=ROOT, env=env, check=True)
    serve = [sys.executable, "-m", "uvicorn", "k8slab.asgi:application", f"--port={port}"]
    serve += ["--http=k8slab.sockets:Http", "--ws=k8slab.sockets:Protocol"]
    serve += ["--no-access-log", "--timeout-graceful-shutdown=2"]
    process = subprocess.Popen(serve, cwd=ROOT, env=env)
    try:
        _wait_for(port, process)
        yield address
    finally:
        if killed:
            process.kill()
        else:
            process.terminate()
        process.wait(timeout=PATIENCE_S)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise RuntimeError("the server did not start")
