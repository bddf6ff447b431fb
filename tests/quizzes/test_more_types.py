"""The types beyond choosing: match, number, text, event, graph, mend."""

from pathlib import Path

import pytest

from k8slab.content.documents import Document
from k8slab.content.errors import ContentError
from k8slab.quizzes.grades import NoAnswer
from k8slab.quizzes.models import Given
from k8slab.quizzes.questions import Question
from k8slab.quizzes.show import Shown
from k8slab.quizzes.types import TYPES
from k8slab.quizzes.types.mend import Mend, Ran

FACTS = {
    "quick": {"failed": 12, "title": "Quick", "series": {"ready": [[0, 3], [10, 5]]}},
    "slow": {
        "series": {"ready": [[0, 3], [40, 5], [90, 9]]},
        "events": [
            {"type": "Normal", "reason": "Scheduled", "on": "Pod/a", "message": "went <to> node"},
            {"type": "Warning", "reason": "Failed", "on": "Pod/a", "message": "no such image"},
            {"type": "Warning", "reason": "Failed", "on": "Pod/b", "message": "again"},
        ],
    },
}


def body(kind, text):
    return TYPES[kind].read(Document(Path("quiz.yaml"), text).fields(), FACTS)


PAIRS = """
pairs:
  - {text: hang, with: liveness, why: It needs a restart.}
  - {text: cold, with: readiness, why: It needs no traffic.}
  - {text: long boot, with: startup, why: It needs patience.}
  - {text: deadlock, with: liveness, why: As above.}
"""


def matched(*partners):
    question = body("match", PAIRS)
    numbers = [question.partners.index(it) for it in partners]
    answer = [f"{key}={it}" for key, it in zip("abcd", numbers, strict=True)]
    return question.grade(answer)


def test_match_gives_a_share_for_each_pair():
    """PR-029."""
    assert matched("liveness", "readiness", "startup", "liveness").score == 1
    partly = matched("liveness", "liveness", "startup", "readiness")
    assert partly.score == 0.5
    wrong = [it.html for it in partly.remarks if not it.right]
    assert wrong == ["It needs no traffic.", "As above."]


@pytest.mark.parametrize(
    "answer", [[], ["a=0"], ["a=9", "b=0", "c=0", "d=0"], ["a=x"], ["nonsense"]]
)
def test_match_wants_every_line(answer):
    with pytest.raises(NoAnswer):
        body("match", PAIRS).grade(answer)


@pytest.mark.parametrize(
    ("given", "score"), [("12", 1), ("14", 1), ("17", 0.5), ("19", 0), ("-1", 0), (" 12.5 ", 1)]
)
def test_number_is_what_the_engine_gave(given, score):
    question = body("number", "{figure: quick.failed, within: 2, unit: requests}")
    assert question.grade([given]).score == score


@pytest.mark.parametrize("answer", [[], [""], ["many"]])
def test_number_wants_a_number(answer):
    with pytest.raises(NoAnswer):
        body("number", "{figure: quick.failed}").grade(answer)


@pytest.mark.parametrize("figure", ["quick.lost", "quick.title"])
def test_number_needs_a_figure_that_is_one(figure):
    with pytest.raises(ContentError):
        body("number", f"{{figure: {figure}}}")


def test_number_never_takes_nan_for_right():
    assert body("number", "{figure: quick.failed, within: 2}").grade(["nan"]).score == 0


def test_text_ignores_case_and_spaces():
    question = body("text", 'accept: ["kubectl rollout undo deployment/web"]')
    assert question.grade(["  Kubectl rollout  undo deployment/web "]).score == 1
    assert question.grade(["kubectl undo"]).score == 0
    for answer in ([""], ["x" * 301]):
        with pytest.raises(NoAnswer):
            question.grade(answer)


def test_event_shows_each_reason_once_and_escapes_it():
    question = body("event", "{experiment: slow, reason: Failed, otherwise: It went well.}")
    assert [option.right for option in question.options] == [False, True]
    assert "went &lt;to&gt; node" in question.options[0].html
    assert question.grade(["b"]).score == 1
    assert question.grade(["a"]).remarks[0].html == "It went well."


@pytest.mark.parametrize(
    "fields", ["experiment: quick, reason: Failed", "experiment: slow, reason: No"]
)
def test_event_needs_what_a_run_recorded(fields):
    with pytest.raises(ContentError):
        body("event", f"{{{fields}, otherwise: No.}}")


CURVES = """
series: ready
seconds: 60
options:
  - {experiment: quick, why: Too quick.}
  - {experiment: slow, why: So it is., right: true}
"""


def test_graph_draws_each_run():
    question = body("graph", CURVES)
    assert question.grade(["b"]).score == 1 and question.grade(["a"]).score == 0
    assert 'aria-label="3 from 0 s, then 5 from 40 s"' in question.options[1].html


def test_graph_refuses_curves_that_look_alike():
    with pytest.raises(ContentError):
        body("graph", CURVES.replace("slow", "quick"))


MEND = """
start: |
  apiVersion: v1
  kind: Pod
  metadata: {name: solo}
  spec: {containers: [{name: nginx, image: "nginx:no such"}]}
solution: |
  apiVersion: v1
  kind: Pod
  metadata: {name: solo}
  spec: {containers: [{name: nginx, image: "nginx:1.27"}]}
proof:
  - kubectl get pod solo
  - kubectl wait --for=condition=Ready pod/solo --timeout=60s
"""


def test_mend_runs_the_manifest():
    question = body("mend", MEND)
    assert question.grade([question.solution]).score == 1
    unwell = question.solution.replace("nginx:1.27", "nowhere/at-all:1")
    half = question.grade([unwell])
    assert half.score == 0.5 and "timed out" in half.headline
    refused = question.grade(["kind: Pod"])
    assert refused.score == 0 and "apiVersion" in refused.headline
    for answer in ([""], ["#" * 20_001]):
        with pytest.raises(NoAnswer):
            question.grade(answer)


def test_mend_bounds_what_an_answer_may_cost():
    """A manifest that asks for a million pods is run on a cluster that takes a few."""
    question = body("mend", MEND)
    many = (
        question.solution
        + """
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: many}
spec:
  replicas: 1000000
  selector: {matchLabels: {app: many}}
  template:
    metadata: {labels: {app: many}}
    spec: {containers: [{name: nginx, image: "nginx:1.27"}]}
"""
    )
    assert question.grade([many]).score == 1


def test_a_manifest_runs_once_however_often_its_verdict_is_shown(monkeypatch):
    mend = Mend("kind: Broken", "kind: Pod", ("kubectl get pods",))
    question = Question("fix", "mend", "Mend it", "first", "", mend, 1, "en")
    runs = []
    monkeypatch.setattr(Mend, "run", lambda self, text: runs.append(text) or Ran(0, "no"))
    for _ in range(2):
        shown = Shown(question, "tiny", Given(("kind: Pod",)))
        assert not shown.grade.right and shown.percent == 0 and shown.is_main
    assert runs == ["kind: Pod"]
    assert not Shown(question, "tiny", Given(("kind: Node",))).grade.right
    assert runs == ["kind: Pod", "kind: Node"]
