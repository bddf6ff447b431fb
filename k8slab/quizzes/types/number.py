"""A number to estimate: the engine decides what it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields
from k8slab.content.figures import look_up, spell, unspell

from ..grades import Grade, NoAnswer
from .body import Facts


@dataclass(frozen=True, slots=True)
class Number:
    """``figure`` of an experiment, how far off is right (``within``), and its ``unit``."""

    fields: ClassVar[tuple[str, ...]] = ("figure", "within", "unit")
    template: ClassVar[str] = "number"
    value: float
    within: float
    unit: str

    @classmethod
    def read(cls, fields: Fields, facts: Facts) -> Self:
        """The figure, which must be a number."""
        path = fields.text("figure")
        try:
            value = look_up(facts, path)
        except KeyError:
            fields.refuse("figure", f"no figure {path}", "name one of facts.json")
        if isinstance(value, bool) or not isinstance(value, int | float):
            fields.refuse("figure", f"{path} is no number", "name a figure that is one")
        return cls(value, fields.number("within", 0), fields.text("unit", ""))

    def grade(self, answer: list[str]) -> Grade:
        """Right within ``within``, half right within three times as much."""
        given = _number(answer)
        off = abs(given - self.value)
        unit = f" {self.unit}" if self.unit else ""
        if off <= self.within:
            headline = gettext("Right: the engine gives %s.") % f"{spell(self.value)}{unit}"
            return Grade(1.0, headline)
        is_more = given < self.value
        if off <= 3 * self.within:
            little_more = gettext("Close. It is a little more.")
            return Grade(0.5, little_more if is_more else gettext("Close. It is a little less."))
        return Grade(0.0, gettext("It is more.") if is_more else gettext("It is less."))


def _number(answer: list[str]) -> float:
    try:
        return unspell("".join(answer))
    except ValueError as error:
        raise NoAnswer(gettext("Write a number, in digits.")) from error
