"""Steps to be put in order."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import ClassVar, NamedTuple, Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields

from ..grades import Grade, NoAnswer, Remark
from .body import Facts, key_of, text


class Step(NamedTuple):
    """A step, its text, and why it can't come before the one that precedes it (HTML)."""

    key: str
    html: str
    why: str


@dataclass(frozen=True, slots=True)
class Order:
    """``steps`` in the right order; ``why`` says why a step follows the one before it."""

    fields: ClassVar[tuple[str, ...]] = ("steps",)
    template: ClassVar[str] = "order"
    steps: tuple[Step, ...]

    @classmethod
    def read(cls, fields: Fields, facts: Facts) -> Self:
        """The steps, at least three."""
        steps = tuple(
            Step(
                key_of(index),
                text(it.only("text", "why"), "text", facts),
                text(it, "why", facts, "" if index == 0 else None),
            )
            for index, it in enumerate(fields.entries("steps"))
        )
        if len(steps) < 3:
            fields.refuse("steps", "needs three steps", "add steps in the right order")
        return cls(steps)

    def shuffled(self) -> list[Step]:
        """The steps as they are shown: always the same, never in order."""
        shown = sorted(self.steps, key=lambda step: sha256(step.html.encode()).digest())
        return [*shown[1:], shown[0]] if shown == list(self.steps) else shown

    def grade(self, answer: list[str]) -> Grade:
        """``answer`` holds ``key=position``. Each pair of neighbours in order earns its share."""
        positions = self._positions(answer)
        wrong = [
            later
            for earlier, later in pairwise(self.steps)
            if positions[later.key] < positions[earlier.key]
        ]
        pairs = len(self.steps) - 1
        if not wrong:
            return Grade(1.0, gettext("Right, in that order."))
        remarks = tuple(Remark(step.key, False, step.why) for step in wrong)
        headline = gettext("%(right)s of %(all)s neighbours stand in order.") % {
            "right": pairs - len(wrong),
            "all": pairs,
        }
        return Grade((pairs - len(wrong)) / pairs, headline, remarks)

    def _positions(self, answer: list[str]) -> dict[str, int]:
        given = dict(entry.split("=", 1) for entry in answer if "=" in entry)
        numbers = [str(number) for number in range(1, len(self.steps) + 1)]
        keys = [step.key for step in self.steps]
        if sorted(given) != keys or sorted(given.values()) != numbers:
            raise NoAnswer(gettext("Give each step a place of its own."))
        return {key: int(number) for key, number in given.items()}
