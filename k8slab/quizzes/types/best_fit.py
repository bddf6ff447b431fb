"""Pick the best fit: each option was run in the engine, and its errors decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields
from k8slab.content.figures import spell

from ..grades import Grade, NoAnswer, Remark
from .body import Facts, key_of, text


class Candidate(NamedTuple):
    """An option, what its run gave, and the reason (HTML)."""

    key: str
    html: str
    failed: int
    requests: int
    why: str

    @property
    def outcome(self) -> str:
        """The error count as a sentence."""
        return gettext("%(failed)s of %(requests)s requests failed.") % {
            "failed": spell(self.failed),
            "requests": spell(self.requests),
        }


@dataclass(frozen=True, slots=True)
class BestFit:
    """``options``, each naming the ``experiment`` that runs it. The fewest failures win."""

    fields: ClassVar[tuple[str, ...]] = ("options",)
    template: ClassVar[str] = "choice"
    options: tuple[Candidate, ...]

    @classmethod
    def read(cls, fields: Fields, facts: Facts) -> Self:
        """The options with their figures; one must be better than all others."""
        options = tuple(
            _candidate(key_of(index), it, facts)
            for index, it in enumerate(fields.entries("options"))
        )
        counts = sorted(option.failed for option in options)
        if len(counts) < 2 or counts[0] == counts[1]:
            fields.refuse("options", "no single option fails least", "tell the options apart")
        return cls(options)

    def grade(self, answer: list[str]) -> Grade:
        """Right where no other option fails fewer requests; every run's errors are shown."""
        chosen = next((it for it in self.options if it.key in answer), None)
        if chosen is None:
            raise NoAnswer(gettext("Choose one answer."))
        best = min(self.options, key=lambda option: option.failed)
        remarks = tuple(
            Remark(it.key, it is best, f"{it.outcome} {it.why}" if it is chosen else it.outcome)
            for it in self.options
        )
        right = chosen is best
        return Grade(
            float(right), gettext("Right.") if right else gettext("Another fits better."), remarks
        )


def _candidate(key: str, fields: Fields, facts: Facts) -> Candidate:
    fields.only("text", "experiment", "why")
    name = fields.text("experiment")
    if name not in facts:
        fields.refuse("experiment", f"no experiment `{name}`", "add it to experiments.yaml")
    run = facts[name]
    return Candidate(
        key, text(fields, "text", facts), run["failed"], run["requests"], text(fields, "why", facts)
    )
