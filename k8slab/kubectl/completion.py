"""What can be written at a place in a manifest, from the API's own schema.

The manifest is being typed, so it is seldom valid YAML: the place is found by indentation alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from k8slab.engine.api.kinds import KINDS
from k8slab.engine.api.schema import Type, definition, type_of

_KEY = re.compile(r"^(?P<indent> *)(?P<dashes>(?:- +)*)(?P<key>[\w./-]*)(?P<colon>:(?= |$))?")
_HEAD = re.compile(r"^(apiVersion|kind): *[\"']?([\w./-]+)")
ITEM = "[]"


class Option(NamedTuple):
    """A field or a value: ``form`` is the Type's form, or ``value``; ``about`` describes it."""

    label: str
    form: str
    about: str


class _Line(NamedTuple):
    """A line that holds a key: the column of its first ``-`` (or None), and of the key."""

    dash: int | None
    column: int
    key: str


def complete(text: str, line: int) -> list[Option]:
    """The options on a line of ``text``, counted from 1; none where the schema knows nothing."""
    before, at, after = _document(text.split("\n"), line)
    here = _line_of(at)
    if here is None:
        return []
    if ":" in at:
        return _values(before, at, after)
    found = _follow(_type(before + after), _path(before, here))
    if found is None or found.form != "struct":
        return []
    present = set(_siblings(before, here)) | set(_siblings(after, here))
    about = definition(found.definition).get("properties", {})
    return [
        Option(name, field.form, about.get(name, {}).get("description", ""))
        for name, field in sorted(found.fields.items())
        if name not in present
    ]


def _document(lines: list[str], line: int) -> tuple[list[str], str, list[str]]:
    """The lines before, at and after a line, of its own document; the nearest line comes first."""
    index = min(max(line, 1), len(lines)) - 1
    before: list[str] = []
    for text in reversed(lines[:index]):
        if text.startswith("---"):
            break
        before.append(text)
    after: list[str] = []
    for text in lines[index + 1 :]:
        if text.startswith("---"):
            break
        after.append(text)
    return before, lines[index], after


def _line_of(text: str) -> _Line | None:
    found = _KEY.match(text)
    if found is None or text.lstrip().startswith("#"):
        return None
    indent, dashes = len(found["indent"]), len(found["dashes"])
    return _Line(indent if dashes else None, indent + dashes, found["key"])


def _keys(lines: list[str]) -> Iterator[_Line]:
    for text in lines:
        found = _line_of(text) if text.strip() else None
        if found is not None and (found.key or found.dash is not None):
            yield found


def _path(before: list[str], here: _Line) -> list[str]:
    """The way to a line's mapping: keys and ``[]`` for an item of a list, outermost first."""
    path: list[str] = []
    column, dash = here.column, here.dash
    if dash is not None:
        path.append(ITEM)
        column = dash
    for line in _keys(before):
        listed = dash is not None
        if listed and line.dash is not None and line.dash >= column:
            continue  # an earlier item of the same list, or something in it
        if line.column < column or (listed and line.column == column):
            path.append(line.key)
        elif listed or line.column != column or line.dash is None:
            continue
        column, dash = line.column, line.dash
        if dash is not None:
            path.append(ITEM)
            column = dash
    return path[::-1]


def _siblings(lines: list[str], here: _Line) -> Iterator[str]:
    """The keys of the same mapping, in one direction from a line."""
    for line in _keys(lines):
        edge = line.column if line.dash is None else line.dash
        if line.column == here.column:
            yield line.key
        if edge < here.column:
            return


def _type(lines: list[str]) -> Type | None:
    head = {found[1]: found[2] for text in lines if (found := _HEAD.match(text))}
    group, _, version = head.get("apiVersion", "").rpartition("/")
    try:
        return type_of(group, version, head.get("kind", ""))
    except KeyError:
        return None


def _follow(root: Type | None, path: list[str]) -> Type | None:
    found = root
    for step in path:
        if found is None:
            return None
        found = found.item if step == ITEM else found.fields.get(step)
    return found


def _values(before: list[str], at: str, after: list[str]) -> list[Option]:
    """Values that are known: kinds, API versions, true and false."""
    here = _line_of(at)
    if here is None:
        return []
    if here == _Line(None, 0, "kind"):
        return [Option(kind.kind, "value", kind.api_version) for kind in KINDS]
    if here == _Line(None, 0, "apiVersion"):
        versions = sorted({kind.api_version for kind in KINDS})
        return [Option(version, "value", "") for version in versions]
    field: Any = _follow(_type(before + after), [*_path(before, here), here.key])
    if field is None or field.form != "bool":
        return []
    return [Option("true", "value", ""), Option("false", "value", "")]
