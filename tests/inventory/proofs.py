"""Finds the proofs of the inventory's rows.

A proof is a test whose docstring names the row (or a module of tests whose docstring does), a
golden scenario that names it in its first remarks, or a part of a lesson under a remark that names
it (``check_lessons``, which is a test, proves the lessons). ``RO-004 to RO-007`` names four rows.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
_NAMED = re.compile(r"\b([A-Z]{2})-(\d{3})(?: to (?:([A-Z]{2})-)?(\d{3}))?\b")


def rows() -> dict[str, str]:
    """Every row: id -> what must work."""
    lines = (HERE / "rows.txt").read_text().splitlines()
    return {row: what for row, _, what in (line.partition("  ") for line in lines)}


def areas() -> list[str]:
    """The areas whose rows must be proved by now."""
    found: list[str] = _scope()["areas"]
    return found


def later() -> dict[str, str]:
    """Rows of these areas that wait for a later issue: id -> what they wait for."""
    return {row: why for why, named in _scope()["later"].items() for row in named}


def _scope() -> dict[str, dict[str, list[str]]]:
    return yaml.safe_load((HERE / "later.yaml").read_text())


def named(text: str) -> Iterator[str]:
    """The rows that a text names."""
    for area, first, other, last in _NAMED.findall(text):
        if last and (not other or other == area):
            yield from (f"{area}-{number:03}" for number in range(int(first), int(last) + 1))
            continue
        yield f"{area}-{first}"
        if last:
            yield f"{other}-{last}"


def proofs() -> dict[str, list[str]]:
    """id -> where it is proved: a test, a scenario, a line of a lesson."""
    found: dict[str, list[str]] = {}
    for row, place in (*_tests(), *_scenarios(), *_lessons()):
        places = found.setdefault(row, [])
        if place not in places:
            places.append(place)
    return found


def _tests() -> Iterator[tuple[str, str]]:
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(file.read_text())
        yield from _named_in(tree, str(file.relative_to(ROOT)))


def _named_in(node: ast.Module | ast.ClassDef, place: str) -> Iterator[tuple[str, str]]:
    yield from ((row, place) for row in named(ast.get_docstring(node) or ""))
    for child in node.body:
        inner = f"{place}::{getattr(child, 'name', '')}"
        if isinstance(child, ast.ClassDef) and child.name.startswith("Test"):
            yield from _named_in(child, inner)
        elif isinstance(child, _FUNCTIONS) and child.name.startswith("test_"):
            yield from ((row, inner) for row in named(ast.get_docstring(child) or ""))


def _scenarios() -> Iterator[tuple[str, str]]:
    for file in sorted((ROOT / "tests" / "scenarios").glob("*.txt")):
        for line in file.read_text().splitlines():
            if not line.startswith("#"):
                break
            yield from ((row, str(file.relative_to(ROOT))) for row in named(line))


def _lessons() -> Iterator[tuple[str, str]]:
    for file in sorted((ROOT / "lessons").rglob("*.yaml")):
        place = str(file.relative_to(ROOT))
        for number, line in enumerate(file.read_text().splitlines(), start=1):
            if line.lstrip().startswith("#"):
                yield from ((row, f"{place}:{number}") for row in named(line))
