"""Pages of workshops: making a room, joining it, and what is nobody else's business."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from k8slab.labs.models import Lab
from k8slab.workshops import joining
from k8slab.workshops.joining import Guesses, new_code, read_code
from k8slab.workshops.models import Room, Seat

pytestmark = pytest.mark.django_db
LESSONS = ["rollout-500s", "the-loop"]


@pytest.fixture(autouse=True)
def no_guesses(monkeypatch):
    monkeypatch.setattr("k8slab.workshops.views.guesses", Guesses())


@pytest.fixture
def instructor():
    return Client()


@pytest.fixture
def room(instructor):
    answer = instructor.post("/workshops/", {"title": "Tuesday", "lessons": LESSONS})
    assert answer.status_code == 302
    return Room.objects.get()


def test_its_lessons_are_in_the_order_of_the_course(instructor):
    """PX-009: not by name, nor as they were ticked."""
    instructor.post("/workshops/", {"title": "x", "lessons": ["pods", "the-loop"]})
    assert Room.objects.get().lessons == ["the-loop", "pods"]


def test_an_instructor_makes_a_room(instructor, room):
    """PX-009: the lessons in the course's order, a code, a link and a QR code that leads there."""
    assert room.title == "Tuesday" and room.lessons == LESSONS
    page = instructor.get(f"/rooms/{room.id}/").content.decode()
    assert room.code in page and f"/join/{room.code}/" in page
    wall = instructor.get(f"/rooms/{room.id}/projector/").content.decode()
    assert "<svg" in wall and room.code in wall
    none = instructor.post("/workshops/", {"title": "x"})
    assert none.status_code == 400 and "at least one lesson" in none.content.decode()


def test_a_learner_joins_by_code_and_nickname(room):
    """PX-009: no account; a seat with a lab of their own, and the lesson with the room's bar."""
    learner = Client()
    typed = room.code.lower().replace("-", " ")
    answer = learner.post("/join/", {"code": typed, "nickname": "  Ada   L "})
    assert answer.url == f"/rooms/{room.id}/seat/"
    there = learner.get(answer.url)
    seat = Seat.objects.get()
    assert seat.nickname == "Ada L" and seat.lab is not None
    assert there.url == f"/lessons/{room.lesson}/?lab={seat.lab_id}&room={room.id}"
    assert "room.css" in learner.get(there.url).content.decode()
    again = learner.get(f"/join/{room.code}/")
    assert again.url == f"/rooms/{room.id}/seat/" and Seat.objects.count() == 1


def test_why_somebody_gets_no_seat(room):
    """A name that is taken, a locked room, a room of one's past."""
    Client().post("/join/", {"code": room.code, "nickname": "Ada"})
    twin = Client().post("/join/", {"code": room.code, "nickname": "Ada"})
    assert twin.status_code == 409 and "called Ada already" in twin.content.decode()
    nameless = Client().post("/join/", {"code": room.code, "nickname": " "})
    assert "Choose a nickname" in nameless.content.decode()
    Room.objects.update(locked=True)
    late = Client().post("/join/", {"code": room.code, "nickname": "Bo"})
    assert "locked" in late.content.decode()


def test_codes_cannot_be_guessed(room):
    """Attack 43: 40 bits, and after ten wrong codes 429, the right one included."""
    assert len(joining.LETTERS) == 32 and len(new_code().replace("-", "")) == 8
    guesser = Client()
    for _ in range(10):
        assert guesser.post("/join/", {"code": new_code(), "nickname": "x"}).status_code == 404
    blocked = guesser.post("/join/", {"code": room.code, "nickname": "x"})
    assert blocked.status_code == 429 and Seat.objects.count() == 0


@pytest.mark.parametrize("text", ["", "K7QM", "K7QM-2XWDD", "'; drop", "O0O0-IIII"])
def test_what_is_no_code(text):
    assert read_code(text) == ""


def test_a_room_is_its_instructors_alone(instructor, room):
    """Attack 40: to others, learners with a seat included, there is no such room."""
    learner, stranger = Client(), Client()
    learner.post("/join/", {"code": room.code, "nickname": "Ada"})
    seat = Seat.objects.get()
    for path in ("", "projector/", "results.csv", f"seats/{seat.pk}/"):
        for other in (learner, stranger):
            assert other.get(f"/rooms/{room.id}/{path}").status_code == 404
    assert learner.post(f"/rooms/{room.id}/delete/").status_code == 404
    assert stranger.get(f"/rooms/{room.id}/seat/").status_code == 404
    assert instructor.get(f"/rooms/{room.id}/seats/{seat.pk}/").status_code == 404
    assert instructor.post(f"/rooms/{room.id}/delete/").status_code == 302
    assert not Room.objects.exists()


def test_the_results_are_a_table_without_formulas(instructor, room):
    """A cell that begins like a formula is text."""
    Client().post("/join/", {"code": room.code, "nickname": "=1+1"})
    answer = instructor.get(f"/rooms/{room.id}/results.csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert re.search(r"^'=1\+1,", answer.content.decode(), re.MULTILINE)


def test_a_session_is_replayed_with_consent_alone(instructor, room):
    """PX-009, PX-011: the instructor's own copy of it, which another's consent does not open."""
    learner = Client()
    learner.post("/join/", {"code": room.code, "nickname": "Ada"})
    learner.get(f"/rooms/{room.id}/seat/")
    seat = Seat.objects.get()
    address = f"/rooms/{room.id}/seats/{seat.id}/replay/"
    assert instructor.post(address).status_code == 404
    watched = f"/rooms/{room.id}/seats/{seat.id}/"
    assert instructor.get(watched).status_code == 404
    Seat.objects.update(consent="watch")
    assert f'data-lab="{seat.lab_id}"' in instructor.get(watched).content.decode()
    assert Client().get(watched).status_code == 404
    assert Client().post(address).status_code == 404 == learner.post(address).status_code
    answer = instructor.post(address)
    page = instructor.get(answer.url).content.decode()
    assert answer.url.startswith("/shared/") and seat.lab_id not in page
    assert "Ada" not in page
    mine = instructor.post(answer.url)
    assert mine.status_code == 302 and Lab.objects.filter(owner=room.instructor).count() == 1


def test_the_console_knows_the_parts_of_its_lessons(instructor, room):
    """PX-009: follow me, to a part of the lesson that is on."""
    page = instructor.get(f"/rooms/{room.id}/").content.decode()
    parts = json.loads(re.search(r'id="room-sections"[^>]*>(.*?)</script>', page)[1])
    assert set(parts) == set(LESSONS)
    checks = json.loads(re.search(r'id="room-checks"[^>]*>(.*?)</script>', page)[1])
    assert "The image of web is `shop/api:1.1`" in checks["rollout-500s"]
    assert ["hook", parts["rollout-500s"][0][1]] == parts["rollout-500s"][0]
