"""Authored YAML: errors name the file, the line and the mend."""

from pathlib import Path

import pytest

from k8slab.content.documents import Document
from k8slab.content.errors import ContentError

FILE = Path("quiz.yaml")


def fields(text):
    return Document(FILE, text).fields()


def refusal(call):
    with pytest.raises(ContentError) as caught:
        call()
    return str(caught.value)


def test_values_are_read():
    them = fields("title: A\nminutes: 12\ntags: [x, y]\n")
    assert (them.text("title"), them.whole("minutes"), them.texts("tags")) == ("A", 12, ("x", "y"))


def test_a_missing_field_names_the_line_of_what_lacks_it():
    document = Document(FILE, "- id: a\n  ask: x\n- id: b\n")
    said = refusal(lambda: document.entries()[1].text("ask"))
    assert said == "quiz.yaml:3: `ask` is missing. Mend: add `ask: ...`."


def test_a_misspelt_field_is_named_with_the_likely_one():
    said = refusal(lambda: fields("titel: A\nminutes: 1\n").only("title", "minutes"))
    assert said == "quiz.yaml:1: unknown field `titel`. Mend: did you mean `title`."


def test_a_wrong_type_is_named():
    said = refusal(lambda: fields("minutes: soon\n").number("minutes"))
    assert said == "quiz.yaml:1: `minutes` must be a number, not a text. Mend: write digits only."


def test_broken_yaml_names_the_line():
    assert refusal(lambda: fields("a: 1\n b: 2\n")).startswith("quiz.yaml:2: not YAML")


def test_lines_count_from_where_the_text_begins():
    document = Document(FILE, "\ntitle: 3\n", first_line=10)
    assert refusal(lambda: document.fields().text("title")).startswith("quiz.yaml:11:")


def test_a_missing_file_says_so(tmp_path):
    assert "the file is missing" in refusal(lambda: Document.read(tmp_path / "checks.yaml"))
