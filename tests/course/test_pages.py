"""The course's pages, for somebody new, for a visitor with a lab, and for another visitor."""

import dataclasses
import re
from collections import Counter
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from k8slab.course import live
from k8slab.course.lessons import find_lesson, lesson_folders
from k8slab.course.story import checklist
from k8slab.labs.models import Lab, new_lab_id
from k8slab.labs.quotas import LABS_A_VISITOR
from k8slab.quizzes.models import Attempt, Card

pytestmark = pytest.mark.django_db
PAGE = "/lessons/tiny/"
ALL = lesson_folders()


@pytest.fixture(autouse=True)
def tiny(settings):
    settings.LESSONS = Path(__file__).parent / "lessons"


@pytest.fixture
def visitor(client):
    client.post(f"{PAGE}start/")
    return client


def text_of(response):
    return response.content.decode()


def answer(client, question, *values, **headers):
    return client.post(f"{PAGE}questions/{question}/", {"answer": values}, headers=headers)


def test_home_and_map(client):
    """PX-001, TE-002, TE-003."""
    assert client.get("/").status_code == 200
    page = text_of(client.get("/course/"))
    assert "Tests" in page and PAGE in page


def test_a_lesson_reads_without_a_lab_and_leaves_nothing_behind(client):
    """PX-001, TE-005, TE-008."""
    page = text_of(client.get(PAGE))
    for shown in ("A pod that is deleted is gone.", "3 min", 'data-check="gone"', "What wants it"):
        assert shown in page
    assert Lab.objects.count() == 0


def test_names_in_a_check_are_set_as_code(client):
    page = client.get(PAGE).content.decode()
    assert "The pod <code>lone</code> is gone" in page


def test_the_story_states_the_engines_figures(client):
    assert "After the run there are 0 pods" in text_of(client.get(PAGE))


def test_start_opens_one_lab_that_goes_on(visitor):
    assert visitor.post(f"{PAGE}start/").url == PAGE
    lab = Lab.objects.get()
    assert (lab.lesson, lab.now_ms, list(lab.files)) == ("tiny", 20_000, ["lone.yaml"])
    assert f'data-lab="{lab.id}"' in text_of(visitor.get(PAGE))


def test_too_many_labs_are_refused_in_words(visitor):
    first = Lab.objects.get()
    Lab.objects.update(lesson="another")
    for _ in range(LABS_A_VISITOR - 1):
        first.pk, first.lesson = new_lab_id(), "another"
        first.save(force_insert=True)
    response = visitor.post(f"{PAGE}start/")
    assert response.status_code == 409 and "delete one first" in text_of(response)


def test_a_running_lab_gets_the_checks_of_its_lesson():
    """What ``settings.LAB_CHECKS`` names."""
    cluster, _ = find_lesson("tiny").setup.build()
    assert live.checks("tiny", cluster)["gone"]["observes"] == "it exists"
    assert live.checks("unknown", cluster) == {}


def test_a_get_starts_nothing(client):
    assert client.get(f"{PAGE}start/").status_code == 405


def test_a_stranger_sees_neither_lab_nor_answers(visitor):
    """PX-011."""
    lab = Lab.objects.get()
    answer(visitor, "recall", "my secret words")
    stranger = Client()
    stranger.post(f"{PAGE}start/")
    page = text_of(stranger.get(f"{PAGE}?lab={lab.id}"))
    assert lab.id not in page and "my secret words" not in page


def test_altitude_changes_the_text_and_is_kept(client):
    """TE-006, TE-007."""
    senior = '<div class="altitude" data-altitude="senior"'
    page = text_of(client.get(PAGE))
    assert "You read at junior altitude" in page and f"{senior} hidden>" in page
    assert f"{senior}>" in text_of(client.get(f"{PAGE}?altitude=senior"))
    assert f"{senior}>" in text_of(client.get(PAGE))
    assert f"{senior}>" in text_of(client.get(f"{PAGE}?altitude=nonsense"))


def test_an_answer_by_plain_form_leads_back_to_the_question(client):
    """PX-001, TE-018."""
    response = answer(client, "one", "b")
    assert response.url == f"{PAGE}#question-one"
    page = text_of(client.get(PAGE))
    assert "Not that one." in page and "The kubelet runs what is bound to it." in page
    answer(client, "one", "a")
    assert "It has no owner." in text_of(client.get(PAGE))
    assert [it.score for it in Attempt.objects.all()] == [0, 1]


def test_an_answer_by_htmx_gives_the_question_alone(client):
    page = text_of(answer(client, "one", "a", HX_Request="true"))
    assert "Right." in page and "<html" not in page


def test_no_answer_is_refused_and_not_kept(client):
    response = answer(client, "one")
    assert response.status_code == 400 and "Choose one answer." in text_of(response)
    assert Attempt.objects.count() == 0


def test_order_keeps_what_was_chosen(client):
    """TE-019."""
    answer(client, "order", "a=2", "b=1", "c=3")
    page = text_of(client.get(PAGE))
    assert "There is nothing to schedule before." in page and "50&nbsp;%" in page
    assert re.search(r'value="b=1"\s+selected', page)


def test_a_recall_is_rated_and_comes_back(client):
    """PX-010, TE-025."""
    answer(client, "recall", "it has <b>no owner</b>")
    page = text_of(client.get(PAGE))
    assert "Nothing wants it." in page and "it has &lt;b&gt;no owner" in page
    client.post(f"{PAGE}questions/recall/", {"rating": "good"})
    attempt = Attempt.objects.get()
    assert attempt.rating == "good"
    assert attempt.review_on == Card.objects.get().due > timezone.localdate()


def test_a_rating_without_an_answer_is_refused(client):
    response = client.post(f"{PAGE}questions/recall/", {"rating": "good"})
    assert response.status_code == 400 and Attempt.objects.count() == 0


def test_a_prediction_stands_in_the_story_and_not_in_the_quiz(client):
    page = text_of(client.get(PAGE))
    assert 'id="prediction-count"' in page and 'id="question-count"' not in page
    assert answer(client, "count", "b").url == f"{PAGE}#prediction-count"
    page = text_of(client.get(PAGE))
    assert "You committed" in page


def test_progress_is_the_share_of_what_was_done(client):
    """TE-002, PX-010: one of four questions and one task."""
    answer(client, "one", "a")
    assert 'value="20"' in text_of(client.get("/course/"))


def test_unknown_lessons_and_questions_are_404(client):
    assert client.get("/lessons/nothing/").status_code == 404
    assert client.post("/lessons/nothing/start/").status_code == 404
    assert answer(client, "nothing", "a").status_code == 404


def test_a_form_without_its_token_is_refused():
    client = Client(enforce_csrf_checks=True)
    assert answer(client, "one", "a").status_code == 403
    assert Attempt.objects.count() == 0


def test_the_map_counts_and_shows_progress(visitor):
    """TE-002, TE-003, TE-008: by category and track, with time, questions and progress."""
    page = text_of(visitor.get("/course/"))
    assert "3 min" in page and "1 task " in page and "Begin: Tiny" in page
    answer(visitor, "count", "a")
    page = text_of(visitor.get("/course/"))
    assert "answered" in page and "Go on: Tiny" in page


def test_no_glossary_is_an_empty_page(client):
    assert client.get("/glossary/").status_code == 200


@pytest.mark.parametrize("folder", ALL, ids=lambda folder: folder.name)
def test_no_id_stands_twice_on_a_lessons_page(client, settings, folder):
    """A section that is called as a part of the page would be taken for it."""
    settings.LESSONS = folder.parent
    client.post(f"/lessons/{folder.name}/start/")
    ids = re.findall(r'\sid="([^"]+)"', text_of(client.get(f"/lessons/{folder.name}/")))
    assert [it for it, count in Counter(ids).items() if count > 1] == []


def test_a_checks_number_stays_with_its_unit():
    check = dataclasses.replace(find_lesson("tiny").checks[0], expects="Within 20 s, 5 % of `all`")
    assert "Within 20\u00a0s, 5\u00a0% of <code>all</code>" in checklist([check])
