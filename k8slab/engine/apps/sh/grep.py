"""grep, with a matcher whose time is bounded whatever the pattern is."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Sequence

from .host import Call, Result
from .inputs import text_of

PATTERN_MAX = 200
_TAKES_VALUE = frozenset("eABCm")


def grep(call: Call) -> Result:
    """grep: -i -v -c -n -q -F -w -o -l -e PATTERN, -A, -B and -C LINES.

    A pattern is a set of alternatives with ``.``, ``.*``, ``^`` and ``$``: no pattern can hang it.
    """
    flags, values, words = options(call.arguments)
    patterns = values.get("e") or words[:1]
    names = words if values.get("e") else words[1:]
    if not patterns:
        return Result("", "grep: usage: grep [OPTION]... PATTERN [FILE]...\n", 2)
    if any(len(each) > PATTERN_MAX for each in patterns):
        return Result("", "grep: the pattern is too long\n", 2)
    found, wrong = [], ""
    some = False
    for name in names[:100] or ["-"]:
        text, said = text_of(call, name)
        wrong += said
        prefix = f"{name}:" if len(names) > 1 else ""
        lines, any_of_these = searched(text.splitlines(), patterns, flags, values, prefix)
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
    """What grep prints of ``lines``, and whether one of them matched."""
    tests = [matcher(each, flags) for each in patterns]
    hits = [
        place
        for place, line in enumerate(lines)
        if any(matches(line) for matches in tests) != ("v" in flags)
    ]
    if "m" in values:
        hits = hits[: _number(values, "m")]
    if "c" in flags:
        return [f"{prefix}{len(hits)}"], bool(hits)
    before = max(_number(values, "B"), _number(values, "C"))
    after = max(_number(values, "A"), _number(values, "C"))
    if "o" in flags:
        return [prefix + patterns[0] for _ in hits], bool(hits)
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


def matcher(pattern: str, flags: set[str]) -> Callable[[str], bool]:
    """A test for one line. Each alternative becomes a glob, which has no nested repetition."""
    fold: Callable[[str], str] = str.lower if "i" in flags else str
    alternatives = [pattern] if "F" in flags else re.split(r"\\?\|", pattern)
    if "w" in flags:
        words = {fold(part) for part in alternatives}
        return lambda line: bool(words & set(re.split(r"[^\w]+", fold(line))))
    globs = [_glob(fold(part), "F" in flags) for part in alternatives]
    return lambda line: any(fnmatch.fnmatchcase(fold(line), glob) for glob in globs)


def _glob(pattern: str, fixed: bool) -> str:
    """``^web.*1$`` as the glob ``web*1``; without anchors the line may go on at both ends."""
    head = not fixed and pattern.startswith("^")
    end = not fixed and pattern.endswith("$") and not pattern.endswith("\\$")
    body = pattern[int(head) : len(pattern) - int(end)]
    parts, position = [], 0
    while position < len(body):
        if not fixed and body.startswith(".*", position):
            parts.append("*")
            position += 2
            continue
        character = body[position]
        if not fixed and character == "\\" and position + 1 < len(body):
            position += 1
            character = body[position]
        elif not fixed and character == ".":
            parts.append("?")
            position += 1
            continue
        parts.append(f"[{character}]" if character in "*?[" else character)
        position += 1
    return ("" if head else "*") + "".join(parts) + ("" if end else "*")
