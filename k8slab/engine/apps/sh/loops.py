"""Which loops repeat themselves, so that their rounds need not all be run.

``while true; do date; echo $i; i=$((i+1)); sleep 1; done`` prints for days. Where a body is a
plain row of commands that only print, sleep for a fixed time and count, round n is known without
those before it: every counter has gone on by its step, every round takes as long as the first. The
machine then asks its ``skip`` how many rounds nobody wants to see. The same holds for any loop of
which a round leaves all as it was (``compound``): the next one can but do the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from .syntax import (
    Arithmetic,
    Item,
    Loop,
    Redirect,
    Script,
    Simple,
    Substitution,
    Text,
    Variable,
    Word,
)


class Skip(Protocol):
    """Who plays a machine, and does not want to see every round."""

    def rounds(self, seconds: float) -> int:
        """How many rounds of so many seconds to go over."""

    def state(self) -> object:
        """What else than the machine a round can depend on, or has changed: files, the clock."""


_ENDLESS = {"while": ("true", ":"), "until": ("false",)}
_PLAIN = {
    *(":", "basename", "cat", "cut", "date", "dirname", "echo", "env", "grep", "head", "hostname"),
    *("id", "ls", "printenv", "printf", "pwd", "seq", "sleep", "sort", "tail", "tr", "true"),
    *("uname", "wc", "whoami"),
}
_COUNT = re.compile(r"\$?(\w+)\s*([-+])\s*(\d{1,9})")


def steady(loop: Loop) -> dict[str, int] | None:
    """The counters of a loop that repeats itself for ever, with their steps; None for others."""
    if _only_word(loop.condition) not in _ENDLESS["until" if loop.until else "while"]:
        return None
    counters: dict[str, int] = {}
    for item in loop.body:
        if not _is_plain(item, counters):
            return None
    return counters


def _only_word(script: Script) -> str:
    if len(script) != 1 or len(script[0].pipeline.commands) != 1 or script[0].pipeline.negated:
        return ""
    command = script[0].pipeline.commands[0]
    if not isinstance(command, Simple) or command.assignments or command.redirects:
        return ""
    return _literal(command.words[0]) if len(command.words) == 1 else ""


def _literal(word: Word) -> str:
    return "".join(part.text if isinstance(part, Text) else "$" for part in word)


def _is_plain(item: Item, counters: dict[str, int] | None) -> bool:
    """Whether a command prints, sleeps or counts; its counter goes to ``counters``."""
    if item.background or item.when != ";" or item.pipeline.negated:
        return False
    return all(
        isinstance(command, Simple)
        and all(_is_output(each) for each in command.redirects)
        and (not command.assignments or _counts(command, counters))
        and _is_known(command.words)
        for command in item.pipeline.commands
    )


def _is_output(redirect: Redirect) -> bool:
    """A file keeps what the latest rounds wrote to it."""
    return redirect.operator in (">", ">>", ">&") and "$" not in _literal(redirect.target)


def _is_known(words: tuple[Word, ...]) -> bool:
    if not words:
        return True
    name = _literal(words[0])
    if name not in _PLAIN or not all(_is_fixed(part) for word in words for part in _parts(word)):
        return False
    return name != "sleep" or not any("$" in _literal(word) for word in words)


def _counts(command: Simple, counters: dict[str, int] | None) -> bool:
    """``i=$((i+1))``, or ``now=$(date)``, which is of this moment alone."""
    if command.words or counters is None:
        return False
    for name, word in command.assignments:
        parts = list(_parts(word))
        if name in counters:
            return False
        if len(word) == 1 and isinstance(word[0], Arithmetic):
            match = _COUNT.fullmatch(_expression(word[0]).strip())
            if match is None or match[1] != name:
                return False
            counters[name] = int(match[3]) * (-1 if match[2] == "-" else 1)
        elif not all(_is_fixed(part) and not isinstance(part, Variable) for part in parts):
            return False
    return True


def _expression(part: Arithmetic) -> str:
    return "".join(
        f"${each.name}" if isinstance(each, Variable) and not each.operator else _literal((each,))
        for each in part.expression
    )


def _parts(word: Word) -> Iterator[object]:
    for part in word:
        yield part
        if isinstance(part, Variable):
            yield from _parts(part.argument)


def _is_fixed(part: object) -> bool:
    """Whether a part changes nothing and takes no time."""
    if isinstance(part, Variable):
        return not part.operator.endswith(("=", "?"))
    if isinstance(part, Arithmetic):
        return not re.search(r"[-+*/%]?=|\+\+|--", _expression(part))
    if isinstance(part, Substitution):
        return all(_is_plain(item, None) for item in part.script)
    return True
