"""A translation beside an authored file (``quiz.ru.yaml``): the same entries, only their texts.

It is laid over the original, so that ids, figures, answers and conditions stand in one place.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from .documents import Document, Fields, Steps, entries

TEXTS = frozenset(
    {"ask", "asks", "model", "otherwise", "says", "text", "title", "unit", "why", "with"}
)
"""The fields that people read: each of the original's has its translation."""
REPLACED = frozenset({"accept"})
"""Lists that a translation may give as a whole."""
FIGURE = re.compile(r"\{\{\s*([\w.-]+)\s*\}\}")


def translated_file(file: Path, language: str) -> Path:
    """``quiz.ru.yaml`` for ``quiz.yaml``."""
    return file.with_suffix(f".{language}{file.suffix}")


def translated_entries(file: Path, language: str) -> list[Fields]:
    """The entries of a file in a language; as they are where there is no translation.

    ContentError, with the translation's line, where the two do not fit each other.
    """
    original = Document.read(file)
    beside = translated_file(file, language)
    if not beside.is_file():
        return original.entries()
    translation = Document.read(beside)
    return entries(original, (), _laid_over(original.value, translation, (), translation.value))


def _laid_over(base: Any, document: Document, path: Steps, value: Any) -> Any:
    if isinstance(base, dict) and isinstance(value, dict):
        return _fields_over(base, document, path, value)
    if isinstance(base, list) and isinstance(value, list):
        if len(base) != len(value):
            problem = f"{len(value)} entries, the original has {len(base)}"
            document.refuse(path, problem, "keep the entries and their order")
        return [
            _laid_over(it, document, (*path, at), mine)
            for at, (it, mine) in enumerate(zip(base, value, strict=True))
        ]
    if base == value:
        return base
    if path and path[-1] in TEXTS and isinstance(base, str) and isinstance(value, str):
        if set(FIGURE.findall(base)) != set(FIGURE.findall(value)):
            document.refuse(path, "other figures than the original's", "keep each `{{ ... }}`")
        return value
    name = str(path[-1]) if path else "the file"
    document.refuse(path, f"{name} differs from the original", "translate texts only")


def _fields_over(
    base: dict[str, Any], document: Document, path: Steps, value: dict[str, Any]
) -> dict[str, Any]:
    for name in value:
        if name not in base:
            document.refuse((*path, name), f"the original has no `{name}`", "take it out")
    for name, it in base.items():
        if name not in value and _is_read(name, it):
            document.refuse(path, f"`{name}` is not translated", f"add `{name}: ...`")
    return {
        name: _laid_over(it, document, (*path, name), value[name])
        if name in value and name not in REPLACED
        else value.get(name, it)
        for name, it in base.items()
    }


def _is_read(name: str, value: Any) -> bool:
    """Whether people read the field, or one inside it."""
    if isinstance(value, dict):
        return any(_is_read(inner, it) for inner, it in value.items())
    if isinstance(value, list):
        return any(_is_read("", it) for it in value)
    return name in TEXTS and isinstance(value, str)
