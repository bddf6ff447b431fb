"""A card of the review reopened as a lab, by its pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from k8slab.accounts.models import Visitor
from k8slab.course import drills, live
from k8slab.engine.journal import Entry
from k8slab.labs.archive import append, restore
from k8slab.labs.models import Lab, new_lab_id
from k8slab.labs.quotas import LABS_A_VISITOR
from k8slab.quizzes.models import Attempt, Card, Drill
from k8slab.shell import Shell

from .test_pages import answer, text_of

pytestmark = pytest.mark.django_db
CARD = "/review/tiny/one/"
PAGE = f"{CARD}lab/"


@pytest.fixture(autouse=True)
def tiny(settings):
    settings.LESSONS = Path(__file__).parent / "lessons"


@pytest.fixture
def card(client):
    """A visitor who has a due card that has a micro-lab."""
    answer(client, "one", "a")
    Card.objects.update(due=timezone.localdate())
    return client


def begin(client):
    response = client.post(f"{PAGE}begin/")
    assert response.url == PAGE
    return Drill.objects.get(rating="")


def solve(drill):
    """Do what the sheet asks for, in the drill's lab."""
    lab, cluster = restore(drill.lab_id)
    before = len(cluster.journal)
    sheet = drills.find_sheet(drill.lesson, drill.question, drills.seed_of(drill))
    sheet.solution.play(cluster, Shell(cluster, files=dict(lab.files)))
    entries = [Entry(*entry) for entry in cluster.journal[before:]]
    append(lab.id, before, entries, cluster.now_ms)


def test_a_card_with_a_micro_lab_offers_it_and_another_the_lessons_lab(card):
    """TE-025."""
    assert "Try it on a cluster" in text_of(card.get(CARD))
    answer(card, "order", "a=1", "b=2", "c=3")
    assert "Try it out in the lesson" in text_of(card.get("/review/tiny/order/"))


def test_the_task_beside_its_own_lab_with_a_live_checklist(card):
    drill = begin(card)
    page = text_of(card.get(PAGE))
    sheet = drills.find_sheet("tiny", "one", drills.seed_of(drill))
    assert sheet.ask in page and f'data-lab="{drill.lab_id}"' in page
    assert 'data-check="pods"' in page and "<h2>Quiz" not in page
    assert begin(card) == drill and Lab.objects.count() == 1
    assert live.lab_of(drill.visitor, live.find_lesson("tiny")) is None, "not the lesson's lab"


def test_the_running_lab_is_asked_the_sheets_checks(card):
    drill = begin(card)
    lab, cluster = restore(drill.lab_id)
    assert [it["ok"] for it in live.checks(lab.lesson, cluster).values()] == [False]
    solve(drill)
    lab, cluster = restore(drill.lab_id)
    assert [it["ok"] for it in live.checks(lab.lesson, cluster).values()] == [True]


def test_a_task_that_is_done_counts_as_a_good_answer(card):
    """TE-025, PX-010: the outcome is the card's rating, and no answer is made up."""
    before = Card.objects.get().due
    drill = begin(card)
    solve(drill)
    assert card.post(PAGE).url == PAGE
    drill.refresh_from_db()
    assert drill.rating == "good" and drill.result[0]["ok"] is True
    assert drill.review_on == Card.objects.get().due > before
    assert Lab.objects.count() == 0 and Attempt.objects.count() == 1
    page = text_of(card.get(PAGE))
    assert ": done</h1>" in page and "kubectl scale deployment" in page
    assert "That was the last for today" in page


def test_a_task_that_is_not_done_or_given_up_comes_back_soon(card):
    dues = {}
    for name, posted in (("not done", {}), ("given up", {"give_up": "yes"})):
        drill = begin(card)
        if posted:
            solve(drill)
        card.post(PAGE, posted)
        drill.refresh_from_db()
        assert drill.rating == "again"
        assert ": not yet</h1>" in text_of(card.get(PAGE))
        dues[name] = drill.review_on
    assert all(0 < (day - timezone.localdate()).days < 3 for day in dues.values())


def test_each_time_another_one_is_drawn(card):
    seeds = set()
    for _ in range(4):
        drill = begin(card)
        seeds.add(restore(drill.lab_id)[1].genesis["seed"])
        card.post(PAGE, {"give_up": "yes"})
    assert len(seeds) == 4 and [it.number for it in Drill.objects.all()] == [0, 1, 2, 3]
    other = Visitor.objects.create()
    again = Drill(visitor=other, lesson="tiny", question="one", number=0)
    assert drills.seed_of(again) not in seeds


def test_a_lab_that_was_deleted_leaves_the_card_to_be_begun_anew(card):
    drill = begin(card)
    card.post(f"/labs/{drill.lab_id}/delete/")
    assert card.get(PAGE).status_code == 404
    card.post(f"{PAGE}begin/")
    assert Drill.objects.filter(number=1).exclude(lab=None).count() == 1


def test_your_labs_lead_to_it(card):
    begin(card)
    assert f'href="{PAGE}"' in text_of(card.get("/labs/"))


def test_nobody_elses_and_nothing_that_is_not_there(card):
    begin(card)
    stranger = Client()
    assert stranger.get(PAGE).status_code == stranger.post(PAGE).status_code == 404
    assert Drill.objects.get().rating == ""
    for wrong in ("/review/tiny/order/lab/", "/review/nowhere/one/lab/"):
        assert card.post(f"{wrong}begin/").status_code == 404
        assert card.get(wrong).status_code == 404


def test_too_many_labs(card):
    drill = begin(card)
    lab, visitor = drill.lab, drill.visitor
    card.post(PAGE)
    for _ in range(LABS_A_VISITOR):
        lab.pk, lab.owner, lab.lesson = new_lab_id(), visitor, "tiny"
        lab._state.adding = True
        lab.save()
    response = card.post(f"{PAGE}begin/")
    assert response.status_code == 409 and "delete one first" in text_of(response)


def test_it_is_in_the_data_and_goes_with_it(card):
    begin(card)
    card.post(PAGE)
    data = card.get("/account/data.json").json()
    assert data["quizzes.Drill"][0]["fields"]["rating"] == "again"
    card.post("/account/delete/", {"sure": "yes"})
    assert Drill.objects.count() == 0
