"""A number to estimate: the engine decides what it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from k8slab.content.documents import Fields
from k8slab.content.figures import look_up, spell

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
            return Grade(1.0, f"Right: the engine gives {spell(self.value)}{unit}.")
        much = "more" if given < self.value else "less"
        if off <= 3 * self.within:
            return Grade(0.5, f"Close. It is a little {much}.")
        return Grade(0.0, f"It is {much}.")


def _number(answer: list[str]) -> float:
    try:
        return float("".join(answer).replace(",", "").replace("−", "-"))
    except ValueError as error:
        raise NoAnswer("Write a number, in digits.") from error
