"""The line discipline of a terminal: keys come in, an edited line goes out, and the echo back."""

from __future__ import annotations

from typing import NamedTuple

ENTER, ERASE, INTERRUPT, END, KILL, ESCAPE = "\r", "\x7f\b", "\x03", "\x04", "\x15", "\x1b"
LINE_MAX = 4096
HISTORY_MAX = 100


class Line(NamedTuple):
    """A line that was entered."""

    text: str


class Ended(NamedTuple):
    """Ctrl+D on an empty line."""


class Cancelled(NamedTuple):
    """Ctrl+C."""


Entered = Line | Ended | Cancelled


class Tty:
    """What is being typed. ``feed`` takes keys and gives what to echo, and what was entered."""

    def __init__(self) -> None:
        self._typed = ""
        self._escape = ""
        self._history: list[str] = []
        self._place = 0

    def feed(self, keys: str) -> list[str | Entered]:
        """Echoes (text) and what was entered, in order."""
        said: list[str | Entered] = []
        for key in keys.replace("\r\n", "\r").replace("\n", "\r"):
            said += self._sequence(key) if self._escape or key == ESCAPE else self._key(key)
        return said

    def _key(self, key: str) -> list[str | Entered]:
        if key == ENTER:
            text, self._typed = self._typed, ""
            if text.strip():
                self._history = [*self._history, text][-HISTORY_MAX:]
            self._place = len(self._history)
            return ["\r\n", Line(text)]
        if key in ERASE:
            was, self._typed = self._typed, self._typed[:-1]
            return ["\b \b"] if was else []
        if key == INTERRUPT:
            self._typed = ""
            return ["^C\r\n", Cancelled()]
        if key == END:
            return [] if self._typed else ["\r\n", Ended()]
        if key == KILL:
            return self._put("")
        if key.isprintable() and len(self._typed) < LINE_MAX:
            self._typed += key
            return [key]
        return []

    def _sequence(self, key: str) -> list[str | Entered]:
        """Arrows up and down go through the history; other sequences do nothing."""
        self._escape += key
        if key in (ESCAPE, "[", "O") or key.isdigit() or key == ";":
            return []
        step = {"A": -1, "B": 1}.get(key)
        self._escape = ""
        if step is None or not 0 <= self._place + step <= len(self._history):
            return []
        self._place += step
        return self._put([*self._history, ""][self._place])

    def _put(self, text: str) -> list[str | Entered]:
        before, self._typed = self._typed, text
        return ["\b \b" * len(before) + text]
