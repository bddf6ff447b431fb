"""Sitting the mock exam, by its pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from k8slab.engine.journal import Entry
from k8slab.exams import sitting
from k8slab.exams.models import Exam, Part
from k8slab.exams.tasks import TASKS_AN_EXAM, find_task
from k8slab.labs.archive import append, restore
from k8slab.labs.models import Lab
from k8slab.labs.quotas import LABS_A_VISITOR
from k8slab.shell import Shell

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(client, monkeypatch):
    """An exam that was begun by the button, of the tasks that seed 1 draws."""
    monkeypatch.setattr(sitting, "randbelow", lambda _: 1)
    address = client.post("/exam/").url
    return Exam.objects.get(pk=address.split("/")[2])


def solve(part):
    """Do a task as its lesson's solution does, in the part's lab."""
    task = find_task(part.task)
    lab, cluster = restore(part.lab_id)
    before = len(cluster.journal)
    step = next(it for it in task.lesson.solution if it.task == task.task)
    step.script.play(cluster, Shell(cluster, files=dict(lab.files)))
    entries = [Entry(*entry) for entry in cluster.journal[before:]]
    append(lab.id, before, entries, cluster.now_ms)


def text_of(response):
    return response.content.decode()


def test_a_paper_a_task_with_its_lab_and_no_checklist(client, exam):
    paper = text_of(client.get(f"/exam/{exam.id}/"))
    assert exam.parts.count() == Lab.objects.count() == TASKS_AN_EXAM
    for part in exam.parts.all():
        task = find_task(part.task)
        assert task.title in paper
        page = text_of(client.get(f"/exam/{exam.id}/{part.number}/"))
        assert task.asks in page and f'data-lab="{part.lab_id}"' in page
        assert "data-check=" not in page and "hint" not in page.split("<main")[1].split("dock")[0]


def test_what_was_done_is_scored_task_by_task(client, exam):
    done = exam.parts.first()
    solve(done)
    response = client.post(f"/exam/{exam.id}/hand-in/")
    assert response.url == f"/exam/{exam.id}/"
    scores = [part.score for part in exam.parts.all()]
    assert scores[0] == 1 and all(0 <= score < 1 for score in scores[1:])
    page = text_of(client.get(response.url))
    assert f"<h1>{round(100 * sum(scores) / len(scores))} %</h1>" in page
    assert page.count("Did not hold") == sum(
        check["ok"] is not True for part in exam.parts.all() for check in part.result
    )


def test_handed_in_once_and_closed(client, exam):
    client.post(f"/exam/{exam.id}/hand-in/")
    solve(exam.parts.first())
    client.post(f"/exam/{exam.id}/hand-in/")
    assert exam.parts.first().score < 1
    assert client.get(f"/exam/{exam.id}/1/").url == f"/exam/{exam.id}/"


def test_time_that_runs_out_hands_in(client, exam):
    Exam.objects.update(started=timezone.now() - timedelta(minutes=exam.minutes, seconds=1))
    page = text_of(client.get(f"/exam/{exam.id}/"))
    exam.refresh_from_db()
    assert exam.handed_in == exam.ends and "Handed in" in page
    assert Part.objects.filter(score=None).count() == 0


def test_the_next_exam_gives_up_the_labs_of_the_last(client, exam):
    client.post("/exam/")
    assert Exam.objects.filter(handed_in=None).count() == 1
    assert Lab.objects.count() == TASKS_AN_EXAM
    page = text_of(client.get("/exam/"))
    assert "Go on with the exam that runs" in page and re.search(r"\d+ %", page)


def test_nobody_elses_exam(client, exam):
    for stranger in (Client(), Client()):
        stranger.post("/exam/") if stranger else None
        for address in (f"/exam/{exam.id}/", f"/exam/{exam.id}/1/"):
            assert stranger.get(address).status_code == 404
        assert stranger.post(f"/exam/{exam.id}/hand-in/").status_code == 404
    assert client.get(f"/exam/{exam.id}/99/").status_code == 404


def test_too_many_labs(client, exam):
    owner = exam.visitor
    lab = Lab.objects.first()
    for _ in range(LABS_A_VISITOR):
        lab.pk, lab.lesson = None, "the-loop"
        lab.id = Lab._meta.get_field("id").default()
        lab._state.adding = True
        lab.save()
    assert owner.labs.count() > LABS_A_VISITOR
    response = client.post("/exam/")
    assert response.status_code == 409 and "delete one first" in text_of(response)
