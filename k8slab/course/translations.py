"""Holding a translated lesson against its original: the same bones, other words.

``quiz.ru.yaml`` and ``checks.ru.yaml`` are laid over their originals, which refuses what does not
fit; here ``lesson.ru.md`` is compared: sections, directives, commands, figures and links.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from django.conf import settings

from k8slab.content.translation import FIGURE, translated_file

from .lessons import ORIGINAL, read_story

LAID_OVER = ("quiz.yaml", "checks.yaml")
PICTURES = ("drawing",)
"""Code fences whose words are translated, whatever becomes of their lines."""
Bone = tuple[int, str]
"""A line's number, and what of it every language shares."""

_DIRECTIVE = re.compile(r":{3,} *(task|checks|predict|altitude|widget)\b *([\w-]*)(.*)")
_OTHER = re.compile(r"(:{3,}) *(\w*)")
_SECTION = re.compile(r"## .*?(\{#[\w-]+\})?$")
_FENCE = re.compile(r"``` *(\w*)")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_BUTTON = re.compile(r"`([$!] [^`]+?) \\?\| ")
_KEEP = "keep the original's sections, directives and commands, in their order"


def translations(folder: Path) -> list[str]:
    """The languages that a lesson is translated to, whole."""
    codes = [code for code, _ in settings.LANGUAGES if code != ORIGINAL]
    files = [(code, translated_file(folder / "lesson.md", code)) for code in codes]
    return [code for code, file in files if file.is_file() and read_story(file)[1].strip()]


def misfits(folder: Path, language: str) -> Iterator[str]:
    """Where a translation is not the original's: file, line, what is wrong, and how to mend it."""
    original, file = folder / "lesson.md", translated_file(folder / "lesson.md", language)
    mine, theirs = list(_bones(file)), list(_bones(original))
    for here, there in zip_longest(mine, theirs, fillvalue=(0, "the end")):
        if here[1] != there[1]:
            where = f"where lesson.md:{there[0]} has `{there[1]}`"
            yield f"{file}:{here[0]}: `{here[1]}` {where}. Mend: {_KEEP}."
            break
    for name, pattern in (("figure", FIGURE), ("link", _LINK), ("button", _BUTTON)):
        yield from _differences(file, original, name, pattern)
    for name in LAID_OVER:
        if (folder / name).is_file() and not translated_file(folder / name, language).is_file():
            missing = translated_file(folder / name, language)
            yield f"{missing}:1: the file is missing. Mend: translate the texts of {name}."


def _differences(file: Path, original: Path, name: str, pattern: re.Pattern[str]) -> Iterator[str]:
    mine, theirs = (Counter(pattern.findall(it.read_text("utf-8"))) for it in (file, original))
    for found, mend in ((mine - theirs, "take it out"), (theirs - mine, "put it in")):
        for each in sorted(found):
            line = _line_of(file, each)
            yield f"{file}:{line}: the {name} `{each}` stands more often in one text. Mend: {mend}."


def _line_of(file: Path, words: str) -> int:
    lines = file.read_text("utf-8").splitlines()
    return next((at for at, line in enumerate(lines, start=1) if words in line), 1)


def _bones(file: Path) -> Iterator[Bone]:
    _, body, first_line = read_story(file)
    fence = None
    for number, line in enumerate(body.splitlines(), start=first_line):
        if line.startswith("```"):
            fence = None if fence is not None else _FENCE.match(line)[1]
            yield number, line.strip()
        elif fence in PICTURES:
            continue
        elif fence is not None:
            yield number, _command(fence, line)
        elif bone := _bone(line):
            yield number, bone


def _command(fence: str, line: str) -> str:
    """A line of code; a button's words and a comment are translated."""
    if fence == "act":
        return line.partition("|")[0].strip()
    return line.partition("#")[0].rstrip()


def _bone(line: str) -> str:
    if found := _SECTION.fullmatch(line):
        return f"## {found[1] or ''}"
    if found := _DIRECTIVE.match(line):
        words = f"{found[2]}{found[3]}" if found[1] == "altitude" else found[2]
        return f"::: {found[1]} {words}".strip()
    if found := _OTHER.match(line):
        return f"::: {found[2]}".strip()
    return ""
