"""The lessons that are shipped hold: what ``manage.py check_lessons`` proves."""

import re

import pytest

from k8slab.course import proof
from k8slab.course.lessons import lesson_folders, lesson_in

FOLDERS = lesson_folders()
ALTITUDES = re.compile(r'data-altitude="([^"]+)"')
CODE = re.compile(r"<(code|pre)\b.*?</\1>", re.DOTALL)
TAGS = re.compile(r"<[^>]*>")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_lesson_holds(folder):
    """PX-006, PR-022, PR-024, PR-026, TE-009, TE-014, TE-015, TE-047."""
    assert list(proof.problems(folder)) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_lesson_has_what_the_house_asks(folder):
    """TE-005, TE-006, TE-011, TE-027, TE-035, TE-042: no formula's dollar signs in its text."""
    lesson = lesson_in(folder)
    assert lesson.crux.count(".") <= 2 and lesson.minutes > 0 and len(lesson.sources) >= 4
    story = "".join(section.html for section in lesson.sections)
    assert set(" ".join(ALTITUDES.findall(story)).split()) == {"zero", "junior", "middle", "senior"}
    assert "$" not in TAGS.sub("", CODE.sub("", story))
    assert '<details class="callout callout-why">' in story
    recap = lesson.sections[-1]
    assert recap.id == "recap" and recap.html.count('href="#') >= recap.html.count("<li>")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_lesson_says_why_before_it_says_what_to_do(folder):
    """CM-030: each begins with a story, and most sections explain; the gauntlet is an exam."""
    lesson = lesson_in(folder)
    assert "data-task" not in lesson.sections[0].html
    told = [section for section in lesson.sections if "callout-" in section.html]
    assert lesson.slug == "gauntlet" or len(told) * 2 >= len(lesson.sections) - 1


def test_the_flagship_has_one_question_of_each_type():
    lesson = next(lesson_in(it) for it in FOLDERS if it.name == "rollout-500s")
    types = [it.type for it in lesson.questions if it.id not in lesson.placed]
    assert set(types) == {"single", "multiple", "order", "best_fit", "predict", "recall"}


def test_the_flagships_figures():
    """PR-022: near 4 % for about 90 s, then none; PR-024: none at all; PR-026: a restart loop."""
    facts = next(lesson_in(it) for it in FOLDERS if it.name == "rollout-500s").facts
    assert 3 <= facts["bump"]["percent"] <= 5 and 75 <= facts["bump"]["failing_s"] <= 105
    assert facts["default-strategy"]["peak_percent"] > 3 * facts["bump"]["peak_percent"]
    assert facts["probe"]["failed"] == 0 < facts["early"]["failed"]
    assert facts["liveness"]["pods"]["restarts"] >= 3
    assert 40 <= facts["node"]["unknown"] <= 50
    assert facts["node"]["evicted"] - facts["node"]["unknown"] in range(299, 303)
