"""Questions of a lesson, read from its ``quiz.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from k8slab.content.documents import Fields
from k8slab.content.figures import fill
from k8slab.content.markdown import inline, render
from k8slab.content.translation import translated_entries

from .types import TYPES, Body

Facts = Mapping[str, Any]
MICRO = "micro"
"""The field of a question's micro-lab, which the course reads."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """``section`` is the part of the lesson that answers it; texts are safe HTML.

    A question is equal to itself alone: read again it is another one.
    """

    id: str
    type: str
    title: str
    section: str
    why: str
    body: Body
    line: int
    language: str
    """That of its texts."""


def read_questions(file: Path, facts: Facts, language: str = "en") -> tuple[Question, ...]:
    """The questions in ``file`` (none where there is no such file), in a language."""
    if not file.is_file():
        return ()
    return tuple(_read(it, facts, language) for it in translated_entries(file, language))


def _read(fields: Fields, facts: Facts, language: str) -> Question:
    kind = fields.choice("type", tuple(TYPES))
    type_ = TYPES[kind]
    fields.only("id", "type", "ask", "section", "why", MICRO, *type_.fields)
    return Question(
        id=fields.text("id"),
        type=kind,
        title=inline(filled(fields, "ask", facts)),
        section=fields.text("section"),
        why=render(filled(fields, "why", facts)),
        body=type_.read(fields, facts),
        line=fields.document.line(fields.path),
        language=language,
    )


def filled(fields: Fields, name: str, facts: Facts) -> str:
    """A text with its figures; ContentError for a figure that no experiment gives."""
    try:
        return fill(fields.text(name), facts)
    except KeyError as error:
        fields.refuse(
            name, f"no figure {error.args[0]}", "name one of facts.json, or add an experiment"
        )
