"""Any number of right answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields

from ..grades import Grade, NoAnswer, Remark
from .body import Facts, Option, read_options


@dataclass(frozen=True, slots=True)
class Multiple:
    """``options``, some with ``right: true``."""

    fields: ClassVar[tuple[str, ...]] = ("options",)
    template: ClassVar[str] = "choices"
    options: tuple[Option, ...]

    @classmethod
    def read(cls, fields: Fields, facts: Facts) -> Self:
        """The options."""
        return cls(read_options(fields, facts))

    def grade(self, answer: list[str]) -> Grade:
        """Right ones chosen, less wrong ones chosen, of the right ones there are."""
        chosen = [option for option in self.options if option.key in answer]
        if not chosen:
            raise NoAnswer(gettext("Choose at least one answer."))
        wanted = sum(option.right for option in self.options)
        hits = sum(option.right for option in chosen)
        score = max(0.0, (2 * hits - len(chosen)) / wanted)
        remarks = tuple(Remark(it.key, it.right, it.why) for it in chosen)
        return Grade(score, _headline(hits, wanted, len(chosen) - hits), remarks)


def _headline(hits: int, wanted: int, wrong: int) -> str:
    if hits == wanted and not wrong:
        return gettext("Right, all of them.")
    counts = {"hits": hits, "wanted": wanted, "wrong": wrong}
    if wrong:
        return gettext("%(hits)s of %(wanted)s found, and %(wrong)s too many.") % counts
    return gettext("%(hits)s of %(wanted)s found.") % counts
