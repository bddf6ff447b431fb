"""Predict the outcome: the engine decides which option is right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields
from k8slab.content.figures import look_up

from ..grades import Grade, Remark
from .body import Facts, Option, choice, key_of, text


@dataclass(frozen=True, slots=True)
class Predict:
    """``figure`` of an experiment, and ``options`` that hold ``from`` and ``to`` some value."""

    fields: ClassVar[tuple[str, ...]] = ("figure", "options")
    template: ClassVar[str] = "choice"
    options: tuple[Option, ...]

    @classmethod
    def read(cls, fields: Fields, facts: Facts) -> Self:
        """The options; the figure must fall into exactly one."""
        path = fields.text("figure")
        try:
            value = look_up(facts, path)
        except KeyError:
            fields.refuse("figure", f"no figure {path}", "name one of facts.json")
        options = tuple(
            _option(key_of(index), it, facts, value)
            for index, it in enumerate(fields.entries("options"))
        )
        if sum(option.right for option in options) != 1:
            problem = f"{path} is {value}, which falls into no single option"
            fields.refuse("options", problem, "mend `from` and `to`")
        return cls(options)

    def grade(self, answer: list[str]) -> Grade:
        """All or nothing."""
        chosen = choice(self.options, answer)
        headline = (
            gettext("As the engine has it.")
            if chosen.right
            else gettext("The engine says otherwise.")
        )
        return Grade(float(chosen.right), headline, (Remark(chosen.key, chosen.right, chosen.why),))


def _option(key: str, fields: Fields, facts: Facts, value: float | None) -> Option:
    fields.only("text", "why", "from", "to")
    low, high = fields.number("from", float("-inf")), fields.number("to", float("inf"))
    right = value is not None and low <= value <= high
    return Option(key, text(fields, "text", facts), right, text(fields, "why", facts, ""))
