"""Two visitors can't see or touch each other's lab, by any id, over HTTP or websocket (PX-011)."""

from __future__ import annotations

import asyncio

import pytest
from django.conf import settings
from django.test import Client
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError, InvalidStatus

from k8slab.labs.models import new_lab_id
from tests.bounds import PATIENCE_S

ORIGIN = settings.ORIGINS[0]


@pytest.fixture
def get(cookie):
    def get_(path, visitor):
        client = Client()
        if visitor:
            name, _, value = cookie(visitor).partition("=")
            client.cookies[name] = value
        return client.get(path)

    return get_


@pytest.mark.parametrize("who", ["stranger", "nobody"])
@pytest.mark.parametrize("which", ["theirs", "none"])
def test_over_http_another_visitors_lab_is_as_absent_as_no_lab(get, lab, stranger, who, which):
    """PX-011"""
    lab_id = lab.id if which == "theirs" else new_lab_id()
    answer = get(f"/labs/{lab_id}/", stranger if who == "stranger" else None)
    assert answer.status_code == 404
    assert lab.id.encode() not in answer.content


def test_over_http_the_owner_is_led_to_the_lesson(get, lab, visitor):
    lab.lesson = "rollout-500s"
    lab.save()
    answer = get(f"/labs/{lab.id}/", visitor)
    assert answer.status_code == 302 and lab.id in answer["Location"]


@pytest.mark.asyncio
@pytest.mark.parametrize("who", ["stranger", "nobody"])
@pytest.mark.parametrize("which", ["theirs", "none"])
async def test_over_the_socket_too(lab, stranger, open_socket, who, which):
    """PX-011"""
    lab_id = lab.id if which == "theirs" else new_lab_id()
    with pytest.raises(InvalidStatus) as refused:
        async with open_socket(lab_id, stranger if who == "stranger" else None):
            pass
    assert refused.value.response.status_code == 404


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "origin",
    [None, "https://evil.example", ORIGIN.replace("http:", "https:"), ORIGIN.replace("8000", "1")],
)
async def test_a_page_from_elsewhere_gets_no_socket(lab, visitor, open_socket, origin):
    with pytest.raises(InvalidStatus) as refused:
        async with open_socket(lab.id, visitor, origin):
            pass
    assert refused.value.response.status_code == 403


@pytest.mark.asyncio
async def test_a_forged_cookie_is_nobody(cookie, lab, visitor, server):
    forged = cookie(visitor)[:-1] + "!"
    with pytest.raises(InvalidStatus) as refused:
        async with connect(
            f"ws://{server}/ws/labs/{lab.id}/",
            origin=ORIGIN,
            additional_headers={"Cookie": forged},
        ):
            pass
    assert refused.value.response.status_code == 404


@pytest.mark.asyncio
async def test_the_sixth_socket_of_a_visitor_is_refused(lab, visitor, open_socket):
    async with (
        open_socket(lab.id, visitor),
        open_socket(lab.id, visitor),
        open_socket(lab.id, visitor),
        open_socket(lab.id, visitor),
        open_socket(lab.id, visitor),
    ):
        with pytest.raises(InvalidStatus) as refused:
            async with open_socket(lab.id, visitor):
                pass
    assert refused.value.response.status_code == 429


@pytest.mark.asyncio
async def test_a_deleted_visitors_socket_ends(lab, visitor, open_socket):
    async with open_socket(lab.id, visitor) as socket:
        await socket.recv()
        await asyncio.to_thread(visitor.delete)
        with pytest.raises(ConnectionClosedError):
            async with asyncio.timeout(PATIENCE_S):
                async for _ in socket:
                    pass
        assert socket.close_code == 1008
