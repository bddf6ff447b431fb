"""Numbers in prose: ``{{ bump.failed }}`` stands for a figure that the engine gave."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language

_RUSSIAN = str.maketrans({",": "\N{NO-BREAK SPACE}", ".": ","})
_PLACE = re.compile(r"\{\{\s*([\w-]+(?:\.[\w-]+)+)\s*\}\}")


def fill(text: str, facts: Mapping[str, Any]) -> str:
    """``text`` with each figure put in; KeyError names one that there is not.

    >>> fill("{{ bump.failed }} failed", {"bump": {"failed": 1234}})
    '1,234 failed'
    """
    return _PLACE.sub(lambda match: spell(look_up(facts, match[1])), text)


def look_up(facts: Mapping[str, Any], path: str) -> Any:
    """The figure at ``experiment.figure``; KeyError where there is none."""
    value: Any = facts
    for step in path.split("."):
        if not isinstance(value, Mapping) or step not in value:
            raise KeyError(path)
        value = value[step]
    return value


def spell(value: Any) -> str:
    """A figure as prose prints it: 1,234 and 4.1 (in Russian 1 234 and 4,1), never 4.0."""
    if not isinstance(value, int | float):
        return str(value)
    number = f"{value:,.1f}".removesuffix(".0") if isinstance(value, float) else f"{value:,}"
    return number.translate(_RUSSIAN) if get_language() == "ru" else number


def unspell(text: str) -> float:
    """The number that somebody wrote in the page's language; ValueError where it is none."""
    plain = "".join(text.split()).replace("−", "-")
    return float(plain.replace(",", "." if get_language() == "ru" else ""))
