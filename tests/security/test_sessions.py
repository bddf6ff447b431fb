"""Who one is: planted cookies, passwords that are tried, sockets of those who are gone.

Numbers: docs/security.md.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from websockets.exceptions import ConnectionClosed, InvalidStatus

from k8slab.accounts import views
from k8slab.accounts.data import renew
from k8slab.accounts.guesses import TRIES, Guesses
from k8slab.accounts.models import Visitor
from k8slab.engine import Cluster
from k8slab.labs.archive import create_lab
from k8slab.workshops.joining import new_code
from k8slab.workshops.models import Room, Seat
from tests.bounds import PATIENCE_S
from tests.workshops.conftest import enter  # noqa: F401  (fixture)

NAME, PASSWORD = "ada", "a long enough one"
LESSON = "/lessons/why-orchestration/"


@pytest.fixture(autouse=True)
def quick(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(views, "guesses", Guesses())


def sign_up(client: Client) -> Any:
    form = {"username": NAME, "password1": PASSWORD, "password2": PASSWORD}
    return client.post("/account/sign-up/", form)


def sign_in(client: Client, name: str = NAME, password: str = PASSWORD, **more: str) -> Any:
    form = {"username": name, "password": password}
    return client.post("/account/sign-in/", form, headers=more)


def planted() -> tuple[Client, Client]:
    """A visitor's browser with a cookie that an attacker has too: the attacker's, the victim's."""
    attacker, victim = Client(), Client()
    attacker.post(f"{LESSON}start/")
    victim.cookies["k8slab"] = attacker.cookies["k8slab"].value
    return attacker, victim


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["sign up", "sign in"])
def test_a_planted_cookie_does_not_come_along(how: str) -> None:
    """42"""
    attacker, victim = planted()
    if how == "sign in":
        sign_up(Client())
        sign_in(victim)
    else:
        sign_up(victim)
    assert NAME in victim.get("/account/").content.decode()
    assert "data-lab=" in victim.get(LESSON).content.decode(), "what was done comes along"
    assert NAME not in attacker.get("/account/").content.decode()
    assert "data-lab=" not in attacker.get(LESSON).content.decode()


@pytest.mark.django_db
def test_a_wrong_name_and_a_wrong_password_are_told_alike() -> None:
    """44: word for word, and slowed down, whatever X-Forwarded-For says."""
    sign_up(Client())
    unknown = sign_in(Client(), name="nobody", password="wrong").content.decode()
    wrong = sign_in(Client(), password="wrong").content.decode()
    said = "Please enter a correct username and password"
    assert unknown.count(said) == wrong.count(said) == 1
    guesser = Client()
    for number in range(TRIES):
        sign_in(guesser, password="wrong", **{"X-Forwarded-For": f"10.0.0.{number}"})
    assert sign_in(Client(), **{"X-Forwarded-For": "10.9.9.9"}).status_code == 429


@pytest.mark.django_db
@pytest.mark.parametrize("to", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_nothing_leads_away_from_the_site(to: str) -> None:
    """51: the one form that goes where it is told to, the language's; the others take no `next`."""
    answer = Client().post("/language/", {"language": "ru", "next": to})
    assert answer.status_code == 302 and "evil" not in answer["Location"]
    sign_up(Client())
    for name in ("sign-in", "sign-out"):
        answer = Client().post(
            f"/account/{name}/?next={to}", {"username": NAME, "password": PASSWORD, "next": to}
        )
        assert answer.status_code == 302 and answer["Location"] == "/account/"


async def ended(socket: Any) -> int:
    """The code with which the server ends a socket, within five seconds."""
    async with asyncio.timeout(PATIENCE_S):
        try:
            while True:
                await socket.recv()
        except ConnectionClosed:
            return int(socket.close_code)


@pytest.mark.asyncio
async def test_sockets_end_with_the_session(lab: Any, visitor: Visitor, open_socket: Any) -> None:
    """41: a new password gives the visitor another id; the sockets by the old one end."""
    async with open_socket(lab.id, visitor) as socket:
        renewed = await asyncio.to_thread(renew, visitor)
        assert await ended(socket) == 1012
    with pytest.raises(InvalidStatus, match="404"):
        async with open_socket(lab.id, Visitor(id=visitor.id)):
            pass
    async with open_socket(lab.id, renewed) as socket:
        await socket.recv()


def _room(instructor: Visitor) -> Room:
    room = Room.objects.create(instructor=instructor, title="R", code=new_code(), lessons=["x"])
    lab = create_lab(instructor, Cluster(nodes=1))
    Seat.objects.create(room=room, visitor=instructor, nickname="Ada", lab=lab)
    return room


@pytest.mark.asyncio
async def test_a_rooms_sockets_end_too_and_are_counted(visitor: Visitor, enter: Any) -> None:  # noqa: F811
    """41, 47"""
    room = await asyncio.to_thread(_room, visitor)
    async with (
        enter(room, visitor) as one,
        enter(room, visitor),
        enter(room, visitor),
        enter(room, visitor),
        enter(room, visitor, console=True) as console,
    ):
        with pytest.raises(InvalidStatus, match="429"):
            async with enter(room, visitor):
                pass
        await sync_to_async(renew)(visitor)
        assert await ended(one.socket) == 1012
        assert await ended(console.socket) == 1012
