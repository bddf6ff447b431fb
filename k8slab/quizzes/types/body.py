"""What every type of question offers, and the options that most have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple, Protocol, Self

from django.utils.translation import gettext

from k8slab.content.documents import Fields
from k8slab.content.figures import fill
from k8slab.content.markdown import inline

from ..grades import Grade, NoAnswer

Facts = Mapping[str, Any]


class Option(NamedTuple):
    """One thing to choose: its key in the form, its text and why it is right or wrong (HTML)."""

    key: str
    html: str
    right: bool
    why: str


class Body(Protocol):
    """The part of a question that its type decides."""

    fields: ClassVar[tuple[str, ...]]
    template: ClassVar[str]

    @classmethod
    def read(cls, fields: Fields, facts: Facts) -> Self:
        """The body; ContentError where the author's fields can't work."""
        ...

    def grade(self, answer: list[str]) -> Grade:
        """What the values of the form's ``answer`` fields are worth; NoAnswer where unusable."""
        ...


def key_of(index: int) -> str:
    """a, b, c ..."""
    return "abcdefghijklmnopqrstuvwxyz"[index]


def text(fields: Fields, name: str, facts: Facts, default: str | None = None) -> str:
    """One line of Markdown with its figures, as HTML."""
    try:
        return inline(fill(fields.text(name, default), facts))
    except KeyError as error:
        fields.refuse(name, f"no figure {error.args[0]}", "name one of facts.json")


def read_options(fields: Fields, facts: Facts) -> tuple[Option, ...]:
    """The ``options`` of a question: ``text``, ``why`` and ``right: true``."""
    options = tuple(
        Option(
            key_of(index),
            text(it.only("text", "why", "right"), "text", facts),
            bool(it.value.get("right")),
            text(it, "why", facts),
        )
        for index, it in enumerate(fields.entries("options"))
    )
    if len(options) < 2 or not any(option.right for option in options):
        fields.refuse("options", "needs two options, one of them right", "add `right: true`")
    return options


def choice(options: tuple[Option, ...], answer: list[str]) -> Option:
    """The one option that was chosen."""
    chosen = [option for option in options if option.key in answer]
    if len(chosen) != 1:
        raise NoAnswer(gettext("Choose one answer."))
    return chosen[0]
