"""A lesson as a value, read from its folder. ``docs/authoring.md`` describes the files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language

from k8slab.content.documents import Document, Fields
from k8slab.content.errors import ContentError
from k8slab.content.figures import fill
from k8slab.content.markdown import ALTITUDES, render
from k8slab.content.translation import translated_entries, translated_file
from k8slab.quizzes.questions import Question, read_questions

from .checks import Check, read_check
from .experiments import Experiment, Facts, read_experiments, read_facts
from .micro import Micro, read_micros
from .scripts import Script, read_script
from .setup import Setup, read_setup

SANDBOX = "sandbox"
ORIGINAL = "en"
_FRONT = re.compile(r"---\n(.*?\n)---\n", re.DOTALL)
_SECTION = re.compile(r"^## (.+?)(?: \{#([\w-]+)\})?$", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_TASK = re.compile(r"^:{3,} *task +([\w-]+)", re.MULTILINE)
_PREDICT = re.compile(r"^:{3,} *predict +([\w-]+)", re.MULTILINE)
_HINT = re.compile(r"^:{3,} *hint\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the story: its anchor, title, and safe HTML."""

    id: str
    title: str
    html: str


@dataclass(frozen=True, slots=True)
class Source:
    """A page that the lesson rests on."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """The solution of one task: after its script, all checks of the task hold."""

    task: str
    script: Script


@dataclass(frozen=True, slots=True)
class Mistake:
    """What a learner may do wrong, and the check's hint that it must bring up."""

    id: str
    task: str
    script: Script
    hint: str


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """All of a lesson. ``placed`` are the questions that stand in the story (predictions).

    ``is_preset``: it is one of the sandbox's, with neither tasks nor questions. A lesson is equal
    to itself alone: read again it is another one.
    """

    slug: str
    is_preset: bool
    title: str
    category: str
    track: str
    minutes: int
    crux: str
    builds_on: tuple[str, ...]
    next: str
    sources: tuple[Source, ...]
    sections: tuple[Section, ...]
    tasks: tuple[str, ...]
    hints: dict[str, int]
    placed: tuple[str, ...]
    setup: Setup
    checks: tuple[Check, ...]
    solution: tuple[Step, ...]
    mistakes: tuple[Mistake, ...]
    experiments: tuple[Experiment, ...]
    facts: Facts
    questions: tuple[Question, ...]
    micros: dict[str, Micro]
    language: str = "en"
    """That of its text: English where there is no translation."""

    @property
    def subject(self) -> str:
        """The title without its promise: ``ReplicaSets`` of ``ReplicaSets: whose pod is it?``."""
        return self.title.partition(":")[0]

    def question(self, id_: str) -> Question | None:
        """The question with this id, or None."""
        return next((it for it in self.questions if it.id == id_), None)


def lesson_folders() -> list[Path]:
    """The folders of all lessons, by name."""
    return _folders("*/lesson.md")


def preset_folders() -> list[Path]:
    """The folders of the sandbox's presets: lessons without tasks, which are not on the climb."""
    return _folders(f"{SANDBOX}/*/lesson.md")


def _folders(pattern: str) -> list[Path]:
    look = _looked_up if settings.LESSONS_CHANGE else _found
    return look(Path(settings.LESSONS), pattern)


def _looked_up(root: Path, pattern: str) -> list[Path]:
    return sorted(path.parent for path in root.glob(pattern))


_found = lru_cache(maxsize=8)(_looked_up)


def all_lessons() -> list[Lesson]:
    """All lessons, by slug, in the page's language."""
    language = get_language() or ORIGINAL
    return [lesson_in(folder, language) for folder in lesson_folders()]


def all_presets() -> list[Lesson]:
    """The sandbox's presets, the smallest first, in the page's language."""
    language = get_language() or ORIGINAL
    presets = [lesson_in(folder, language) for folder in preset_folders()]
    return sorted(presets, key=lambda it: (it.setup.nodes, it.facts["stands"]["pods"]["count"]))


def find_lesson(slug: str) -> Lesson | None:
    """The lesson, or the sandbox's preset, with this slug, in the page's language, or None."""
    folders = (*lesson_folders(), *preset_folders())
    folder = next((it for it in folders if it.name == slug), None)
    return None if folder is None else lesson_in(folder, get_language() or ORIGINAL)


def lesson_in(folder: Path, language: str = "en") -> Lesson:
    """The lesson in a folder; read again where one of its files has changed (LESSONS_CHANGE)."""
    if not settings.LESSONS_CHANGE:
        return _cached(folder, language, ())
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    stamp = tuple((str(path), path.stat().st_mtime_ns) for path in files)
    return _cached(folder, language, stamp)


@lru_cache(maxsize=256)
def _cached(folder: Path, language: str, stamp: tuple[tuple[str, int], ...]) -> Lesson:
    if language == ORIGINAL:
        return read_lesson(folder)
    return _translated(_cached(folder, ORIGINAL, stamp), folder, language)


def read_lesson(folder: Path, language: str = ORIGINAL) -> Lesson:
    """The lesson in a folder ("ru": its ``lesson.ru.md``); ContentError where a file is wrong."""
    with translation.override(ORIGINAL):
        original = _read(folder)
    return original if language == ORIGINAL else _translated(original, folder, language)


def _translated(original: Lesson, folder: Path, language: str) -> Lesson:
    """The lesson with its texts in another language, where they are; all else is the original's.

    A translation without a text gives the title and the crux alone.
    """
    with translation.override(language):
        checks = tuple(map(read_check, _entries(folder, "checks.yaml", language)))
        file = translated_file(folder / "lesson.md", language)
        if not file.is_file():
            return replace(original, checks=checks)
        front, body, first_line = read_story(file)
        front.only("title", "crux", "sources")
        named = replace(original, checks=checks, title=front.text("title"), crux=front.text("crux"))
        if not body.strip():
            return named
        facts = original.facts
        return replace(
            named,
            language=language,
            sources=_sources(front) or original.sources,
            sections=tuple(_sections(file, body, first_line, facts)),
            questions=read_questions(folder / "quiz.yaml", facts, language),
            micros=read_micros(folder, original.setup, language),
        )


def _read(folder: Path) -> Lesson:
    file = folder / "lesson.md"
    front, body, first_line = read_story(file)
    front.only("title", "category", "track", "minutes", "crux", "builds_on", "next", "sources")
    facts = read_facts(folder)
    setup = read_setup(folder)
    return Lesson(
        slug=folder.name,
        is_preset=_is_preset(folder),
        title=front.text("title"),
        category=front.text("category"),
        track=front.text("track"),
        minutes=front.whole("minutes"),
        crux=front.text("crux"),
        builds_on=front.texts("builds_on", ()),
        next=front.text("next", ""),
        sources=_sources(front),
        sections=tuple(_sections(file, body, first_line, facts)),
        tasks=tuple(_TASK.findall(body)),
        hints=_hints(body),
        placed=tuple(_PREDICT.findall(body)),
        setup=setup,
        checks=tuple(map(read_check, _entries(folder, "checks.yaml"))),
        solution=tuple(_step(folder, it) for it in _entries(folder, "solution/steps.yaml")),
        mistakes=tuple(_mistake(folder, it) for it in _entries(folder, "mistakes.yaml")),
        experiments=read_experiments(folder),
        facts=facts,
        questions=read_questions(folder / "quiz.yaml", facts),
        micros=read_micros(folder, setup),
    )


def read_story(file: Path) -> tuple[Fields, str, int]:
    """A story's fields, its text, and the text's first line."""
    text = file.read_text(encoding="utf-8")
    match = _FRONT.match(text)
    if match is None:
        raise ContentError(file, 1, "no front matter", "begin the file with fields between `---`")
    front = Document(file, match[1], first_line=2).fields()
    return front, text[match.end() :], match[0].count("\n") + 1


def _sources(front: Fields) -> tuple[Source, ...]:
    entries = (it.only("title", "url") for it in front.entries("sources"))
    return tuple(Source(it.text("title"), it.text("url")) for it in entries)


def _sections(file: Path, body: str, first_line: int, facts: Facts) -> Iterator[Section]:
    hidden = _FENCE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), body)
    heads = list(_SECTION.finditer(hidden))
    if not heads or body[: heads[0].start()].strip():
        raise ContentError(file, first_line, "text before the first section", "begin with `## `")
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        end = following.start() if following else len(body)
        line = first_line + body.count("\n", 0, head.start())
        try:
            text = fill(body[head.end() : end], facts)
        except KeyError as error:
            place = body.find(str(error.args[0]), head.end())
            line = first_line + body.count("\n", 0, place)
            mend = "name one of facts.json, or run check_lessons --update"
            raise ContentError(file, line, f"no figure {error.args[0]}", mend) from error
        yield Section(head[2] or _anchor(head[1]), head[1], render(text))


def _anchor(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def _hints(body: str) -> dict[str, int]:
    """Task -> how many hints it has."""
    starts = [*_TASK.finditer(body)]
    ends = [match.start() for match in starts[1:]] + [len(body)]
    return {
        match[1]: len(_HINT.findall(body, match.end(), end))
        for match, end in zip(starts, ends, strict=False)  # no task: one end, and nothing in it
    }


def _is_preset(folder: Path) -> bool:
    return folder.parent.name == SANDBOX


def _entries(folder: Path, name: str, language: str = ORIGINAL) -> list[Fields]:
    """What a file of the lesson lists; a preset has neither checks nor solutions."""
    if _is_preset(folder):
        return []
    return translated_entries(folder / name, language)


def _step(folder: Path, fields: Fields) -> Step:
    fields.only("task", "script")
    return Step(fields.text("task"), read_script(folder, fields))


def _mistake(folder: Path, fields: Fields) -> Mistake:
    fields.only("id", "task", "script", "hint")
    return Mistake(
        fields.text("id"), fields.text("task"), read_script(folder, fields), fields.text("hint")
    )


__all__ = ["ALTITUDES", "Lesson", "all_lessons", "find_lesson", "lesson_in", "read_lesson"]
