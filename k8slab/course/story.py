"""The last dressing of a section's HTML: checklists, predictions, the altitude; and of results."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from itertools import zip_longest
from typing import Any, NamedTuple

from django.utils.safestring import SafeString, mark_safe

from k8slab.content.markdown import inline, together
from k8slab.quizzes.show import Shown

from .checks import Check
from .lessons import Lesson, Section

_CHECKS = re.compile(r'<div data-checks="([\w-]+)">\s*</div>')
_CODE = re.compile(r"`([^`]+)`")
_PREDICT = re.compile(r'<div data-predict="([\w-]+)">\s*</div>')
_ALTITUDE = re.compile(r'<div class="altitude" data-altitude="([a-z ]+)">')


def _as_code(match: re.Match[str]) -> str:
    return f"<code>{match[1]}</code>"


def checklist(checks: Iterable[Check]) -> SafeString:
    """A live checklist, as the page's modules look for it."""
    items = (
        f'<li data-check="{escape(it.id)}"><span class="check__expects">'
        f"{_CODE.sub(_as_code, together(escape(it.expects)))}</span></li>"
        for it in checks
    )
    return mark_safe(f'<ul class="checks">{"".join(items)}</ul>')


def as_shown(result: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What checks observed when it was over (``evaluate``), with its texts as HTML."""
    return [
        {name: inline(text) if isinstance(text, str) else text for name, text in check.items()}
        for check in result
    ]


class Piece(NamedTuple):
    """A stretch of a section's HTML, and the prediction that comes after it."""

    html: str
    question: Shown | None


class Dressed(NamedTuple):
    """A section as ``course/lesson.html`` takes it."""

    id: str
    title: str
    pieces: tuple[Piece, ...]


def dress(section: Section, lesson: Lesson, shown: dict[str, Shown], altitude: str) -> Dressed:
    """The section with its checklists, at an altitude, and cut where a prediction is asked."""
    cut = _cut(section, lesson, altitude)
    questions = [shown[id_] for id_ in cut[1::2]]
    pieces = tuple(Piece(*it) for it in zip_longest(cut[::2], questions))
    return Dressed(section.id, section.title, pieces)


@lru_cache(maxsize=2000)
def _cut(section: Section, lesson: Lesson, altitude: str) -> list[str]:
    """HTML, the id of a prediction, HTML, and so on."""

    def task_checks(match: re.Match[str]) -> str:
        return checklist(it for it in lesson.checks if it.task == match[1])

    def at_altitude(match: re.Match[str]) -> str:
        hidden = "" if altitude in match[1].split() else " hidden"
        return f"{match[0][:-1]}{hidden}>"

    html = _CHECKS.sub(task_checks, section.html)
    return _PREDICT.split(_ALTITUDE.sub(at_altitude, html))
