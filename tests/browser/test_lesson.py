"""The first lesson in a real browser: predict, break, ask why, mend, kill a node, go back, quiz."""

from __future__ import annotations

import re

from .test_pages import serious
from .walk import (
    RUN_MS,
    WEB,
    apply,
    box,
    clock_s,
    edit,
    failed_in_view,
    failures_pass,
    passed,
    scrub,
    shoot,
)

PROBE = """image: shop/api:1.1
          readinessProbe:
            httpGet:
              path: /ready
              port: 8080
            periodSeconds: 3"""


def predict(page, question):
    """Commit to the first option of a prediction."""
    prediction = page.locator(f"#prediction-{question}")
    prediction.locator("input[type=radio]").first.check()
    prediction.get_by_role("button", name="Commit").click()
    prediction.locator(".verdict-later").wait_for()


def test_the_rollout_that_500s(lesson):
    """PX-005, PX-006, PX-007, PX-008, TE-009, TE-014, TE-018, TE-046."""
    page = lesson()
    shoot(page, "1-start", "learn")
    _bump(page)
    _probe(page)
    _lose_a_node(page)
    _look_back(page)
    assert serious(page) == []


def _bump(page):
    """Without a probe: requests fail, and a failed one says which hop refused it, and why."""
    predict(page, "bump-share")
    page.locator("[data-speed]").select_option("10")
    edit(page, "image: shop/api:1.0", "image: shop/api:1.1")
    assert any("shop/api:1.1" in line for line in apply(page))
    page.locator(".refusal", has_text="process is booting").wait_for(timeout=RUN_MS)
    before = failed_in_view(page)
    box(page, WEB).click()
    page.locator(".why .did").first.wait_for()
    page.keyboard.press("Escape")
    failures_pass(page, before + 10)
    page.locator("[data-play]").last.click()
    page.get_by_role("button", name="Play").last.wait_for()
    shoot(page, "2-failing", "cluster")
    assert serious(page) == []
    page.locator("[data-speed]").select_option("60")
    page.locator("[data-play]").last.click()
    passed(page, "saw-500s")
    page.locator("[data-link]", has_text=" 0 % of requests failed").wait_for(timeout=RUN_MS)


def _probe(page):
    """With a readiness probe: the same rollout, asserted over history, fails nothing."""
    predict(page, "probe-share")
    before = failed_in_view(page)
    edit(page, "image: shop/api:1.1", PROBE)
    assert any("/ready" in line for line in apply(page))
    passed(page, "clean")
    assert failed_in_view(page) <= before
    shoot(page, "3-green", "learn", focus='[data-task="probe"]')


def _lose_a_node(page):
    """NotReady, endpoints drop, replacements after 300 s; the bare pod is never replaced."""
    predict(page, "node-time")
    killed = clock_s(page)
    page.locator("[data-speed]").select_option("60")
    page.get_by_role("button", name="Kill node-2").first.click()
    page.locator(".node--bad").wait_for(timeout=RUN_MS)
    fewer = re.compile(r"[1-4] of \d endpoints ready")
    box(page, "Service/default/web").filter(has_text=fewer).wait_for(timeout=RUN_MS)
    page.locator("[data-play]").last.click()
    shoot(page, "4-node-down", "cluster")
    page.locator("[data-play]").last.click()
    for check in ("node-lost", "bare-evicted", "web-whole"):
        passed(page, check)
    box(page, WEB, has_text="5 of 5 ready").wait_for(timeout=RUN_MS)
    assert clock_s(page) - killed > 300
    page.get_by_role("button", name="Power on node-2").first.click()
    box(page, "Pod/default/bare").wait_for(state="detached", timeout=RUN_MS)


def _look_back(page):
    """Picture, YAML and events are those of the moment; then back to live."""
    page.locator("[data-play]").last.click()
    marks = page.locator('[data-lane="events"] .lane__mark').count()
    box(page, WEB).press("y")
    yaml = page.locator(".inspector pre")
    yaml.filter(has_text="shop/api:1.1").wait_for()
    scrub(page, 58)
    page.get_by_text("Viewing 0:58").wait_for()
    yaml.filter(has_text="shop/api:1.0").wait_for()
    box(page, "Pod/default/bare").wait_for()
    assert page.locator('[data-lane="events"] .lane__mark').count() < marks
    page.get_by_role("button", name="Back to live").click()
    page.locator("[data-past]").wait_for(state="hidden")
    yaml.filter(has_text="shop/api:1.1").wait_for()
    box(page, "Pod/default/bare").wait_for(state="detached")


ANSWERS = {
    "reboot": ("It moves the three pods", "It sees 2 where 5 are wanted"),
    "best-fit": ("A liveness probe", "A readiness probe on /ready, with"),
    "predict-liveness": ("Not at all", "Again and again"),
}
NEEDED = ["labels match", "The pod is Ready", "has taken up the new endpoint"]
STEPS = [
    "You apply the new image",
    "makes a new ReplicaSet",
    "grows and the old one shrinks",
    "passes its readiness check",
    "The old ReplicaSet stands at 0",
]


def test_the_quiz_is_answered_wrong_then_right(lesson):
    """TE-018 and the six basic types: each says what was wrong, then that it is right."""
    page = lesson()
    page.keyboard.press("Alt+5")
    for name, (wrong, right) in ANSWERS.items():
        question = page.locator(f"#question-{name}")
        for text, sign in ((wrong, "wrong"), (right, "right")):
            question.locator("label", has_text=text).locator("input").check()
            _answer(question, sign)
    _multiple(page.locator("#question-traffic"))
    _order(page.locator("#question-steps"))
    shoot(page, "5-quiz", "learn", focus="#question-steps .verdict")
    for name in ("recall-heal", "recall-500s"):
        _recall(page.locator(f"#question-{name}"))
    page.locator("#quiz-score", has_text="5 of 5 right, 2 of 2 recalled").wait_for()
    assert serious(page) == []


def _answer(question, sign):
    question.get_by_role("button", name="Answer").click()
    question.locator(f".verdict--{sign}").wait_for()


def _multiple(question):
    question.locator("label", has_text=NEEDED[0]).locator("input").check()
    _answer(question, "partly")
    for text in NEEDED[1:]:
        question.locator("label", has_text=text).locator("input").check()
    _answer(question, "right")


def _order(question):
    """Each step is moved up to its place by its button."""
    for place, text in reversed(list(enumerate(STEPS))):
        _move_to(question, text, len(STEPS) - 1 - place)
    question.get_by_role("button", name="Answer").click()
    question.locator(".verdict--wrong, .verdict--partly").wait_for()
    for place, text in enumerate(STEPS):
        _move_to(question, text, place)
    _answer(question, "right")


def _move_to(question, text, place):
    while (now := _places(question).index(text)) > place:
        question.locator("li").nth(now).get_by_role("button", name="Move up").click()


def _places(question):
    shown = question.locator(".steps li").all_inner_texts()
    return [next(text for text in STEPS if text in words) for words in shown]


def _recall(question):
    question.locator("textarea").fill("Its owner still wants five.")
    question.get_by_role("button", name="Answer").click()
    question.locator(".model-answer").wait_for()
    question.locator(".ratings button").last.click()
    question.get_by_text("It comes back on").wait_for()


def test_the_terminal_runs_kubectl(lesson):
    """TE-009."""
    page = lesson()
    page.keyboard.press("Alt+4")
    page.keyboard.type("kubectl get deployment web -o name\n")
    said = page.locator(".xterm-accessibility-tree", has_text="deployment.apps/web")
    said.wait_for(state="attached")
