"""Micro-labs as they are written: what is drawn, and what is said of one that can't work."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from k8slab.content.errors import ContentError
from k8slab.course import proof
from k8slab.course.lessons import all_lessons, find_lesson, read_lesson

TINY = Path(__file__).parent / "lessons" / "tiny"


@pytest.fixture
def micro():
    return read_lesson(TINY).micros["one"]


def test_a_seed_draws_the_same_sheet_and_others_draw_others(micro):
    again = read_lesson(TINY).micros["one"]
    assert [micro.draw(it).ask for it in range(9)] == [again.draw(it).ask for it in range(9)]
    assert {micro.draw(it).ask for it in range(30)} == {
        f"<p>Let <code>{name}</code> have {pods} pods.</p>\n"
        for name in ("shop", "cart")
        for pods in (2, 0)
    }


def test_the_seeds_of_the_proof_show_each_alternative(micro):
    picks = [micro.picks(seed) for seed in micro.seeds()]
    assert {it["name"] for it in picks} == {it["wish"] for it in picks} == {0, 1}


def test_what_is_drawn_together_goes_together_and_numbers_stay_numbers(micro):
    for seed in micro.seeds():
        sheet = micro.draw(seed)
        cluster, shell = sheet.build()
        check = sheet.checks[0]
        assert not check.observe(cluster).ok
        sheet.solution.play(cluster, shell)
        assert check.observe(cluster).ok
        assert cluster.genesis["seed"] == seed


@pytest.fixture
def lesson(tmp_path):
    """A copy of the tiny lesson."""
    return shutil.copytree(TINY, tmp_path / "tiny")


def edit(folder, old, new):
    file = folder / "quiz.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name }} --replicas=0", "name }} --replicas=1", "is not done by its solution"),
        ("{name: web, image", "{name: Web, image", "start/app.yaml is not applied"),
        (
            "selector: {matchLabels",
            "replicas: 2\n          selector: {matchLabels",
            "is done before",
        ),
    ],
)
def test_what_cannot_be_done_is_named_with_its_seed(lesson, old, new, said):
    edit(lesson, old, new)
    found = [it for it in proof.problems(lesson) if it.startswith("micro-lab of one, seed ")]
    assert any(said in it for it in found)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[shop, cart]", "[shop]", "nothing varies"),
        ("Let `{{ name }}`", "Let `{{ nmae }}`", "nothing named nmae varies"),
        ("    nodes: 1\n", "    node: 1\n", "unknown field `node`"),
        ("$ {{ wish.by }}", "{{ wish.by }}", "a line begins with"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(lesson, old, new, said):
    edit(lesson, old, new)
    with pytest.raises(ContentError, match=said) as refusal:
        read_lesson(lesson)
    assert refusal.value.line >= 20


def test_a_question_without_one_has_none():
    lesson = find_lesson("the-loop")
    assert lesson and "history" not in lesson.micros


def test_the_course_has_them_over_many_lessons():
    """TE-025: a card about behaviour reopens as a seeded micro-lab (``proof`` proves each)."""
    having = {it.slug: len(it.micros) for it in all_lessons() if it.micros}
    assert len(having) >= 12 and sum(having.values()) >= 20
