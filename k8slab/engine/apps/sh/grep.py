"""grep, with a matcher whose time is bounded whatever the pattern is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from .host import Call, Result
from .inputs import text_of
from .patterns import PatternError, compiled, translated

_TAKES_VALUE = frozenset("eABCm")


def grep(call: Call) -> Result:
    """grep: -i -v -c -n -q -E -F -w -x -o -l -e PATTERN, -A, -B and -C LINES."""
    flags, values, words = options(call.arguments)
    if call.name == "egrep":
        flags.add("E")
    patterns = values.get("e") or words[:1]
    names = words if values.get("e") else words[1:]
    if not patterns:
        return Result("", "grep: usage: grep [OPTION]... PATTERN [FILE]...\n", 2)
    found, wrong = [], ""
    some = False
    for name in names[:100] or ["-"]:
        text, said = text_of(call, name)
        wrong += said
        prefix = f"{name}:" if len(names) > 1 else ""
        try:
            lines, any_of_these = searched(text.splitlines(), patterns, flags, values, prefix)
        except PatternError as error:
            return Result("", f"grep: {error}\n", 2)
        some = some or any_of_these
        found += [name] if "l" in flags and any_of_these else ([] if "l" in flags else lines)
    out = "" if "q" in flags else "".join(f"{line}\n" for line in found)
    return Result(out, wrong, 2 if wrong else int(not some))


def options(arguments: Sequence[str]) -> tuple[set[str], dict[str, list[str]], list[str]]:
    """Flags, values of those that take one, and the other words."""
    flags: set[str] = set()
    values: dict[str, list[str]] = {}
    words: list[str] = []
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if len(word) < 2 or not word.startswith("-"):
            words.append(word)
            continue
        for place, letter in enumerate(word[1:], 2):
            if letter in _TAKES_VALUE:
                value = word[place:] or (rest.pop(0) if rest else "")
                values.setdefault(letter, []).append(value)
                break
            flags.add(letter)
    return flags, values, words


def searched(
    lines: list[str],
    patterns: list[str],
    flags: set[str],
    values: dict[str, list[str]],
    prefix: str = "",
) -> tuple[list[str], bool]:
    """What grep prints of ``lines``, and whether one of them matched. Raises PatternError."""
    tests = [matcher(each, flags) for each in patterns]
    hits = [
        place
        for place, line in enumerate(lines)
        if any(parts(line) for parts in tests) != ("v" in flags)
    ]
    if "m" in values:
        hits = hits[: _number(values, "m")]
    if "c" in flags:
        return [f"{prefix}{len(hits)}"], bool(hits)
    before = max(_number(values, "B"), _number(values, "C"))
    after = max(_number(values, "A"), _number(values, "C"))
    if "o" in flags:
        parts_of = [part for hit in hits for parts in tests for part in parts(lines[hit])]
        return [prefix + part for part in parts_of if part], bool(hits)
    shown: list[str] = []
    last = -1
    for place, hit in enumerate(hits):
        end = hits[place + 1] - 1 if place + 1 < len(hits) else len(lines) - 1
        first = max(hit - before, last + 1)
        if (before or after) and shown and first > last + 1:
            shown.append("--")
        for number in range(first, min(hit + after, end, len(lines) - 1) + 1):
            mark = ":" if number == hit else "-"
            shown.append(prefix + (f"{number + 1}{mark}" if "n" in flags else "") + lines[number])
            last = number
    return shown, bool(hits)


def _number(values: dict[str, list[str]], name: str) -> int:
    said = values.get(name, ["0"])[-1]
    return int(said) if re.fullmatch(r"\d{1,6}", said) else 0


def matcher(pattern: str, flags: set[str]) -> Callable[[str], list[str]]:
    """What of a line matches, part by part; PatternError for a wrong pattern."""
    fixed = "F" in flags
    found = compiled(pattern, extended="E" in flags, fold="i" in flags, fixed=fixed)
    if "w" in flags:
        found = compiled(
            rf"\b({found.pattern if fixed else translated(pattern, 'E' in flags)})\b",
            extended=True,
            fold="i" in flags,
        )
    whole = "x" in flags

    def parts(line: str) -> list[str]:
        if whole:
            return [line] if found.fullmatch(line) else []
        return [match[0] for match in found.finditer(line)]

    return parts
