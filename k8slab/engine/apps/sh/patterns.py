"""POSIX patterns, basic and extended, for a matcher of linear time whatever is asked (RE2)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

PATTERN_MAX = 1000
_MEMORY = 1 << 20
_SPECIAL = "(){}|+?"
"""What stands for itself in a basic pattern, and is special with a backslash before it."""
_WORD_ENDS = {"<": r"\b", ">": r"\b"}


class PatternError(Exception):
    """A pattern that is none; the text is what grep says."""


@lru_cache(maxsize=256)
def compiled(pattern: str, *, extended: bool, fold: bool = False, fixed: bool = False) -> Any:
    """The matcher of a pattern (``fold``: whatever the case). PatternError for a wrong one."""
    if len(pattern) > PATTERN_MAX:
        raise PatternError("regular expression too big")
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    options.case_sensitive = not fold
    try:
        return re2.compile(re2.escape(pattern) if fixed else translated(pattern, extended), options)
    except re2.error as error:
        told = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error.args[0])
        raise PatternError(told) from None


def translated(pattern: str, extended: bool) -> str:
    """A POSIX pattern as RE2 writes it."""
    out: list[str] = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        if character == "[":
            at = _bracket(pattern, at, out)
            continue
        if character == "\\":
            out.append(_escaped(pattern[at + 1 : at + 2], extended))
            at += 2
            continue
        literal = not extended and (character in _SPECIAL or (character == "*" and _begins(out)))
        out.append(re2.escape(character) if literal else character)
        at += 1
    return "".join(out)


def _begins(out: list[str]) -> bool:
    return not out or out[-1] in ("^", "(", "|")


def _escaped(character: str, extended: bool) -> str:
    if not character:
        raise PatternError("Trailing backslash")
    if character.isdigit():
        raise PatternError("back-references are not matched here")
    if character in _WORD_ENDS:
        return _WORD_ENDS[character]
    if character in "wWsSbB":
        return f"\\{character}"
    if character in "nt":
        return {"n": "\n", "t": "\t"}[character]
    if not extended and character in _SPECIAL:
        return character
    return str(re2.escape(character))


def _bracket(pattern: str, at: int, out: list[str]) -> int:
    """``[...]`` from ``at`` on, in which a backslash stands for itself; where it ends."""
    end = at + 1
    if pattern[end : end + 1] == "^":
        end += 1
    if pattern[end : end + 1] == "]":
        end += 1
    while end < len(pattern) and pattern[end] != "]":
        named = pattern[end : end + 2] == "[:" and pattern.find(":]", end + 2)
        end = named + 2 if named and named > 0 else end + 1
    if end >= len(pattern):
        raise PatternError("Unmatched [, [^, [:, [., or [=")
    body = pattern[at + 1 : end]
    head = "^" if body.startswith("^") else ""
    inside = body.removeprefix("^").replace("\\", "\\\\")
    if inside.startswith("]"):
        inside = "\\" + inside
    out.append(f"[{head}{inside}]")
    return end + 1
