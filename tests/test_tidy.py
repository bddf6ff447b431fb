"""The written style, kept by a test: sizes, and nothing that belongs to one machine."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LINES_A_FILE = 400
LINES_A_FUNCTION = 70
# A letter in brackets keeps this file from failing its own test.
FORBIDDEN = re.compile(
    r"(?<![\w.$:}])/(?:hom[e]|roo[t]|op[t]|mn[t]|tm[p]|wor[k])/|\.librar[y]|TOD[O]|FIXM[E]"
)
BINARY = {".woff2", ".png", ".ico"}
DATA = {".json", ".lock"}


def paths() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name]


def tracked(*suffixes: str) -> list[Path]:
    return [
        path for path in paths() if path.is_file() and (not suffixes or path.suffix in suffixes)
    ]


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def code() -> list[Path]:
    return [path for path in tracked(".py", ".js", ".css") if "migrations" not in path.parts]


def test_files_are_short():
    long = {
        relative(path): count
        for path in code()
        if (count := len(path.read_text().splitlines())) > LINES_A_FILE
    }
    assert not long


def test_functions_are_short():
    long = []
    for path in tracked(".py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > LINES_A_FUNCTION:
                    long.append(f"{relative(path)}: {node.name} has {lines} lines")
    assert not long


def test_nothing_names_a_machine_or_puts_work_off():
    found = [
        f"{relative(path)}:{number}: {match[0]}"
        for path in tracked()
        if path.suffix not in BINARY | DATA
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if (match := FORBIDDEN.search(line))
    ]
    assert not found


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "package-lock.json"])
def test_pins_name_no_registry(name):
    assert "://" not in re.sub(r'"(url|funding)": ?"[^"]*"', "", (ROOT / name).read_text())


def test_every_module_is_used():
    """A module of k8slab whose name stands in no other file is dead."""
    texts = {path: path.read_text() for path in tracked(".py", ".toml", ".md", ".html")}
    found_by_name = {"migrations", "commands"}
    unused = [
        relative(path)
        for path in tracked(".py")
        if path.parts[len(ROOT.parts)] == "k8slab"
        and not found_by_name & set(path.parts)
        and path.stem not in {"__init__", "models"}
        and not any(
            re.search(rf"\b{path.stem}\b", text) for other, text in texts.items() if other != path
        )
    ]
    assert not unused


def test_no_link_leads_out_of_the_repository():
    links = {relative(it): it.readlink() for it in paths() if it.is_symlink()}
    assert not links
