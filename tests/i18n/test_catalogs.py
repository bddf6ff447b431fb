"""The catalogs are whole: nothing untranslated, nothing doubtful, and what is filled in alike."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

from k8slab.content.markdown import ALTITUDES
from k8slab.course.lessons import all_lessons
from k8slab.engine.components import PATTERN
from k8slab.engine.trace import TITLES
from k8slab.engine.trace.afterwards import AGAIN, BINDING, SANDBOX
from k8slab.engine.trace.request import DISCOVERY, ORDER, PODS_LATER
from k8slab.engine.trace.serving import SLICES
from k8slab.labs.inside.sentences import SENTENCES

ROOT = Path(__file__).resolve().parents[2]
CATALOGS = sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po"))
BY_NAME = {path.stem: path for path in CATALOGS}
PLACES = re.compile(r"%\(\w+\)s|%s|%r|%%|<[^>]*>|&#?\w+;")
# What a template or a script hands to gettext as a whole, in one line.
IN_TEMPLATES = re.compile(r'{%\s*translate "((?:[^"\\]|\\.)*)"')
IN_SCRIPTS = re.compile(r'(?<![\w.])n?gettext\("((?:[^"\\]|\\.)*)"')
IN_CODE = re.compile(r'(?<!\w)n?gettext(?:_lazy|_noop)?\("((?:[^"\\]|\\.)*)"[,)]')
COMMANDS = re.compile(r"<(code|kbd)>.*?</\1>")
ENGLISH = re.compile(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}")


def catalog(name: str) -> polib.POFile:
    return polib.pofile(str(BY_NAME[name]))


def forms(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def unquoted(text: str) -> str:
    return text.replace('\\"', '"')


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.stem)
def test_everything_is_translated(path: Path):
    """TE-001: no text without a translation, none that is only a guess, every plural whole."""
    entries = polib.pofile(str(path))
    assert len(entries) > 200
    assert not [it.msgid for it in entries if it.fuzzy or it.obsolete]
    assert not [it.msgid for it in entries if not all(forms(it))]
    assert not [it.msgid for it in entries if it.msgid_plural and len(forms(it)) != 3]


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.stem)
def test_what_is_filled_in_is_alike(path: Path):
    """A placeholder or a tag that is lost, or is new, breaks the page."""
    for entry in polib.pofile(str(path)):
        wanted = sorted(PLACES.findall(entry.msgid_plural or entry.msgid))
        for text in forms(entry):
            found = sorted(PLACES.findall(text))
            assert found == wanted, entry.msgid


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.stem)
def test_no_sentence_is_left_in_english(path: Path):
    for entry in polib.pofile(str(path)):
        for text in forms(entry):
            assert not ENGLISH.search(COMMANDS.sub("", text)), text


def test_every_text_of_the_templates_is_in_the_catalog():
    """Fails where somebody adds a text and forgets the catalog (docs/pages.md)."""
    known = {entry.msgid for entry in catalog("django")}
    used = {
        unquoted(text)
        for path in ROOT.glob("templates/**/*.html")
        for text in IN_TEMPLATES.findall(path.read_text())
    }
    assert len(used) > 200
    assert not used - known


def test_every_text_of_the_scripts_is_in_the_catalog():
    known = {entry.msgid for entry in catalog("djangojs")}
    used = {
        unquoted(text)
        for path in ROOT.glob("static/js/**/*.js")
        for text in IN_SCRIPTS.findall(path.read_text())
    }
    assert len(used) > 200
    assert not used - known


def test_every_text_of_the_code_is_in_the_catalog():
    known = {entry.msgid for entry in catalog("django")}
    used = {
        unquoted(text)
        for path in ROOT.glob("k8slab/**/*.py")
        for text in re.findall(
            r'(?<!\w)n?gettext(?:_lazy|_noop)?\("((?:[^"\\]|\\.)*)"[,)]', path.read_text()
        )
    }
    assert len(used) > 100
    assert not used - known


def test_names_that_lessons_give_are_in_the_catalog():
    known = {entry.msgid for entry in catalog("django")}
    names = {name for lesson in all_lessons() for name in (lesson.category, lesson.track)}
    assert not (names | set(ALTITUDES)) - known


def test_the_engines_fixed_sentences_are_in_the_catalog():
    """The titles of the trace, and what the four clients of the API server look at and want."""
    assert set(TITLES.values()) <= SENTENCES
    assert {words for _, *both in PATTERN for words in both} <= SENTENCES
    assert {DISCOVERY, ORDER, PODS_LATER, BINDING, SANDBOX, AGAIN, SLICES} <= SENTENCES
    assert {entry.msgid for entry in catalog("django")} >= SENTENCES
