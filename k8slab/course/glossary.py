"""The glossary: ``lessons/glossary.yaml``, a list of ``term``, ``says``, and where to see it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language

from k8slab.content.documents import Fields
from k8slab.content.markdown import inline
from k8slab.content.translation import translated_entries


@dataclass(frozen=True, slots=True)
class Term:
    """A word, what it means (HTML), and the lesson and section where it can be seen at work."""

    name: str
    html: str
    lesson: str
    section: str

    @property
    def anchor(self) -> str:
        """Its id on the page."""
        return "term-" + self.name.lower().replace(" ", "-")


def glossary() -> tuple[Term, ...]:
    """All terms by name (none where there is no file); ContentError where an entry is wrong."""
    file = Path(settings.LESSONS) / "glossary.yaml"
    if not file.is_file():
        return ()
    terms = map(_term, translated_entries(file, get_language() or "en"))
    return tuple(sorted(terms, key=lambda term: term.name.lower()))


def _term(fields: Fields) -> Term:
    fields.only("term", "says", "see")
    lesson, _, section = fields.text("see", "").partition("#")
    return Term(fields.text("term"), inline(fields.text("says")), lesson, section)
