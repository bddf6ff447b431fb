"""A real server in a process of its own and a real browser.

Any script error and any violation of the content security policy fails the test.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect, sync_playwright

from tests.bounds import PATIENCE_S

from .server import CHROMIUM, FLAGS, running_server

HERE = Path(__file__).parent
expect.set_options(timeout=PATIENCE_S * 1000)

Act = Callable[[dict[str, Any]], Any]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with an empty database."""
    with running_server(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """System Chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, server: str) -> Iterator[OpenPage]:
    """Opens pages: ``open_page(path, width=, height=, theme=, js=, motion=, lab=)``.

    ``lab`` is a RecordedLab that answers instead of the server's socket.
    """
    contexts = []
    problems: list[str] = []

    def open_(
        path: str,
        *,
        width: int = 1440,
        height: int = 900,
        theme: str = "light",
        js: bool = True,
        motion: str = "no-preference",
        lab: RecordedLab | None = None,
    ) -> Page:
        context = browser.new_context(
            base_url=server,
            viewport={"width": width, "height": height},
            color_scheme=theme,
            reduced_motion=motion,
            java_script_enabled=js,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: _note(message.type, message.text, problems))
        if lab:
            page.route_web_socket("**/ws/labs/**", lab.serve)
        response = page.goto(path)
        assert response is not None and response.status in (200, 404)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not problems


def _note(kind: str, text: str, problems: list[str]) -> None:
    if kind == "error" and "Failed to load resource" not in text:
        problems.append(text)


class RecordedLab:
    """The lab's end of the socket, for tests of the page alone: one State, replies by command."""

    def __init__(self) -> None:
        self.state: dict[str, Any] = json.loads((HERE / "state.json").read_text())
        self.asked: list[dict[str, Any]] = []
        self.replies: dict[str, Act] = {
            "show": lambda _: {"text": "Name: shown", "reasons": []},
            "complete": lambda _: {"options": []},
            "line": lambda _: {"said": [], "exit_code": 0, "prompt": ""},
        }
        self.sockets: list[WebSocketRoute] = []
        self.seq = 0

    def serve(self, route: WebSocketRoute) -> None:
        """One connection: a snapshot, then replies."""
        self.sockets.append(route)
        self.snapshot()
        route.on_message(self._answer)

    def snapshot(self) -> None:
        """Sends the whole State."""
        self.seq += 1
        self._send({"type": "snapshot", "seq": self.seq, "state": self.state})

    def change(self, *changes: tuple[list[str], Any], skip: int = 0) -> None:
        """Sends a delta; ``skip`` frames are lost on the way."""
        self.seq += 1 + skip
        self._send({"type": "delta", "seq": self.seq, "set": changes, "drop": []})

    def tell_early(self, command: dict[str, Any], said: list[tuple[str, int]]) -> None:
        """Sends what a terminal line has printed so far."""
        self._send({"type": "output", "id": command["id"], "said": said})

    def commands(self, name: str) -> list[dict[str, Any]]:
        """What the page asked under a name."""
        return [it for it in self.asked if it["do"] == name]

    def wait_for(self, page: Page, name: str, count: int = 1) -> list[dict[str, Any]]:
        """The commands of a name, as soon as there are ``count``."""
        end = time.monotonic() + PATIENCE_S
        while len(self.commands(name)) < count and time.monotonic() < end:
            page.evaluate("new Promise(requestAnimationFrame)")
        assert len(self.commands(name)) >= count, f"{count} x {name} was not asked"
        return self.commands(name)

    def _answer(self, message: str | bytes) -> None:
        command = json.loads(message)
        self.asked.append(command)
        if command["do"] == "resync":
            self.snapshot()
            return
        result = self.replies.get(command["do"], lambda _: {})(command)
        self._send({"type": "reply", "id": command["id"], "ok": True, "result": result})

    def _send(self, frame: dict[str, Any]) -> None:
        self.sockets[-1].send(json.dumps(frame))


@pytest.fixture
def recorded() -> RecordedLab:
    """A fresh recorded lab."""
    return RecordedLab()


@pytest.fixture
def lesson(open_page: OpenPage) -> Callable[..., Page]:
    """Opens the first lesson as a person does, from the home page's button."""

    def open_(**how: Any) -> Page:
        page = open_page("/", **how)
        page.get_by_role("button", name="Start:").click()
        page.wait_for_url("**/lessons/rollout-500s/**")
        if how.get("js", True):
            page.locator('[data-link][data-state="live"]').wait_for(state="attached")
        return page

    return open_
