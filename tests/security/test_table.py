"""docs/security.md: each attack has a test, and each test that is named exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
PAGE = TESTS.parent / "docs" / "security.md"
ROWS = re.findall(r"^\| (\d+) \|.*\| ([^|]+) \|$", PAGE.read_text(), re.MULTILINE)


@cache
def functions_of(name: str) -> set[str]:
    """The test functions of a file."""
    tree = ast.parse((TESTS / name).read_text())
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {it.name for it in tree.body if isinstance(it, functions)}


def test_all_attacks_are_there() -> None:
    assert [int(number) for number, _ in ROWS] == list(range(1, 57))


@pytest.mark.parametrize(("number", "tests"), ROWS, ids=[number for number, _ in ROWS])
def test_each_attack_has_tests(number: str, tests: str) -> None:
    named = re.findall(r"`([^`]+)::(test_\w+)`", tests)
    assert named
    for file, function in named:
        assert function in functions_of(file), f"{file} has no {function}"
