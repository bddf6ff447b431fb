"""Every type of question: right, wrong, partly right, and an unusable answer."""

from pathlib import Path

import pytest

from k8slab.content.documents import Document
from k8slab.content.errors import ContentError
from k8slab.quizzes.grades import NoAnswer
from k8slab.quizzes.types import TYPES

FACTS = {
    "probe": {"failed": 0, "requests": 15000},
    "bump": {"failed": 180, "requests": 9000, "percent": 4.1},
}
OPTIONS = """
options:
  - {text: "`a`", why: No.}
  - {text: b, why: Yes., right: true}
  - {text: c, why: Also., right: true}
"""
STEPS = """
steps:
  - text: apply
  - {text: new set, why: nothing is stored yet}
  - {text: scale, why: there is no set yet}
  - {text: "keep", why: it is still scaling}
"""
RUNS = """
options:
  - {text: none, experiment: bump, why: Cold.}
  - {text: probe, experiment: probe, why: Warm.}
"""
RANGES = """
figure: bump.percent
options:
  - {text: none, to: 0}
  - {text: some, from: 0.1, to: 10}
  - {text: all, from: 10.1}
"""


def body(kind, text):
    return TYPES[kind].read(Document(Path("quiz.yaml"), text).fields(), FACTS)


def single():
    return body("single", OPTIONS.replace("why: Also., right: true", "why: Also."))


def test_single_is_all_or_nothing_and_says_why():
    """TE-018."""
    assert single().grade(["b"]).score == 1
    wrong = single().grade(["a"])
    assert (wrong.score, wrong.headline) == (0, "Not that one.")
    assert [(it.option, it.html) for it in wrong.remarks] == [("a", "No.")]


def test_single_wants_one_answer():
    for answer in ([], ["a", "b"], ["z"]):
        with pytest.raises(NoAnswer):
            single().grade(answer)


@pytest.mark.parametrize(
    ("answer", "score"),
    [(["b", "c"], 1), (["b"], 0.5), (["b", "c", "a"], 0.5), (["a"], 0), (["a", "b"], 0)],
)
def test_multiple_gives_partial_credit(answer, score):
    assert body("multiple", OPTIONS).grade(answer).score == score


def test_order_right():
    """TE-019."""
    grade = body("order", STEPS).grade(["a=1", "b=2", "c=3", "d=4"])
    assert (grade.right, grade.remarks) == (True, ())


@pytest.mark.parametrize(
    ("answer", "score", "reasons"),
    [
        (["a=2", "b=1", "c=3", "d=4"], 2 / 3, ["nothing is stored yet"]),
        (["a=1", "b=3", "c=2", "d=4"], 2 / 3, ["there is no set yet"]),
        (["a=4", "b=3", "c=2", "d=1"], 0, None),
    ],
)
def test_order_names_the_reason_of_swapped_neighbours(answer, score, reasons):
    """TE-019: each swap of neighbours has its own reason."""
    grade = body("order", STEPS).grade(answer)
    assert grade.score == pytest.approx(score)
    assert reasons is None or [remark.html for remark in grade.remarks] == reasons


def test_order_wants_each_place_once():
    for answer in ([], ["a=1"], ["a=1", "b=1", "c=3", "d=4"], ["a=1", "b=2", "c=3", "d=9"]):
        with pytest.raises(NoAnswer):
            body("order", STEPS).grade(answer)


def test_order_is_shown_shuffled_and_always_the_same():
    order = body("order", STEPS)
    shown = [step.key for step in order.shuffled()]
    assert shown != ["a", "b", "c", "d"] and sorted(shown) == ["a", "b", "c", "d"]
    assert shown == [step.key for step in body("order", STEPS).shuffled()]


def test_best_fit_is_decided_by_the_errors_of_the_runs():
    """TE-015."""
    question = body("best_fit", RUNS)
    assert question.grade(["b"]).right
    wrong = question.grade(["a"])
    assert wrong.score == 0
    assert [remark.html for remark in wrong.remarks] == [
        "180 of 9,000 requests failed. Cold.",
        "0 of 15,000 requests failed.",
    ]


def test_predict_is_decided_by_a_figure():
    assert body("predict", RANGES).grade(["b"]).right
    assert body("predict", RANGES).grade(["a"]).score == 0


def test_recall_waits_for_the_learners_own_rating():
    """TE-025, TE-026."""
    recall = body("recall", "model: The **loop** makes another.")
    assert "<strong>loop</strong>" in recall.model
    assert recall.grade(["Because of the loop"]).score is None
    for answer in ([], ["  "], ["x" * 5000]):
        with pytest.raises(NoAnswer):
            recall.grade(answer)


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("single", OPTIONS, "quiz.yaml:2: more than one option is right"),
        ("multiple", "options:\n  - {text: a, why: b}\n", "quiz.yaml:1: needs two options"),
        ("order", "steps:\n  - text: a\n", "quiz.yaml:1: needs three steps"),
        (
            "order",
            STEPS.replace(", why: nothing is stored yet", ""),
            "quiz.yaml:4: `why` is missin",
        ),
        ("best_fit", RUNS.replace("experiment: bump", "experiment: bmp"), "quiz.yaml:3: no experi"),
        (
            "best_fit",
            RUNS.replace("probe, why", "bump, why"),
            "quiz.yaml:2: no single option fails",
        ),
        ("predict", RANGES.replace("to: 10}", "to: 3}"), "quiz.yaml:3: bump.percent is 4.1, which"),
        ("predict", RANGES.replace("bump.", "bmp."), "quiz.yaml:2: no figure bmp.percent"),
    ],
)
def test_mistakes_of_authors_are_located(kind, text, said):
    with pytest.raises(ContentError) as caught:
        body(kind, text)
    assert said in str(caught.value)
