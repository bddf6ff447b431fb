"""A lesson is proved: what is untrue, unsolvable or already solved is named."""

import shutil
from pathlib import Path

import pytest

from k8slab.content.errors import ContentError
from k8slab.course import proof
from k8slab.course.lessons import read_lesson
from k8slab.course.scripts import ScriptError

TINY = Path(__file__).parent / "lessons" / "tiny"


@pytest.fixture
def lesson(tmp_path):
    """A copy of the tiny lesson, measured."""
    folder = shutil.copytree(TINY, tmp_path / "tiny")
    proof.update(folder)
    return folder


def edit(folder, name, old, new):
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_good_lesson_holds(lesson):
    assert list(proof.problems(lesson)) == []


def test_the_kept_facts_are_the_engines(lesson):
    assert (lesson / "facts.json").read_text() == (TINY / "facts.json").read_text()


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("facts.json", '"count": 0', '"count": 7', "facts.json: alone.pods is stated"),
        ("solution/steps.yaml", "delete pod lone", "get pod lone", "the solution of task delete"),
        ("checks.yaml", "absent: {of: Pod", "exists: {of: Pod", "is solved before the learner"),
        ("mistakes.yaml", "$ kubectl apply -f labelled.yaml", "", "labels-it brings up no hint"),
        (
            "lesson.md",
            "Text.",
            "```try\nkubectl gte pods\n```",
            "section first offers `kubectl gte",
        ),
        (
            "start/lone.yaml",
            '"}]',
            '"}]\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: No_Name}}',
            "start/lone.yaml is not applied",
        ),
        ("lesson.md", "](#end)", "](#ende)", "links to #ende, which is no section"),
        (
            "lesson.md",
            "](#end)",
            "](#inside/attic)",
            "links to #inside/attic, which the page has not",
        ),
        ("lesson.md", "Text.", "::: widget clock\n:::", "the widget clock, which the page has not"),
        ("lesson.md", "::: predict count", "::: predict cuont", "the prediction cuont"),
        ("lesson.md", "::: hint Two\n", "::: why\n", "task delete has 1 hints, not 2"),
        ("lesson.md", "crux:", "next: gone\ncrux:", "names the lesson gone"),
        ("quiz.yaml", "section: first", "section: frist", "question count: no section frist"),
        ("checks.yaml", "task: delete", "task: dlete", "check gone belongs to dlete"),
        ("solution/steps.yaml", "task: delete", "task: other", "the solution's steps are not"),
    ],
)
def test_each_wrong_thing_is_named(lesson, name, old, new, said):
    """TE-047: among them a question that no section answers."""
    edit(lesson, name, old, new)
    if name == "facts.json":
        edit(lesson, "quiz.yaml", "to: 0}", "to: -1}")
    assert any(said in problem for problem in proof.problems(lesson))


def test_a_script_that_fails_says_which_line(lesson):
    edit(lesson, "solution/steps.yaml", "delete pod lone", "delete pod nobody")
    with pytest.raises(ScriptError, match=r"`kubectl delete pod nobody` failed.*not found"):
        list(proof.problems(lesson))


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("lesson.md", "minutes: 3", "minutes: soon", "lesson.md:5: `minutes` must be a number"),
        (
            "lesson.md",
            "{{ alone.pods.count }}",
            "{{ alone.nodes }}",
            "lesson.md:12: no figure alone",
        ),
        ("lesson.md", "## First {#first}", "First", "text before the first section"),
        ("lesson.md", "---\n", "", "lesson.md:1: no front matter"),
        ("cluster.yaml", "lone.yaml", "alone.yaml", "cluster.yaml:3: there is no file start/alone"),
        ("solution/steps.yaml", "@ +60s", "@ 60", "steps.yaml:2: `@ 60`: write the time as +30s"),
        ("solution/steps.yaml", "$ kubectl", "kubectl", "a line begins with $, @, ! or ="),
        ("mistakes.yaml", "solution/labelled", "solution/lost", "there is no file solution/lost"),
        ("experiments.yaml", "seen:", "field:", "experiments.yaml:7: a moment is of the kind"),
        ("quiz.yaml", "type: single", "type: sngle", "quiz.yaml:12: unknown type `sngle`"),
    ],
)
def test_mistakes_of_authors_are_located(lesson, name, old, new, said):
    edit(lesson, name, old, new)
    with pytest.raises(ContentError) as caught:
        read_lesson(lesson)
    assert said in str(caught.value)


def test_a_translation_is_read_where_there_is_one(lesson):
    front = "---\ntitle: Крошка\ncrux: Суть.\n---\n"
    (lesson / "lesson.ru.md").write_text(front, encoding="utf-8")
    assert read_lesson(lesson, "ru").title == "Крошка"
    assert read_lesson(lesson, "ru").language == "en", "it has a title, and no text yet"
    assert read_lesson(lesson, "de").title == "Tiny"
