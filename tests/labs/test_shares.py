"""Shared moments: whoever has the link looks, nobody acts, and each has a playhead of their own."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest
from django.db import IntegrityError
from django.test import Client
from websockets.exceptions import ConnectionClosed, InvalidStatus

from k8slab.accounts.models import Visitor
from k8slab.engine import Cluster
from k8slab.labs import archive, quotas
from k8slab.labs.commands import COMMANDS, MAY
from k8slab.labs.models import Lab
from k8slab.labs.shares import share

from .conftest import Page

in_thread = asyncio.to_thread
socket_test = pytest.mark.asyncio


@pytest.fixture
def look(open_socket):
    """Opens a share's socket as somebody without a cookie does."""

    @asynccontextmanager
    async def look_(token, visitor=None):
        async with open_socket(token, visitor) as socket:
            page = Page(socket)
            await page.until(lambda state: True)
            yield page

    return look_


def token_of(reply):
    assert reply["ok"], reply
    return reply["result"]["path"].split("/")[2]


@socket_test
async def test_the_moment_that_is_shown_is_shared_and_stands_still(lab, visitor, open_page, look):
    async with open_page(lab, visitor) as page:
        await page.ask("apply", name="web.yaml")
        await page.ask("reach", at_ms=60_000)
        await page.run("kubectl scale deployment web --replicas=5")
        await page.ask("reach", at_ms=120_000)
        await page.ask("view", at_ms=30_000)
        past = token_of(await page.ask("share"))
        await page.ask("view", at_ms=None)
        now = token_of(await page.ask("share"))
    async with look(past) as then, look(now) as later:
        assert then.state["clock"]["now_ms"] == 30_000 and then.state["clock"]["paused"]
        assert then.state["objects"]["Deployment/default/web"]["desired"] == 3
        assert later.state["clock"]["now_ms"] >= 120_000
        assert later.state["objects"]["Deployment/default/web"]["desired"] == 5


@socket_test
async def test_each_who_looks_has_a_playhead_of_their_own_and_only_back(
    lab, visitor, open_page, look
):
    async with open_page(lab, visitor) as page:
        await page.ask("reach", at_ms=60_000)
        await page.ask("pause")
        token = token_of(await page.ask("share"))
    async with look(token) as one, look(token) as other:
        end_ms = one.state["clock"]["now_ms"]
        assert (await one.ask("view", at_ms=20_000))["ok"]
        await one.until(lambda state: state["clock"]["viewing_ms"] == 20_000)
        assert not (await other.ask("view", at_ms=end_ms + 1))["ok"]
        assert other.state["clock"]["viewing_ms"] is None


@socket_test
async def test_who_looks_can_change_nothing(lab, visitor, open_page, look):
    async with open_page(lab, visitor) as page:
        token = token_of(await page.ask("share"))
    async with look(token) as page:
        for name in set(COMMANDS) - MAY["look"]:
            reply = await page.ask(name, line="kubectl get pods", name="web.yaml", text="a")
            assert not reply["ok"] and "make it yours" in reply["error"], name
        shown = await page.ask("show", what="yaml", key="Node//node-1")
        assert "name: node-1" in shown["result"]["text"]
    kept = await Lab.objects.aget(pk=token)
    assert (kept.owner_id, kept.paused, kept.files) == (None, True, lab.files)


@socket_test
async def test_nothing_that_goes_out_tells_whose_it_is(lab, visitor, open_page, look):
    async with open_page(lab, visitor) as page:
        token = token_of(await page.ask("share"))
    async with look(token) as page:
        said = str(page.state) + str(await page.ask("inside", view="store", of=""))
    html = (await in_thread(Client().get, f"/shared/{token}/")).content.decode()
    for text in (said, html):
        assert visitor.id not in text and lab.id not in text


@socket_test
async def test_a_share_that_is_withdrawn_ends(lab, visitor, open_page, open_socket, look):
    async with open_page(lab, visitor) as page:
        token = token_of(await page.ask("share"))
    async with look(token) as page:
        await Lab.objects.filter(pk=token).adelete()
        with pytest.raises(ConnectionClosed):
            await page.ask("view", at_ms=0)
    with pytest.raises(InvalidStatus) as refused:
        await open_socket(token, visitor)
    assert refused.value.response.status_code == 404


@socket_test
async def test_the_lab_itself_stays_its_owners(lab, visitor, stranger, open_page, open_socket):
    async with open_page(lab, visitor) as page:
        await page.ask("share")
    for other in (stranger, None):
        with pytest.raises(InvalidStatus) as refused:
            await open_socket(lab.id, other)
        assert refused.value.response.status_code == 404


@socket_test
async def test_a_crowd_may_look_and_then_no_more(lab, visitor, monkeypatch, open_socket, look):
    monkeypatch.setattr(quotas, "SOCKETS_A_SHARE", 6)
    kept = await in_thread(share, visitor, Cluster(nodes=1), lesson="", files={})
    crowd = [await open_socket(kept.id, None) for _ in range(6)]
    with pytest.raises(InvalidStatus) as refused:
        await open_socket(kept.id, None)
    assert refused.value.response.status_code == 429
    for socket in crowd:
        await socket.close()


@pytest.mark.django_db
def test_a_visitor_shares_so_many_and_no_more(visitor):
    cluster = Cluster(nodes=1)
    for _ in range(quotas.SHARES_A_VISITOR):
        share(visitor, cluster, lesson="", files={})
    with pytest.raises(quotas.QuotaExceeded, match="withdraw one first"):
        share(visitor, cluster, lesson="", files={})
    assert visitor.labs.count() == 0, "a share takes no place among the labs"


@pytest.mark.django_db
def test_shares_go_with_who_shared_them(visitor):
    share(visitor, Cluster(nodes=1), lesson="", files={})
    visitor.delete()
    assert not Lab.objects.exists()


@pytest.mark.django_db
def test_a_lab_is_owned_or_shared_and_never_both(visitor):
    for whose in ({}, {"owner": visitor, "shared_by": visitor}):
        with pytest.raises(IntegrityError):
            archive.record(Cluster(nodes=1), files={}, **whose)
    assert Visitor.objects.filter(pk=visitor.pk).exists()
