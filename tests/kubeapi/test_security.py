"""Who gets in by the API, and who does not: a real server, requests as any client makes them."""

# ruff: noqa: F811  (fixtures)
from __future__ import annotations

import asyncio
import json
import logging
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.test import Client
from django.utils import timezone
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from k8slab.accounts.models import Visitor
from k8slab.engine import Cluster
from k8slab.kubeapi import access, presence
from k8slab.kubeapi.models import AccessKey
from k8slab.labs import quotas
from k8slab.labs.archive import create_lab
from k8slab.labs.models import Lab
from k8slab.labs.redact import Redact
from tests.bounds import PATIENCE_S
from tests.labs.conftest import cookie, lab, server, stranger, visitor  # noqa: F401

PODS = "/api/v1/pods"
JSON = {"Content-Type": "application/json"}
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "p"},
    "spec": {"containers": [{"name": "c", "image": "busybox:1.36", "command": ["sleep", "9999"]}]},
}
CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"


class Reply(NamedTuple):
    code: int
    headers: Any
    body: bytes

    @property
    def said(self) -> Any:
        return json.loads(self.body)


def _ask(url: str, body: Any, headers: dict[str, str]) -> Reply:
    data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    try:
        with urlopen(Request(url, data, headers), timeout=PATIENCE_S) as answer:
            return Reply(answer.status, answer.headers, answer.read())
    except HTTPError as error:
        with error:
            return Reply(error.code, error.headers, error.read())


@pytest.fixture
def ask(server):
    """``await ask(key, path, body=, headers=)``: one request; a body makes it a POST."""

    async def ask_(key: str, path: str, body: Any = None, **headers: str) -> Reply:
        headers = {"Content-Type": "application/json", **headers}
        return await asyncio.to_thread(_ask, f"http://{server}/k/{key}{path}", body, headers)

    return ask_


async def issue(lab: Lab) -> str:
    return await asyncio.to_thread(access.issue, lab)


def a_map(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}


@pytest.mark.asyncio
async def test_a_key_opens_its_own_lab_alone(ask, lab, stranger):
    other = await asyncio.to_thread(create_lab, stranger, Cluster(nodes=2, seed=8))
    mine, theirs = await issue(lab), await issue(other)
    assert (await ask(mine, CONFIG_MAPS, a_map("mine"))).code == 201
    assert (await ask(mine, f"{CONFIG_MAPS}/mine")).code == 200
    assert (await ask(theirs, f"{CONFIG_MAPS}/mine")).code == 404
    assert len((await ask(theirs, "/api/v1/nodes")).said["items"]) == 2


@pytest.mark.asyncio
@pytest.mark.parametrize("key", ["", "x", "x" * 43, "..", "%00%ff", "x" * 20_000, "'; drop--"])
async def test_junk_is_unauthorized_and_says_no_more(ask, key):
    reply = await ask(key.replace(" ", "+"), PODS)
    assert reply.code == 401 and reply.said["message"] == "Unauthorized"


@pytest.mark.asyncio
async def test_a_key_ends_when_it_expires_or_is_revoked(ask, lab):
    old, new = await issue(lab), await issue(lab)
    assert (await ask(old, PODS)).code == 200
    past = timezone.now() - timedelta(seconds=1)
    oldest = AccessKey.objects.order_by("pk")[:1].values("pk")
    await asyncio.to_thread(AccessKey.objects.filter(pk__in=oldest).update, expires=past)
    assert (await ask(old, PODS)).code == 401
    assert (await ask(new, PODS)).code == 200
    await asyncio.to_thread(access.revoke, lab)
    assert (await ask(new, PODS)).code == 401


@pytest.mark.asyncio
async def test_streams_end_when_the_last_key_is_revoked(server, lab, monkeypatch):
    """A watch and a shell go on no longer than a few seconds after it."""
    monkeypatch.setattr(presence, "LOOK_AT_KEYS_S", 0.1)
    url = f"http://{server}/k/{await issue(lab)}"
    await asyncio.to_thread(_ask, f"{url}/api/v1/namespaces/default/pods", POD, JSON)
    watching = asyncio.create_task(asyncio.to_thread(_ask, f"{url}{PODS}?watch=1", None, {}))
    shell = f"{url}/api/v1/namespaces/default/pods/p/exec?command=sh&stdin=1&stdout=1&tty=1"
    while (await asyncio.to_thread(_ask, f"{url}{PODS}", None, {})).said["items"][0]["status"][
        "phase"
    ] != "Running":
        await asyncio.sleep(0.1)
    async with connect(shell.replace("http", "ws", 1), subprotocols=["v5.channel.k8s.io"]) as open_:
        assert await asyncio.wait_for(open_.recv(), PATIENCE_S) == b"\x01/ # "
        await asyncio.to_thread(access.revoke, lab)
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(open_.recv(), PATIENCE_S)
    assert (await asyncio.wait_for(watching, PATIENCE_S)).code == 200


@pytest.mark.asyncio
async def test_a_sixth_key_ends_the_first(ask, lab):
    keys = [await issue(lab) for _ in range(access.KEYS_A_LAB + 1)]
    codes = [(await ask(key, PODS)).code for key in keys]
    assert codes == [401] + [200] * access.KEYS_A_LAB


@pytest.mark.asyncio
async def test_the_lab_of_a_deleted_visitor_is_closed(ask, lab, visitor):
    key = await issue(lab)
    assert (await ask(key, PODS)).code == 200
    await asyncio.to_thread(visitor.delete)
    assert (await ask(key, PODS)).code == 401


@pytest.mark.asyncio
async def test_a_cookie_is_neither_needed_nor_honoured(ask, lab, visitor, cookie):
    own = {"Cookie": await asyncio.to_thread(cookie, visitor)}
    assert (await ask("x" * 43, PODS, **own)).code == 401
    reply = await ask(await issue(lab), PODS, **own)
    assert reply.code == 200 and "Set-Cookie" not in reply.headers


@pytest.mark.asyncio
async def test_nothing_of_a_key_is_kept(lab):
    key = await issue(lab)
    rows = await asyncio.to_thread(lambda: list(AccessKey.objects.values_list()))
    assert len(rows) == 1 and key not in str(rows)
    assert len(key) == 43  # 256 bits


@pytest.mark.asyncio
async def test_a_body_too_large_is_refused(ask, lab):
    key = await issue(lab)
    reply = await ask(key, CONFIG_MAPS, b" " * (4 << 20))
    assert reply.code == 413 and reply.said["reason"] == "RequestEntityTooLarge"


@pytest.mark.asyncio
async def test_who_asks_too_often_is_told_when_to_come_again(ask, lab, monkeypatch):
    monkeypatch.setattr(access, "BURST", 3.0)
    monkeypatch.setattr(access, "RATE", 0.001)
    one, two = await issue(lab), await issue(lab)
    codes = [(await ask(key, PODS)).code for key in (one, two, one)]
    reply = await ask(two, PODS)
    assert codes == [200] * 3 and reply.code == 429
    assert int(reply.headers["Retry-After"]) >= 1
    assert (await ask("x" * 43, PODS)).code == 401, "others are not slowed down"


@pytest.mark.asyncio
async def test_a_lab_takes_so_many_commands_and_can_still_be_read(ask, lab, monkeypatch):
    key = await issue(lab)
    monkeypatch.setattr(quotas, "COMMANDS_A_LAB", 2)
    codes = [(await ask(key, CONFIG_MAPS, a_map(f"m{it}"))).code for it in range(3)]
    assert codes == [201, 201, 403]
    assert (await ask(key, CONFIG_MAPS)).code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["kubectl/", "kubectl/revoke/"])
def test_only_the_owner_makes_and_revokes_keys(path):
    owner, other = Visitor.objects.create(), Visitor.objects.create()
    lab = create_lab(owner, Cluster(nodes=1, seed=1))
    access.issue(lab)
    for who in (other, None):
        assert _client(who).post(f"/labs/{lab.id}/{path}").status_code == 404
    assert AccessKey.objects.count() == 1
    assert _client(owner, csrf=True).post(f"/labs/{lab.id}/{path}").status_code == 403
    answer = _client(owner).post(f"/labs/{lab.id}/{path}")
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    assert AccessKey.objects.count() == (0 if "revoke" in path else 2)
    assert _client(owner).get(f"/labs/{lab.id}/{path}").status_code == (
        405 if "revoke" in path else 200
    )


def _client(who: Visitor | None, csrf: bool = False) -> Client:
    client = Client(enforce_csrf_checks=csrf)
    if who:
        name, _, value = cookie.__wrapped__()(who).partition("=")
        client.cookies[name] = value
    return client


def test_the_access_log_shows_no_key(caplog):
    """The record that uvicorn writes for each request, through the filter that settings give it."""
    key = "K" * 43
    form = '%s - "%s %s HTTP/%s" %d'
    what = ("127.0.0.1:1", "GET", f"/k/{key}/api/v1/pods?watch=1", "1.1", 200)
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 0, form, what, None)
    assert Redact().filter(record)
    assert key[3:] not in record.getMessage() and "/api/v1/pods" in record.getMessage()
