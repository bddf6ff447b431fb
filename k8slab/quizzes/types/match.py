"""Things to be matched with one another."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar, NamedTuple, Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields

from ..grades import Grade, NoAnswer, Remark
from .body import Facts, key_of, text


class Pair(NamedTuple):
    """What is given, what it belongs to, and why (HTML; ``partner`` is plain text)."""

    key: str
    html: str
    partner: str
    why: str


@dataclass(frozen=True, slots=True)
class Match:
    """``pairs``: ``text``, ``with`` and ``why``. Several may go with the same partner."""

    fields: ClassVar[tuple[str, ...]] = ("pairs",)
    template: ClassVar[str] = "match"
    pairs: tuple[Pair, ...]

    @classmethod
    def read(cls, fields: Fields, facts: Facts) -> Self:
        """The pairs, at least three, with two partners or more."""
        pairs = tuple(
            Pair(
                key_of(index),
                text(it.only("text", "with", "why"), "text", facts),
                it.text("with"),
                text(it, "why", facts),
            )
            for index, it in enumerate(fields.entries("pairs"))
        )
        if len(pairs) < 3 or len({pair.partner for pair in pairs}) < 2:
            fields.refuse("pairs", "needs three pairs and two partners", "add pairs")
        return cls(pairs)

    @property
    def partners(self) -> list[str]:
        """What can be chosen: always in the same order, which tells nothing."""
        return sorted(
            {pair.partner for pair in self.pairs},
            key=lambda partner: sha256(partner.encode()).digest(),
        )

    def chosen(self, answer: list[str]) -> dict[str, str]:
        """``key=number of the partner`` of each pair -> key: partner, of those that are usable."""
        partners = self.partners
        given = (entry.split("=", 1) for entry in answer if "=" in entry)
        return {
            key: partners[int(number)]
            for key, number in given
            if number.isdigit() and int(number) < len(partners)
        }

    def grade(self, answer: list[str]) -> Grade:
        """Each right pair earns its share; wrong ones are explained."""
        chosen = self.chosen(answer)
        if set(chosen) != {pair.key for pair in self.pairs}:
            raise NoAnswer(gettext("Choose a partner for each line."))
        remarks = tuple(
            Remark(pair.key, right, "" if right else pair.why)
            for pair in self.pairs
            for right in [chosen[pair.key] == pair.partner]
        )
        hits = sum(remark.right for remark in remarks)
        if hits == len(self.pairs):
            return Grade(1.0, gettext("Right, all of them."), remarks)
        headline = gettext("%(hits)s of %(all)s fit.") % {"hits": hits, "all": len(self.pairs)}
        return Grade(hits / len(self.pairs), headline, remarks)
