"""Golden scenarios: a text of terminal lines and what they print; see ``docs/scenarios.md``.

``play`` runs one and gives the text as it should read, so a scenario holds where ``play(text)``
is ``text`` itself, and is brought up to date by writing that instead.
"""

from __future__ import annotations

import inspect
import json
import re
import shlex
from dataclasses import dataclass, field
from typing import Any

from k8slab.engine import faults
from k8slab.engine.base.durations import parse_go_duration
from k8slab.engine.cluster import Cluster

from .shell import Shell

_DIRECTIVE = re.compile(r"[$@!>#] |#$")
END_OF_FILE = "<"


class ScenarioError(ValueError):
    """A scenario that can't be played; ``str()`` names the line."""


@dataclass(slots=True)
class Step:
    """One directive: its sign ($ @ ! > or #), its text and line, and the lines beneath.

    ``beneath`` is a file's text or a terminal line's output; ``room`` the empty lines after it.
    """

    sign: str
    text: str
    line: int
    beneath: list[str] = field(default_factory=list)
    room: int = 0


def parse(text: str) -> list[Step]:
    """The steps of a scenario; ScenarioError where a line belongs to none."""
    steps: list[Step] = []
    in_file = False
    for number, line in enumerate(text.split("\n"), 1):
        if in_file and line == END_OF_FILE:
            in_file = False
        elif in_file:
            steps[-1].beneath.append(line)
        elif _DIRECTIVE.match(line):
            steps.append(Step(line[0], line[2:], number))
            in_file = line[0] == ">"
        elif not line and steps:
            steps[-1].room += 1
        elif steps and steps[-1].sign == "$":
            steps[-1].beneath += [""] * steps[-1].room + [line]
            steps[-1].room = 0
        elif line:
            raise ScenarioError(f"line {number}: {line!r} is beneath no terminal line")
    if in_file:
        raise ScenarioError(f"line {steps[-1].line}: the file does not end with {END_OF_FILE!r}")
    return steps


def play(text: str) -> str:
    """Run a scenario; the text with the output that the lines really give."""
    stage = _Stage()
    parts = [_written(step, stage.play(step)) for step in parse(text)]
    return "\n".join(parts).rstrip("\n") + "\n"


def _written(step: Step, output: str) -> str:
    lines = [f"{step.sign} {step.text}".rstrip()]
    if step.sign == ">":
        lines += [*step.beneath, END_OF_FILE]
    elif output:
        lines += output.rstrip("\n").split("\n")
    return "\n".join(lines) + "\n" * step.room


class _Stage:
    """The cluster and the terminal of one scenario."""

    def __init__(self) -> None:
        self.shell = Shell(Cluster())

    def play(self, step: Step) -> str:
        """What the step prints: only a terminal line prints anything."""
        try:
            match step.sign:
                case "$":
                    return self._line(step.text)
                case "@":
                    self._advance(step.text)
                case "!":
                    self._direct(step.text)
                case ">":
                    self.shell.files[step.text.strip()] = "".join(
                        f"{line}\n" for line in step.beneath
                    )
        except ValueError as error:
            raise ScenarioError(f"line {step.line}: {error}") from error
        return ""

    def _line(self, line: str) -> str:
        out = self.shell.run(line)
        code = f"[exit {out.exit_code}]\n" if out.exit_code else ""
        text = out.text
        return text + ("\n" if text and not text.endswith("\n") and code else "") + code

    def _advance(self, text: str) -> None:
        """``+30s``: let virtual time pass."""
        if not text.startswith("+"):
            raise ValueError(f"{text!r} is no span of time such as +30s")
        cluster = self.shell.cluster
        cluster.run_until(cluster.now_ms + parse_go_duration(text[1:]))

    def _direct(self, text: str) -> None:
        """``cluster nodes=3``, ``load client url=... rps=...`` or a fault with its arguments."""
        name, *words = shlex.split(text)
        named = dict(word.split("=", 1) for word in words if "=" in word)
        values = {key: _value(value) for key, value in named.items()}
        bare = [word for word in words if "=" not in word]
        if name == "cluster":
            size = {key: values.pop(key) for key in ("nodes", "seed") if key in values}
            self.shell = Shell(Cluster(**size, settings=values), self.shell.files)
        elif name == "load":
            self.shell.cluster.load(*bare, **values)
        else:
            self.shell.cluster.inject(name, **_arguments(name, bare), **values)


def _arguments(fault: str, words: list[str]) -> dict[str, Any]:
    """Bare words are a fault's arguments in order."""
    if fault not in faults.FAULTS:
        raise ValueError(f"unknown fault {fault!r}")
    names = list(inspect.signature(faults.FAULTS[fault]).parameters)[1:]
    if len(words) > len(names):
        raise ValueError(f"{fault} takes {', '.join(names)}")
    return dict(zip(names, words, strict=False))


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
