"""A shell in a container over the lab's real socket."""

from __future__ import annotations

import asyncio

import orjson
import pytest

from k8slab.labs.models import Command
from tests.clients import text_of

pytestmark = pytest.mark.asyncio


async def test_a_reply_carries_the_prompt_of_the_shell_that_is_open(lab, visitor, open_page):
    """KC-026, KC-080: writes within are in the journal; a kubectl line goes past the shell."""
    async with open_page(lab, visitor) as page:
        await page.ask("apply", name="web.yaml")
        await page.ask("settle")
        await page.ask("pause")
        assert (await page.run("kubectl get pods"))["prompt"] == ""
        opened = await page.run("kubectl exec -it deploy/web -- sh")
        assert opened["prompt"].endswith("# ") and opened["exit_code"] == 0
        assert (await page.run("cd /etc; X=inside"))["exit_code"] == 0
        said = await page.run("echo $X > /note; cat /note; pwd")
        assert said["stdout"] == "inside\n/etc\n"
        rows = await asyncio.to_thread(list, Command.objects.filter(lab=lab))
        assert rows[-1].command["path"] == "/note"
        kept = await page.run("kubectl get deployment web -o name")
        assert kept["stdout"] == "deployment.apps/web\n"
        assert kept["prompt"] == said["prompt"] == opened["prompt"]
        assert (await page.run("exit"))["prompt"] == ""


async def test_ctrl_c_ends_a_command_in_a_container_and_not_its_shell(lab, visitor, open_page):
    """KC-026: a loop that prints for ever is ended from outside."""
    async with open_page(lab, visitor) as page:
        await page.ask("apply", name="web.yaml")
        await page.ask("settle")
        await page.run("kubectl exec -it deploy/web -- sh")
        line = "while true; do echo tick; sleep 1; done"
        await page.ask("speed", factor=20)
        await page.ask("play")
        await page.socket.send(orjson.dumps({"id": 900, "do": "line", "line": line}).decode())
        while page.said.count("tick") < 3:
            frame = await page.take()
            assert frame["type"] != "reply", frame
            page.said += text_of(frame.get("said", ()))
        await page.socket.send(orjson.dumps({"id": 901, "do": "interrupt"}).decode())
        ended = (await page.answer(900))["result"]
        assert ended["exit_code"] == 130 and ended["prompt"]
        assert (await page.run("echo still here"))["stdout"] == "still here\n"
