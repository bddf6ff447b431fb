"""The authors' two commands."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

TINY = Path(__file__).parent / "lessons"


def test_a_new_lesson_holds_from_the_first_minute(settings, tmp_path):
    settings.LESSONS = tmp_path
    said = StringIO()
    call_command("new_lesson", "my-lesson", stdout=said)
    assert "run check_lessons my-lesson" in said.getvalue()
    call_command("check_lessons", "my-lesson", stdout=said)
    assert "my-lesson: holds" in said.getvalue()


def test_a_new_lesson_overwrites_none(settings, tmp_path):
    settings.LESSONS = tmp_path
    call_command("new_lesson", "my-lesson", stdout=StringIO())
    with pytest.raises(CommandError, match="is there already"):
        call_command("new_lesson", "my-lesson")


def test_a_slug_cannot_lead_elsewhere(settings, tmp_path):
    settings.LESSONS = tmp_path
    with pytest.raises(CommandError, match="is no slug"):
        call_command("new_lesson", "../elsewhere")


def test_check_lessons_fails_where_a_lesson_is_wrong(settings, tmp_path):
    settings.LESSONS = tmp_path
    call_command("new_lesson", "my-lesson", stdout=StringIO())
    (tmp_path / "my-lesson" / "mistakes.yaml").write_text("- id: x\n", encoding="utf-8")
    said = StringIO()
    with pytest.raises(CommandError, match="1 of 1 lessons are wrong"):
        call_command("check_lessons", stdout=said)
    assert "mistakes.yaml:1: `task` is missing" in said.getvalue()
