"""A server that is stopped and started again, under the eyes of a client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.bounds import PATIENCE_S
from tests.browser.server import running_server

from .conftest import new_lab

MAPS = "/api/v1/namespaces/default/configmaps"


def create(door: str, name: str) -> str:
    """Create a ConfigMap; its version."""
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}
    data = json.dumps(body).encode()
    with urlopen(Request(door + MAPS, data, {"Content-Type": "application/json"})) as answer:
        return str(json.load(answer)["metadata"]["resourceVersion"])


def watched(door: str, version: str) -> Iterator[tuple[str, str]]:
    """The type and name of each event after a version."""
    with urlopen(f"{door}{MAPS}?watch=1&resourceVersion={version}", timeout=PATIENCE_S) as lines:
        for line in lines:
            event: dict[str, Any] = json.loads(line)
            yield event["type"], event["object"]["metadata"].get("name", event["object"])


@pytest.mark.parametrize("killed", [False, True], ids=["stopped", "killed"])
def test_a_watch_goes_on_where_it_was(tmp_path: Path, *, killed: bool) -> None:
    """What happened after the last version that a client saw is told after a restart, once."""
    with running_server(tmp_path, killed=killed) as address:
        key = new_lab(tmp_path)
        door = f"{address}/k/{key}"
        first = create(door, "a")
        events = watched(door, first)
        create(door, "b")
        assert next(events) == ("ADDED", "b")
        seen = create(door, "c")
        assert next(events) == ("ADDED", "c")
        create(door, "d")
    with running_server(tmp_path) as address:
        door = f"{address}/k/{key}"
        events = watched(door, seen)
        assert next(events) == ("ADDED", "d")
        create(door, "e")
        assert next(events) == ("ADDED", "e")
        again = watched(door, first)
        assert [name for _, name in (next(again) for _ in range(4))] == ["b", "c", "d", "e"]
