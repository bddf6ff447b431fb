"""Hostile input through the socket: a clear error within a second, while another lab moves on."""

from __future__ import annotations

import asyncio

import pytest
from websockets.exceptions import ConnectionClosed

from k8slab.engine import Cluster
from k8slab.labs.archive import create_lab
from k8slab.labs.quotas import FILES_A_LAB
from tests.bounds import PATIENCE_S, little_work
from tests.clients import text_of

pytestmark = pytest.mark.asyncio

ALIASES = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 9)
)
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: %s
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: nginx}]}
"""
HOSTILE = {
    "alias bomb": ALIASES,
    "deep nesting": "a: " + "[" * 20_000 + "]" * 20_000,
    "tabs": "apiVersion: v1\n\tkind: Pod\n",
    "NUL": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a\x00}\n",
    "python object": "!!python/object/apply:os.system ['true']\n",
    "a replica count that is no number": MANIFEST % "lots",
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_manifest_gets_an_error_at_once(lab, visitor, stranger, open_page, name):
    """PX-004, PX-011"""
    other = await asyncio.to_thread(create_lab, stranger, Cluster(nodes=1, seed=1))
    async with open_page(lab, visitor) as page, open_page(other, stranger) as bystander:
        began_ms = bystander.state["clock"]["now_ms"]
        with little_work():
            saved = await page.ask("file", name="evil.yaml", text=HOSTILE[name])
            reply = await page.ask("apply", name="evil.yaml") if saved["ok"] else saved
        text = text_of(reply["result"]["said"], 2) if reply["ok"] else reply["error"]
        assert text.strip(), reply
        assert not reply["ok"] or reply["result"]["exit_code"] == 1
        await bystander.until(lambda state: state["clock"]["now_ms"] > began_ms + 300)


async def test_a_million_replicas_leave_other_labs_moving(lab, visitor, stranger, open_page):
    """PX-011, PX-013"""
    other = await asyncio.to_thread(create_lab, stranger, Cluster(nodes=1, seed=1))
    async with open_page(lab, visitor) as page, open_page(other, stranger) as bystander:
        await page.ask("file", name="web.yaml", text=MANIFEST % 1_000_000)
        await page.ask("speed", factor=60)
        with little_work():
            assert (await page.ask("apply", name="web.yaml"))["ok"]
        began_ms = bystander.state["clock"]["now_ms"]
        await bystander.until(lambda state: state["clock"]["now_ms"] > began_ms + 2_000)


async def test_a_million_replicas_stop_at_the_limit_and_say_so(visitor, open_page):
    cluster = Cluster(nodes=3, seed=7, settings={"pods_max": 20})
    lab = await asyncio.to_thread(create_lab, visitor, cluster)
    async with open_page(lab, visitor) as page:
        await page.ask("file", name="web.yaml", text=MANIFEST % 1_000_000)
        await page.ask("apply", name="web.yaml")
        await page.until(
            lambda state: any(it["reason"] == "FailedCreate" for it in state["events"].values())
        )
        assert len([it for it in page.state["objects"].values() if it["kind"] == "Pod"]) == 20


async def test_a_frame_of_ten_megabytes_ends_the_socket_with_1009(lab, visitor, open_socket):
    async with open_socket(lab.id, visitor) as socket:
        with pytest.raises(ConnectionClosed):
            await socket.send("x" * 10_000_000)
            async for _ in socket:
                pass
            raise ConnectionClosed(None, None)
        await socket.wait_closed()
        assert socket.close_code == 1009


async def test_a_flood_of_messages_ends_the_socket_with_1008(lab, visitor, open_socket):
    async with open_socket(lab.id, visitor) as socket:
        with pytest.raises(ConnectionClosed):
            for _ in range(2_000):
                await socket.send('{"do": "resync"}')
            async for _ in socket:
                pass
            raise ConnectionClosed(None, None)
        await socket.wait_closed()
        assert socket.close_code == 1008


@pytest.mark.parametrize("message", ["", "[]", "nonsense", '{"do": 7}', '{"do": "no-such"}'])
async def test_what_is_no_command_is_answered_plainly(lab, visitor, open_socket, message):
    async with open_socket(lab.id, visitor) as socket:
        await socket.send(message)
        async with asyncio.timeout(PATIENCE_S):
            while '"reply"' not in (text := await socket.recv()):
                pass
        assert '"ok":false' in text


async def test_files_of_an_editor_are_counted(lab, visitor, open_page):
    async with open_page(lab, visitor) as page:
        for number in range(FILES_A_LAB - 1):
            assert (await page.ask("file", name=f"{number}.yaml", text=""))["ok"]
        refused = await page.ask("file", name="more.yaml", text="")
        assert "50 files already" in refused["error"]
        assert (await page.ask("file", name="0.yaml", text="a: 1"))["ok"]
