"""Ways to spoil a line or an object."""

from __future__ import annotations

import random
from typing import Any

ODD_TEXT = (
    "", " ", "'", '"', "`", "\\", "{", "}", "{{", "}}", "[", "]", "(", ")", "$", "$(x)", "|", "&&",
    ";", ">", "<", "<<E", "*", "?", "~", "!", "#", ",", "=", "==", "!=", ":", "/", "//", "..",
    "../..", ".", "-", "--", "---", "-o", "-n", "@", "%", "\0", "\n", "\t", "\x1b[31m", "\u202e",
    "é", "日本", "🙂", "\ud7ff", "null", "true", "-1", "0", "1e999", "99999999999999999999", "0x10",
    "NaN", "10Gi", "1.5m", "-5s", "24h", "2026-01-01T00:00:00Z",
)  # fmt: skip
ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63), 1.5, 1e308, "", " ", "x" * 300, "é", "\0",
    "-1", "10Gi", "50%", "1e9", [], {}, [None], [[]], [{}], {"": ""}, {"a": None}, {"name": "x"},
    "a\nb", "{}",
)  # fmt: skip
_SPOTS_MAX = 400


def line(chance: random.Random, text: str, pool: list[str]) -> str:
    """The line with one to three spots spoiled; ``pool`` has words of other lines.

    Its first two words, program and verb, mostly stay as they are.
    """
    parts = text.split(" ", 2)
    head = " ".join(parts[:2]) + " " if len(parts) == 3 and chance.random() < 0.9 else ""
    text = text[len(head) :]
    for _ in range(chance.choice((1, 1, 2, 3))):
        text = chance.choice((_word, _character, _odd, _cut))(chance, text, pool)
    return head + text


def _word(chance: random.Random, text: str, pool: list[str]) -> str:
    words = text.split(" ")
    at = chance.randrange(len(words))
    match chance.randrange(4):
        case 0:
            del words[at]
        case 1:
            words.insert(at, words[at])
        case 2:
            words[at] = chance.choice(pool)
        case _:
            words.insert(at, chance.choice(pool))
    return " ".join(words)


def _character(chance: random.Random, text: str, pool: list[str]) -> str:
    if not text:
        return chance.choice(pool)
    at = chance.randrange(len(text))
    kept = "" if chance.random() < 0.5 else chance.choice("{}[]()'\"\\=,.:/-|@*$ 0aZ")
    return text[:at] + kept + text[at + 1 :]


def _odd(chance: random.Random, text: str, pool: list[str]) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(ODD_TEXT) * chance.choice((1, 1, 1, 2, 50)) + text[at:]


def _cut(chance: random.Random, text: str, pool: list[str]) -> str:
    start, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    return text[:start] + text[end:] if chance.random() < 0.7 else text[:end] + text[start:]


def value(chance: random.Random, obj: Any) -> Any:
    """The object with one to three of its values, keys or branches replaced."""
    for _ in range(chance.randint(1, 3)):
        spots = list(_spots(obj, ()))
        if spots:
            obj = _changed(chance, obj, chance.choice(spots[:_SPOTS_MAX]))
    return obj


def _spots(obj: Any, path: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """The path of each value inside."""
    children = obj.items() if isinstance(obj, dict) else enumerate(obj)
    found = []
    for key, child in children:
        found.append((*path, key))
        if isinstance(child, dict | list):
            found += _spots(child, (*path, key))
    return found


def _changed(chance: random.Random, obj: Any, path: tuple[Any, ...]) -> Any:
    key = path[0]
    copy = dict(obj) if isinstance(obj, dict) else list(obj)
    if len(path) > 1:
        copy[key] = _changed(chance, obj[key], path[1:])
        return copy
    match chance.randrange(5):
        case 0:
            del copy[key]
        case 1 if isinstance(copy, dict):
            copy[chance.choice(ODD_TEXT) or "x"] = copy.pop(key)
        case 2:
            copy[key] = [copy[key]] * chance.choice((1, 2, 40))
        case 3:
            copy[key] = _deep(chance.choice((1, 3, 60)), copy[key])
        case _:
            copy[key] = chance.choice(ODD_VALUES)
    return copy


def _deep(levels: int, inner: Any) -> Any:
    for level in range(levels):
        inner = {"a": inner} if level % 2 else [inner]
    return inner
