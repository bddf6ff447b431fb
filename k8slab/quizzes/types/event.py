"""Pick the Event that tells the cause, among those that a run recorded."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import ClassVar, Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields

from ..grades import Grade, Remark
from .body import Facts, Option, choice, key_of, text

MOST = 8


@dataclass(frozen=True, slots=True)
class PickEvent:
    """``experiment`` (with ``events``), and the ``reason`` of the Event to be found in it."""

    fields: ClassVar[tuple[str, ...]] = ("experiment", "reason", "otherwise")
    template: ClassVar[str] = "choice"
    options: tuple[Option, ...]

    @classmethod
    def read(cls, fields: Fields, facts: Facts) -> Self:
        """One line for each reason, as the run recorded it first."""
        name, reason = fields.text("experiment"), fields.text("reason")
        events = facts.get(name, {}).get("events")
        if not events:
            fields.refuse("experiment", f"`{name}` keeps no events", "give it `events: default`")
        by_reason = {event["reason"]: event for event in reversed(events)}
        shown = [it for it in events if by_reason[it["reason"]] is it][-MOST:]
        if reason not in {it["reason"] for it in shown}:
            fields.refuse("reason", f"`{name}` recorded no {reason}", "name one of its reasons")
        otherwise = text(fields, "otherwise", facts)
        return cls(
            tuple(
                Option(key_of(at), _line(it), it["reason"] == reason, otherwise)
                for at, it in enumerate(shown)
            )
        )

    def grade(self, answer: list[str]) -> Grade:
        """All or nothing."""
        chosen = choice(self.options, answer)
        headline = (
            gettext("That one tells.") if chosen.right else gettext("That one is not the cause.")
        )
        why = "" if chosen.right else chosen.why
        return Grade(float(chosen.right), headline, (Remark(chosen.key, chosen.right, why),))


def _line(event: dict[str, str]) -> str:
    """Kubernetes' own words, which are English in every language of the interface."""
    words = (event["type"], event["reason"], event["on"])
    message = f'<span lang="en">{escape(event["message"])}</span>'
    return f"<code>{escape(' '.join(words))}</code> {message}"
