"""The daily review, mastery, and placement."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from k8slab.accounts.models import Visitor
from k8slab.course.climb import in_order
from k8slab.course.lessons import all_lessons
from k8slab.course.placement import begin_at, draw
from k8slab.quizzes.models import Attempt, Card
from k8slab.quizzes.review import due, remember, strength

from .test_pages import answer, text_of

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def tiny(settings):
    settings.LESSONS = Path(__file__).parent / "lessons"


@pytest.fixture
def attempt():
    visitor = Visitor.objects.create()
    return Attempt.objects.create(
        visitor=visitor, lesson="rollout-500s", question="one", answer=["a"], score=1
    )


def test_better_answers_come_back_later(attempt):
    """PX-010, TE-025: again < hard < good < easy, and none on the same day."""
    days = []
    for rating in ("again", "hard", "good", "easy"):
        Card.objects.all().delete()
        days.append((remember(attempt, rating, NOON) - NOON.date()).days)
    assert days == sorted(days) and days[0] >= 1 and days[0] < days[2] < days[3]


def test_each_good_answer_lengthens_the_wait_and_a_slip_shortens_it(attempt):
    """PX-010."""
    now, waits = NOON, []
    for rating in ("good", "good", "good", "again"):
        then = remember(attempt, rating, now)
        waits.append((then - now.date()).days)
        now = datetime.combine(then, NOON.timetz())
    assert waits[0] < waits[1] < waits[2] > waits[3]
    assert Card.objects.count() == 1


def test_what_is_due_and_what_would_be_recalled(attempt):
    day = remember(attempt, "good", NOON)
    assert due(attempt.visitor, day - timedelta(days=1)) == []
    assert [card.question for card in due(attempt.visitor, day)] == ["one"]
    card = Card.objects.get()
    fresh, later = (strength([card], NOON + timedelta(days=it)) for it in (0, 60))
    assert fresh == 1 and 0 < later < 0.8


def make_due():
    Card.objects.update(due=timezone.localdate())


def test_a_question_is_asked_again_blank_and_then_the_next(client, tiny):
    """PX-010, TE-025."""
    answer(client, "one", "a")
    answer(client, "order", "a=1", "b=2", "c=3")
    assert "Nothing is due today." in text_of(client.get("/review/"))
    make_due()
    page = text_of(client.get("/review/"))
    assert "2 questions due" in page
    address = re.search(r'href="(/review/[^"]+)"[^>]*>2 questions', page)[1]
    asked = text_of(client.get(address))
    assert " checked>" not in asked.split("</main>")[0] and "Right." not in asked
    after = text_of(client.post(address, {"answer": "a"}, headers={"HX-Request": "true"}))
    assert "Right." in after and "Next, 1 left" in after and "<html" not in after
    assert "/#" in after, "the part that answers it is on the lesson's page"
    plain = client.post(address, {"answer": "b"})
    assert plain.url == f"{address}?answered"
    assert "Not that one." in text_of(client.get(plain.url))


def test_review_of_strangers_and_of_what_is_gone(client, tiny):
    assert "Answer a lesson" in text_of(client.get("/review/"))
    assert client.get("/review/nowhere/one/").status_code == 404
    answer(client, "one", "a")
    Card.objects.update(question="gone", due=timezone.localdate())
    assert "Answer a lesson" in text_of(client.get("/review/"))


def test_placement_asks_one_of_each_two_lessons_and_names_the_first_gap(client):
    """TE-002: each set is drawn from its number alone."""
    lessons = in_order(all_lessons())
    drawn = draw(lessons, 3)
    assert drawn == draw(lessons, 3) and len(drawn) >= len(lessons) // 2
    right = {
        f"{lesson.slug}/{it.id}": next(option.key for option in it.body.options if option.right)
        for lesson, it in drawn
    }
    page = text_of(client.post("/placement/?set=3", right))
    assert f"Begin with {lessons[-1].title}" in re.sub(r"</?strong>", "", page)
    assert Attempt.objects.count() == len(drawn)
    missed = dict(right)
    missed.pop(f"{drawn[2][0].slug}/{drawn[2][1].id}")
    page = text_of(client.post("/placement/?set=3", missed))
    assert f"Begin: {lessons[4].subject}" in page and "Left out." in page
    assert begin_at([], []) is None


def test_placement_with_a_hostile_set(client):
    for odd in ("0", "101", "-1", "x", "9" * 5000, "٣"):
        assert client.get("/placement/", {"set": odd}).status_code == 200
