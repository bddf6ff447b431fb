"""What a view can be about."""

from __future__ import annotations


def choose(of: str, choices: list[str]) -> str:
    """What is asked for, or else the first choice ("" where there is none)."""
    return of if of in choices else next(iter(choices), "")
