"""One's labs: a list, and the way to be rid of one."""

from __future__ import annotations

import pytest
from django.test import Client

from k8slab.labs.models import Command, Lab

pytestmark = pytest.mark.django_db


def test_a_lab_is_listed_and_deleted_by_its_owner_alone(client):
    """PX-011."""
    client.post("/lessons/the-loop/start/")
    lab = Lab.objects.get()
    page = client.get("/labs/").content.decode()
    assert f"?lab={lab.id}" in page and "1 of 24" in page
    stranger = Client()
    stranger.post("/lessons/pods/start/")
    assert stranger.post(f"/labs/{lab.id}/delete/").status_code == 404
    assert lab.id not in stranger.get("/labs/").content.decode()
    assert client.get(f"/labs/{lab.id}/delete/").status_code == 405
    assert client.post(f"/labs/{lab.id}/delete/").url == "/labs/"
    assert not Lab.objects.filter(pk=lab.id).exists()
    assert not Command.objects.filter(lab_id=lab.id).exists()
    assert "You have none" in client.get("/labs/").content.decode()


def test_a_lab_of_an_exam_has_no_lesson_to_lead_to(client):
    client.post("/exam/")
    page = client.get("/labs/").content.decode()
    assert page.count("Delete<") == Lab.objects.count() > 1


def test_a_stranger_has_none(client):
    assert "You have none" in client.get("/labs/").content.decode()
