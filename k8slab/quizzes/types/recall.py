"""Free recall: the learner writes, sees a model answer, and rates their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields
from k8slab.content.markdown import render

from ..grades import Grade, NoAnswer
from .body import Facts

LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Recall:
    """``model``: a model answer (Markdown), kept as HTML."""

    fields: ClassVar[tuple[str, ...]] = ("model",)
    template: ClassVar[str] = "recall"
    model: str

    @classmethod
    def read(cls, fields: Fields, facts: Facts) -> Self:
        """The model answer."""
        return cls(render(fields.text("model")))

    def grade(self, answer: list[str]) -> Grade:
        """No score: the learner rates it beside the model answer."""
        if not any(part.strip() for part in answer):
            raise NoAnswer(gettext("Write what you remember, in your own words."))
        if sum(map(len, answer)) > LONGEST:
            raise NoAnswer(gettext("Keep it under %s characters.") % LONGEST)
        return Grade(None, gettext("Compare yours with the model answer, and rate it."))
