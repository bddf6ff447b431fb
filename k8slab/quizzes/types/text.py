"""A word or a short line to be written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields

from ..grades import Grade, NoAnswer
from .body import Facts

LONGEST = 300


@dataclass(frozen=True, slots=True)
class Text:
    """``accept``: every way of writing it that is right; case and spaces don't matter."""

    fields: ClassVar[tuple[str, ...]] = ("accept",)
    template: ClassVar[str] = "text"
    accept: tuple[str, ...]

    @classmethod
    def read(cls, fields: Fields, facts: Facts) -> Self:
        """The accepted answers, at least one."""
        accept = fields.texts("accept")
        if not accept:
            fields.refuse("accept", "no answer is right", "add one")
        return cls(tuple(map(_plain, accept)))

    def grade(self, answer: list[str]) -> Grade:
        """All or nothing."""
        given = "".join(answer)
        if not given.strip():
            raise NoAnswer(gettext("Write an answer."))
        if len(given) > LONGEST:
            raise NoAnswer(gettext("Keep it under %s characters.") % LONGEST)
        right = _plain(given) in self.accept
        return Grade(float(right), gettext("Right.") if right else gettext("Not that."))


def _plain(text: str) -> str:
    return " ".join(text.replace("`", "").lower().split())
