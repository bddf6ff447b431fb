"""One right answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields

from ..grades import Grade, Remark
from .body import Facts, Option, choice, read_options


@dataclass(frozen=True, slots=True)
class Single:
    """``options``, one with ``right: true``."""

    fields: ClassVar[tuple[str, ...]] = ("options",)
    template: ClassVar[str] = "choice"
    options: tuple[Option, ...]

    @classmethod
    def read(cls, fields: Fields, facts: Facts) -> Self:
        """The options; exactly one must be right."""
        options = read_options(fields, facts)
        if sum(option.right for option in options) != 1:
            fields.refuse("options", "more than one option is right", "use `type: multiple`")
        return cls(options)

    def grade(self, answer: list[str]) -> Grade:
        """All or nothing; only the chosen option is explained, so that a retry is worth it."""
        chosen = choice(self.options, answer)
        headline = gettext("Right.") if chosen.right else gettext("Not that one.")
        remark = Remark(chosen.key, chosen.right, chosen.why)
        return Grade(float(chosen.right), headline, (remark,))
