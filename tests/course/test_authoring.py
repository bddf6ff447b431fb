"""A lesson made by following docs/authoring.md alone, from an empty folder to a passing check."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

GUIDE = Path(__file__).parents[2] / "docs" / "authoring.md"
SLUG = "refused-at-the-door"
FILE = re.compile(r"^`([\w./]+)`:\n\n(`{3,})\w+\n(.*?)\n\2$", re.MULTILINE | re.DOTALL)


def files():
    """The files of the guide's last part, in its order."""
    return [(name, f"{text}\n") for name, _, text in FILE.findall(GUIDE.read_text())]


@pytest.fixture
def folder(settings, tmp_path):
    settings.LESSONS = tmp_path
    folder = tmp_path / SLUG
    folder.mkdir()
    return folder


def write(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def checked(*options):
    said = StringIO()
    call_command("check_lessons", SLUG, *options, stdout=said)
    return said.getvalue()


def test_the_guides_lesson_holds(folder):
    for name, text in files():
        write(folder, name, text)
    checked("--update")
    assert f"{SLUG}: holds" in checked()
    assert (folder / "facts.json").is_file()


@pytest.mark.parametrize("missing", [name for name, _ in files() if name != "lesson.md"])
def test_what_is_not_written_yet_is_named(folder, missing):
    for name, text in files():
        if name != missing:
            write(folder, name, text)
    with pytest.raises(CommandError):
        checked("--update")


def test_all_files_of_a_lesson_are_in_the_guide(folder):
    names = {name for name, _ in files()}
    kinds = ("cluster", "checks", "quiz", "experiments", "mistakes")
    assert {"lesson.md", "solution/steps.yaml", *(f"{it}.yaml" for it in kinds)} <= names
