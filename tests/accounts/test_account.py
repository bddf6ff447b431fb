"""Accounts: optional, they carry progress along; and one's data can be had and deleted."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import User
from django.test import Client

from k8slab.accounts import views
from k8slab.accounts.guesses import TRIES, Guesses
from k8slab.accounts.models import Visitor
from k8slab.course.lessons import find_lesson
from k8slab.labs.models import Command, Lab
from k8slab.quizzes.models import Attempt, Card
from k8slab.workshops.models import Room, Seat

pytestmark = pytest.mark.django_db
LESSON = "/lessons/why-orchestration/"
NAME, PASSWORD = "ada", "a long enough one"


@pytest.fixture(autouse=True)
def quick(settings, monkeypatch):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(views, "guesses", Guesses())


def text_of(response):
    return response.content.decode()


def work(client):
    """Start a lab and answer a question."""
    client.post(f"{LESSON}start/")
    client.post(f"{LESSON}questions/{QUESTION}/", {"answer": ["no such option"]})
    client.post(f"{LESSON}questions/{QUESTION}/", {"answer": [ANSWER]})


def _single():
    question = next(it for it in find_lesson("why-orchestration").questions if it.type == "single")
    return question.id, question.body.options[0].key


QUESTION, ANSWER = _single()


def sign_up(client, name=NAME, password=PASSWORD, again=None):
    form = {"username": name, "password1": password, "password2": again or password}
    return client.post("/account/sign-up/", form)


def sign_in(client, name=NAME, password=PASSWORD):
    return client.post("/account/sign-in/", {"username": name, "password": password})


def test_progress_follows_on_sign_up_and_to_another_browser(client):
    """PX-010."""
    work(client)
    assert sign_up(client).url == "/account/"
    assert NAME in text_of(client.get("/account/"))
    other = Client()
    assert "data-lab=" not in text_of(other.get(LESSON))
    sign_in(other)
    assert "data-lab=" in text_of(other.get(LESSON))
    assert Visitor.objects.count() == 1 and Lab.objects.count() == 1


def test_what_was_done_before_signing_in_comes_along(client):
    work(client)
    sign_up(client)
    other = Client()
    work(other)
    assert (Visitor.objects.count(), Lab.objects.count(), Card.objects.count()) == (2, 2, 2)
    sign_in(other)
    mine = Visitor.objects.get()
    assert Lab.objects.filter(owner=mine).count() == 2
    assert Attempt.objects.filter(visitor=mine).count() == 2
    assert Card.objects.count() == 1, "of what there can be one of, the account's own stays"


def test_signing_out_leaves_nothing_in_the_browser(client):
    work(client)
    sign_up(client)
    client.post("/account/sign-out/")
    assert "data-lab=" not in text_of(client.get(LESSON))
    assert Lab.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "password", "again", "says"),
    [
        ("ada", "short", None, "too short"),
        ("ada", "password123", None, "too common"),
        ("ada", "81726354091827", None, "entirely numeric"),
        ("ada", PASSWORD, "another one of them", "match"),
        ("a b<script>", PASSWORD, None, "Enter a valid username"),
    ],
)
def test_a_refused_sign_up_says_why_and_keeps_the_visitor(client, name, password, again, says):
    work(client)
    response = sign_up(client, name, password, again)
    assert response.status_code == 400 and says in text_of(response)
    assert "<script>" not in text_of(response).split("<main")[1]
    assert User.objects.count() == 0 and Lab.objects.count() == 1


def test_a_name_is_taken_once(client):
    sign_up(client)
    response = sign_up(Client())
    assert response.status_code == 400 and "already exists" in text_of(response)


def test_wrong_passwords_are_refused_and_soon_not_even_looked_at(client):
    sign_up(client)
    other = Client()
    for _ in range(TRIES):
        response = sign_in(other, password="wrong")
        assert response.status_code == 400 and "correct username" in text_of(response)
    assert sign_in(other).status_code == 429
    assert "Account</h1>" in text_of(other.get("/account/"))


def test_export_has_all_of_it_and_no_secret(client):
    work(client)
    sign_up(client)
    response = client.get("/account/data.json")
    assert "attachment" in response["Content-Disposition"]
    data = json.loads(response.content)
    assert len(data["labs.Lab"]) == 1 and len(data["quizzes.Attempt"]) == 1
    assert len(data["labs.Command"]) == Command.objects.count() > 0
    assert PASSWORD not in text_of(response) and "md5$" not in text_of(response)


def test_export_of_an_instructor_tells_nothing_of_the_learners(client):
    work(client)
    me = Visitor.objects.get()
    room = Room.objects.create(instructor=me, title="t", code="AAAA-AAAA", lessons=[], lesson="x")
    learner = Visitor.objects.create()
    Seat.objects.create(room=room, visitor=learner, nickname="Grace")
    text = text_of(client.get("/account/data.json"))
    assert room.id in text and learner.id not in text and "Grace" not in text


def test_deletion_is_asked_twice_and_leaves_nothing(client):
    work(client)
    sign_up(client)
    response = client.post("/account/delete/")
    assert response.status_code == 400 and "no way back" in text_of(response)
    client.post("/account/delete/", {"sure": "yes"})
    for model in (Visitor, User, Lab, Command, Attempt, Card):
        assert model.objects.count() == 0
    assert "Nothing is kept about you" in text_of(client.get("/account/"))
    assert sign_in(Client()).status_code == 400


def test_deletion_without_an_account(client):
    work(client)
    client.post("/account/delete/", {"sure": "yes"})
    assert Visitor.objects.count() == 0


def test_a_form_from_elsewhere_is_refused():
    client = Client(enforce_csrf_checks=True)
    for name in ("sign-up", "sign-in", "sign-out", "delete"):
        assert client.post(f"/account/{name}/", {"sure": "yes"}).status_code == 403
        assert client.get(f"/account/{name}/").status_code == 405


def change(client, old=PASSWORD, new="another long one", again=None):
    form = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return client.post("/account/password/", form)


def test_a_changed_password_keeps_all_and_signs_the_others_out(client):
    """PX-010: who knew the old one, or had a cookie by it, is out."""
    work(client)
    sign_up(client)
    other = Client()
    sign_in(other)
    assert "Change the password" in text_of(other.get("/account/"))
    assert change(client).url == "/account/?changed"
    assert "every other browser is signed out" in text_of(client.get("/account/?changed"))
    assert Visitor.objects.count() == 1 and Lab.objects.get().owner.account.username == NAME
    assert f'data-lab="{Lab.objects.get().id}"' in text_of(client.get(LESSON))
    assert "You need none." in text_of(other.get("/account/"))
    assert "data-lab=" not in text_of(other.get(LESSON))
    assert sign_in(Client()).status_code == 400
    assert sign_in(Client(), password="another long one").status_code == 302


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"old": "not it"}, "was entered incorrectly"),
        ({"new": "short"}, "too short"),
        ({"new": "20261121"}, "entirely numeric"),
        ({"again": "a different one"}, "match"),
    ],
)
def test_a_password_that_will_not_do(client, wrong, said):
    sign_up(client)
    response = change(client, **wrong)
    assert response.status_code == 400 and said in text_of(response)
    assert '<details class="account__password" open>' in text_of(response)
    assert sign_in(Client()).status_code == 302


def test_the_old_password_is_not_to_be_guessed_here_either(client):
    sign_up(client)
    for _ in range(TRIES):
        change(client, old="a guess")
    assert change(client).status_code == 429
    assert User.objects.get().check_password(PASSWORD)


def test_without_an_account_there_is_no_password(client):
    assert change(client).url == "/account/" and User.objects.count() == 0
    page = text_of(client.get("/account/"))
    assert "Forgotten the password?" in page and "manage.py changepassword" in page
