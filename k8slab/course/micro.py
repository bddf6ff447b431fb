"""Micro-labs: a question of behaviour as a small cluster with one task, drawn from a seed.

Written in a question's ``micro:`` block (docs/authoring.md). What ``varies`` is drawn anew for each
seed, so that whoever meets the card again has to understand it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from django.utils import translation

from k8slab.content.documents import Fields
from k8slab.content.figures import look_up
from k8slab.content.markdown import inline, render
from k8slab.content.translation import translated_entries
from k8slab.engine import Cluster
from k8slab.shell import Shell

from .checks import Check, read_check
from .scripts import Script, read_script
from .setup import Setup, read_loads

NODES, SETTLE_S = 2, 20
SEEDS_MAX = 40
_PLACE = re.compile(r"\{\{\s*([\w-]+(?:\.[\w-]+)*)\s*\}\}")
_FIELDS = (
    *("title", "ask", "varies", "nodes", "files", "settle_s", "loads", "start", "checks"),
    "solution",
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A micro-lab as one seed draws it; ``title`` and ``ask`` are safe HTML.

    ``before`` is what has happened when the learner comes, ``solution`` what would mend it.
    """

    title: str
    ask: str
    setup: Setup
    before: Script
    checks: tuple[Check, ...]
    solution: Script

    @property
    def commands(self) -> list[str]:
        """The solution's terminal lines."""
        return [line[2:] for line in self.solution.lines if line.startswith("$ ")]

    def build(self) -> tuple[Cluster, Shell]:
        """The cluster as the learner finds it, and a terminal on it. ScriptError by ``before``."""
        cluster, shell = self.setup.build()
        self.before.play(cluster, shell)
        return cluster, shell


@dataclass(frozen=True, slots=True, eq=False)
class Micro:
    """The micro-lab of a question, as it is written; images and settings are its lesson's.

    ``language`` is that of its texts.
    """

    folder: Path
    fields: Fields
    lesson: Setup
    language: str

    def draw(self, seed: int) -> Sheet:
        """The micro-lab that a seed gives; ContentError where a field can't work."""
        with translation.override(self.language):
            return _drawn(self, seed)

    def picks(self, seed: int) -> dict[str, int]:
        """Which of the alternatives of each name in ``varies`` a seed picks."""
        varies = self.fields.mapping("varies").value
        return {name: Random(f"{seed} {name}").randrange(len(varies[name])) for name in varies}

    def seeds(self) -> list[int]:
        """The first seeds that show each alternative at least once."""
        wanted = {
            (name, at)
            for name, options in self.fields.mapping("varies").value.items()
            for at in range(len(options))
        }
        chosen = []
        for seed in count():
            shown = set(self.picks(seed).items())
            if shown & wanted or not chosen:
                chosen.append(seed)
                wanted -= shown
            if not wanted or seed > SEEDS_MAX:
                return chosen
        return chosen


def read_micros(folder: Path, lesson: Setup, language: str = "en") -> dict[str, Micro]:
    """Question -> its micro-lab, for those of the lesson's ``quiz.yaml`` that have one."""
    file = folder / "quiz.yaml"
    if not file.is_file():
        return {}
    questions = translated_entries(file, language)
    return dict(_micros(folder, questions, lesson, language))


def _micros(
    folder: Path, questions: list[Fields], lesson: Setup, language: str
) -> Iterator[tuple[str, Micro]]:
    for question in questions:
        if "micro" not in question:
            continue
        fields = question.mapping("micro").only(*_FIELDS)
        varies = fields.mapping("varies")
        for name, options in varies.value.items():
            if not isinstance(options, list) or len(options) < 2:
                varies.refuse(name, "nothing varies", "list two alternatives or more")
        micro = Micro(folder, fields, lesson, language)
        micro.draw(0)
        yield question.text("id"), micro


@lru_cache(maxsize=512)
def _drawn(micro: Micro, seed: int) -> Sheet:
    varies, picks = micro.fields.mapping("varies").value, micro.picks(seed)
    values = {name: varies[name][at] for name, at in picks.items()}
    values = {name: _filled(micro.fields, name, value, values) for name, value in values.items()}
    written = {
        name: _filled(micro.fields, name, value, values)
        for name, value in micro.fields.value.items()
        if name != "varies"
    }
    fields = Fields(micro.fields.document, micro.fields.path, written)
    files = fields.mapping("files")
    checks = fields.entries("checks")
    if not checks:
        fields.refuse("checks", "nothing is asked of the cluster", "add a check")
    return Sheet(
        title=inline(fields.text("title")),
        ask=render(fields.text("ask")),
        setup=Setup(
            nodes=fields.whole("nodes", NODES),
            seed=seed,
            settings=micro.lesson.settings,
            images=micro.lesson.images,
            files={name: files.text(name) + "\n" for name in files},
            applied=tuple(files),
            loads=read_loads(fields),
            settle_s=fields.whole("settle_s", SETTLE_S),
        ),
        before=read_script(micro.folder, fields, "start"),
        checks=tuple(read_check(it, task="") for it in checks),
        solution=read_script(micro.folder, fields, "solution"),
    )


def _filled(fields: Fields, name: str, value: Any, values: dict[str, Any]) -> Any:
    """``value`` with what was drawn in the place of each ``{{ name }}``.

    A text that is nothing but such a place takes the drawn value as it is, a number as a number.
    """
    if isinstance(value, dict):
        return {key: _filled(fields, name, it, values) for key, it in value.items()}
    if isinstance(value, list):
        return [_filled(fields, name, it, values) for it in value]
    if not isinstance(value, str):
        return value
    try:
        whole = _PLACE.fullmatch(value)
        if whole:
            return look_up(values, whole[1])
        return _PLACE.sub(lambda match: str(look_up(values, match[1])), value)
    except KeyError as error:
        fields.refuse(name, f"nothing named {error.args[0]} varies", "add it to `varies`")
