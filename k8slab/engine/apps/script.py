"""The few shell commands that lessons run in containers: sleep, echo, exit, true, false.

>>> end(("sh", "-c", "echo hello; sleep 5; exit 3"))
End(seconds=5.0, code=3, output='hello')
>>> end(("sleep", "infinity")) is None
True
"""

from __future__ import annotations

import re
from typing import NamedTuple

SHELLS = ("sh", "/bin/sh", "bash", "/bin/bash", "ash")


class End(NamedTuple):
    """How a command line ends: after ``seconds``, with ``code``, having printed ``output``."""

    seconds: float
    code: int
    output: str


def end(command: tuple[str, ...]) -> End | None:
    """How a command line ends, or None where it runs for ever."""
    if command and command[0] in SHELLS and "-c" in command:
        text = command[-1]
    else:
        text = " ".join(command)
    if re.match(r"\s*(while|until)\b", text):
        return None
    seconds, code, output = 0.0, 0, []
    for operator, statement in _statements(text):
        if (operator == "&&" and code) or (operator == "||" and not code):
            continue
        word, *rest = statement.split()
        match word:
            case "sleep":
                length = _seconds(rest[0] if rest else "0")
                if length is None:
                    return None
                seconds += length
                code = 0
            case "echo":
                output.append(" ".join(rest).strip("\"'"))
                code = 0
            case "exit":
                code = int(rest[0]) if rest and rest[0].isdigit() else code
                return End(seconds, code, "\n".join(output))
            case "false":
                code = 1
            case "tail" if "-f" in rest:
                return None
            case _:
                code = 0
    return End(seconds, code, "\n".join(output))


def _statements(text: str) -> list[tuple[str, str]]:
    parts = re.split(r"(;|&&|\|\||\n)", text)
    pairs = zip(["", *parts[1::2]], parts[::2], strict=True)
    return [(operator, statement) for operator, statement in pairs if statement.strip()]


def _seconds(text: str) -> float | None:
    """The length of a sleep; None for ``infinity``."""
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", text)
    if match is None:
        return None
    return float(match[1]) * units.get(match[2], 1)
