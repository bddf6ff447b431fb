"""A lab through its real socket: snapshot, deltas, commands, time (PX-002, PX-005, PX-010)."""

from __future__ import annotations

import asyncio

import orjson
import pytest

from k8slab.labs.consumer import the_host
from k8slab.labs.models import Command, Lab
from tests.clients import text_of

pytestmark = pytest.mark.asyncio


def pods(state):
    return [it for it in state["objects"].values() if it["kind"] == "Pod"]


async def test_a_page_gets_the_whole_state_and_then_what_changes(lab, visitor, open_page):
    """PX-002, PX-005"""
    async with open_page(lab, visitor) as page:
        assert {it["name"] for it in page.state["objects"].values() if it["kind"] == "Node"} == {
            "node-1",
            "node-2",
            "node-3",
        }
        reply = await page.ask("apply", name="web.yaml")
        assert reply["result"]["said"] == [["deployment.apps/web created\n", 1]]
        await page.ask("speed", factor=60)
        await page.until(lambda state: [it["sign"] for it in pods(state)] == ["ready"] * 3)


async def test_a_command_is_in_the_journal_before_its_reply(lab, visitor, open_page):
    """PX-014"""
    async with open_page(lab, visitor) as page:
        await page.ask("pause")
        await page.ask("apply", name="web.yaml")
        rows = await asyncio.to_thread(list, Command.objects.filter(lab=lab))
        assert [it.number for it in rows] == list(range(len(rows)))
        assert rows[-1].command["request"]["kind"] == "Deployment"
        saved = await asyncio.to_thread(Lab.objects.get, pk=lab.pk)
        assert saved.paused and saved.now_ms == rows[-1].at_ms


async def test_time_stands_while_paused_and_follows_the_speed(lab, visitor, open_page):
    """PX-005"""
    async with open_page(lab, visitor) as page:
        await page.ask("pause")
        paused_ms = page.state["clock"]["now_ms"]
        await page.run("kubectl get nodes")
        assert page.state["clock"]["now_ms"] == paused_ms
        await page.ask("speed", factor=60)
        await page.ask("play")
        await page.until(lambda state: state["clock"]["now_ms"] > paused_ms + 10_000)


async def test_a_node_without_power_is_seen_while_time_stands(lab, visitor, open_page):
    """Nothing of a crash is in the store before its heartbeats are missed."""
    async with open_page(lab, visitor) as page:
        await page.ask("pause")
        for fault, up in (("node-crash", False), ("node-recover", True)):
            await page.ask("inject", fault=fault, arguments={"node": "node-2"})
            await page.until(lambda state, up=up: state["objects"]["Node//node-2"]["up"] is up)
            assert page.state["objects"]["Node//node-2"]["ready"] == "True"


async def test_step_runs_one_reconcile_and_says_which(lab, visitor, open_page):
    """PX-005"""
    async with open_page(lab, visitor) as page:
        await page.ask("pause")
        await page.ask("apply", name="web.yaml")
        steps = [(await page.ask("step"))["result"] for _ in range(8)]
        assert ("deployment", "Deployment/default/web") in [
            (step["actor"], step["key"]) for step in steps
        ]
        assert all(step["did"] for step in steps)


async def test_settle_runs_until_quiet(lab, visitor, open_page):
    async with open_page(lab, visitor) as page:
        await page.ask("pause")
        await page.ask("apply", name="web.yaml")
        assert (await page.ask("settle"))["result"]["quiet"]
        assert [it["sign"] for it in pods(page.state)] == ["ready"] * 3


async def test_a_lab_reaches_the_moment_that_is_asked_for(lab, visitor, open_page):
    """Two labs are so brought to the same millisecond; what has passed is reached."""
    async with open_page(lab, visitor) as page:
        await page.ask("pause")
        now_ms = (await page.ask("reach", at_ms=0))["result"]["now_ms"]
        reached = await page.ask("reach", at_ms=now_ms + 12_345)
        assert reached["result"]["now_ms"] == now_ms + 12_345


async def test_the_past_is_shown_and_can_not_be_changed(lab, visitor, open_page):
    async with open_page(lab, visitor) as page:
        await page.ask("pause")
        await page.ask("apply", name="web.yaml")
        await page.ask("settle")
        await page.ask("view", at_ms=0)
        await page.until(lambda state: state["clock"]["viewing_ms"] == 0 and not pods(state))
        assert "No resources found" in (await page.run("kubectl get pods"))["stderr"]
        refused = await page.ask("line", line="kubectl delete deployment web")
        assert not refused["ok"], refused
        assert "viewing the past" in refused["error"]
        await page.ask("view", at_ms=None)
        await page.until(lambda state: len(pods(state)) == 3)


async def test_a_fork_goes_on_alone_and_a_reset_starts_over(lab, visitor, open_page):
    async with open_page(lab, visitor) as page:
        await page.ask("pause")
        await page.ask("apply", name="web.yaml")
        await page.ask("settle")
        twin_id = (await page.ask("fork"))["result"]["lab"]
        await page.ask("reset")
        await page.until(lambda state: not pods(state) and state["clock"]["now_ms"] < 60_000)
        twin = await asyncio.to_thread(Lab.objects.get, pk=twin_id)
        async with open_page(twin, visitor) as other:
            assert len(pods(other.state)) == 3


async def test_what_a_page_has_been_told_is_the_state_after_any_disconnects(
    lab, visitor, open_page
):
    """PX-002, CP-011: no update is lost or doubled; the client's state is the server's."""
    async with open_page(lab, visitor) as steady:
        await steady.ask("speed", factor=20)
        await steady.ask("apply", name="web.yaml")
        for replicas in (5, 2, 6):
            async with open_page(lab, visitor) as page:
                await page.run(f"kubectl scale deployment web --replicas={replicas}")
                for _ in range(replicas):
                    await page.take()
        await steady.ask("pause")
        live = the_host().labs[lab.id]
        while steady.seq < live.seq:
            await steady.take()
        assert canonical(steady.state) == canonical(live.picture.state)


async def test_a_gap_is_mended_by_a_snapshot(lab, visitor, open_page):
    async with open_page(lab, visitor) as page:
        await page.ask("pause")
        await page.socket.send('{"do": "resync"}')
        assert (await page.take())["type"] == "snapshot"


async def test_a_lab_that_nobody_watches_stands_still_and_can_be_parked(lab, visitor, open_page):
    """PX-013"""
    host = the_host()
    async with open_page(lab, visitor) as page:
        await page.ask("apply", name="web.yaml")
        await page.ask("settle")
        await page.ask("pause")
        shown = canonical(page.state["objects"])
        live = host.labs[lab.id]
    while live.watchers:
        await asyncio.sleep(0)
    await host.park(live)
    assert lab.id not in host.labs
    async with open_page(lab, visitor) as page:
        assert canonical(page.state["objects"]) == shown


def canonical(value):
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


async def test_a_line_that_waits_lets_time_go_on_and_says_what_it_sees(lab, visitor, open_page):
    """PX-005: kubectl rollout status plays at the lab's speed, and other commands get through."""
    async with open_page(lab, visitor) as page:
        await page.ask("speed", factor=4)
        await page.ask("apply", name="web.yaml")
        out = await page.run("kubectl rollout status deployment/web")
        assert len(page.said.splitlines()) > 2
        assert page.said.startswith("Waiting for deployment")
        assert out["stdout"].endswith('deployment "web" successfully rolled out\n')


async def test_ctrl_c_ends_a_line_and_pause_holds_it(lab, visitor, open_page):
    async with open_page(lab, visitor) as page:
        await page.ask("pause")
        line = "watch kubectl get nodes"
        await page.socket.send(orjson.dumps({"id": 900, "do": "line", "line": line}).decode())
        while "time is paused" not in page.said:
            frame = await page.take()
            assert frame["type"] != "reply", frame
            page.said += text_of(frame.get("said", ()))
        refused = await page.ask("line", line="kubectl get pods")
        assert "Another command is still running" in refused["error"]
        await page.socket.send(orjson.dumps({"id": 901, "do": "interrupt"}).decode())
        assert (await page.answer(900))["result"]["exit_code"] == 130
        assert (await page.run("kubectl get nodes"))["exit_code"] == 0


async def test_what_a_waiting_line_has_done_is_saved_before_it_is_seen(lab, visitor, open_page):
    """PX-014"""
    async with open_page(lab, visitor) as page:
        await page.ask("apply", name="web.yaml")
        await page.ask("settle")
        await page.ask("pause")
        line = "kubectl delete deployment web --cascade=foreground"
        await page.socket.send(orjson.dumps({"id": 900, "do": "line", "line": line}).decode())
        while "time is paused" not in page.said:
            frame = await page.take()
            assert frame["type"] != "reply", frame
            page.said += text_of(frame.get("said", ()))
        rows = await asyncio.to_thread(list, Command.objects.filter(lab=lab))
        assert rows[-1].command["request"]["verb"] == "delete"
        await page.ask("speed", factor=60)
        await page.ask("play")
        assert (await page.answer(900))["result"]["exit_code"] == 0


async def test_a_load_that_has_just_begun_has_no_seconds_yet(lab, visitor, open_page):
    """The picture is drawn before the load's first moment."""
    async with open_page(lab, visitor) as page:
        await page.ask("pause")
        await page.ask("reach", at_ms=page.state["clock"]["now_ms"] + 5_000)
        assert (await page.ask("load", name="c", url="http://web/", rps=9))["ok"]
        await page.until(lambda state: "c" in state["traffic"])
        assert page.state["traffic"]["c"]["series"] == {} and not page.state["clock"]["error"]
        await page.ask("reach", at_ms=page.state["clock"]["now_ms"] + 5_000)
        await page.until(lambda state: len(state["traffic"]["c"]["series"]) >= 4)


@pytest.mark.asyncio
async def test_the_review_of_a_file_says_what_an_apply_is_refused_for(lab, visitor, open_page):
    """kubectl diff only warns of a field that is none."""
    async with open_page(lab, visitor) as page:
        text = lab.files["web.yaml"].replace("replicas:", "replcas:")
        await page.ask("file", name="web.yaml", text=text)
        (told,) = (await page.ask("diff", name="web.yaml"))["result"]["errors"]
        line = text[: text.index("replcas")].count("\n") + 1
        assert told == {"line": line, "column": None, "message": 'unknown field "spec.replcas"'}
        reply = await page.run("kubectl apply -f web.yaml")
        assert reply["exit_code"] == 1 and told["message"] in reply["stderr"]
