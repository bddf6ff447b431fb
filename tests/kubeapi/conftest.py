"""A real server with one lab, and real clients that come to it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

import pytest

from tests.bounds import PATIENCE_S
from tests.browser.server import ROOT, SETTINGS, running_server

NEW_LAB = """
import django; django.setup()
from k8slab.accounts.models import Visitor
from k8slab.engine import Cluster
from k8slab.kubeapi import access
from k8slab.labs.archive import create_lab
lab = create_lab(Visitor.objects.create(), Cluster(nodes=3, seed=7, settings=SETTINGS))
print(access.issue(lab))
"""


class Door(NamedTuple):
    """The way to one lab: the server's address, the lab's key, a folder for files."""

    address: str
    key: str
    folder: Path

    @property
    def url(self) -> str:
        return f"{self.address}/k/{self.key}"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("server")
    with running_server(folder) as address:
        yield address, folder


def new_lab(folder: Path, settings: dict[str, object] | None = None) -> str:
    """A key to a new lab in the database of the server whose folder that is."""
    env = {**os.environ, **SETTINGS, "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}"}
    env["DJANGO_SETTINGS_MODULE"] = "k8slab.settings"
    code = f"SETTINGS = {settings or {}}\n{NEW_LAB}"
    run = [sys.executable, "-c", code]
    made = subprocess.run(run, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    return made.stdout.strip()


@pytest.fixture
def door(server: tuple[str, Path], tmp_path: Path, request: pytest.FixtureRequest) -> Door:
    """A new lab; a parameter of the fixture is its settings."""
    address, folder = server
    return Door(address, new_lab(folder, getattr(request, "param", {})), tmp_path)


def kubectl_binary() -> str:
    """The path of the kubectl that is tested with."""
    found = subprocess.run([ROOT / "tools/find_kubectl"], capture_output=True, text=True)
    if not found.stdout:
        pytest.skip(found.stderr.strip())
    return found.stdout.split()[-1]


def kubectl_env(door: Door) -> dict[str, str]:
    """The environment in which clients find the lab."""
    config = door.folder / "kubeconfig"
    with urlopen(f"{door.url}/kubeconfig") as answer:
        config.write_bytes(answer.read())
    return {"KUBECONFIG": str(config), "HOME": str(door.folder), "PATH": os.environ["PATH"]}


Kubectl = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def kubectl(door: Door) -> Kubectl:
    """Run the real kubectl on the lab: ``kubectl("get", "pods", stdin="")``."""
    binary, env = kubectl_binary(), kubectl_env(door)

    def run(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [binary, *words],
            env=env,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )

    return run
