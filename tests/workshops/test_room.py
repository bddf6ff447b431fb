"""A room through its real sockets: an instructor, learners, and their clusters (PX-009)."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from k8slab.accounts.models import Visitor
from k8slab.labs.models import Command
from k8slab.workshops.console import REMOVED
from k8slab.workshops.models import Seat
from k8slab.workshops.results import results_csv

pytestmark = pytest.mark.asyncio


def commands_of(seat):
    return [it.command for it in Command.objects.filter(lab=seat.lab)]


def times_of(seat, what):
    rows = Command.objects.filter(lab=seat.lab)
    return [it.at_ms for it in rows if it.command["do"] == what]


async def test_the_instructor_sees_each_learners_cluster(
    room, learners, instructor, enter, open_page
):
    """PX-009: tiles with pods and nodes, which follow what the learner does."""
    ada = learners[0]
    async with (
        enter(room, instructor, console=True) as console,
        enter(room, ada.visitor) as here,
        open_page(ada.lab, ada.visitor) as page,
    ):
        assert here.seat["nickname"] == "Ada" and "code" not in here.room
        await page.ask("apply", name="web.yaml")
        await page.ask("speed", factor=60)
        await console.until(lambda it: it.seats[str(ada.pk)].get("pods") == {"ready": 3})
        assert console.seats[str(ada.pk)]["nodes"] == [3, 3]
        assert console.seats[str(ada.pk)]["here"]
        assert not console.seats[str(learners[1].pk)]["here"]


async def test_who_reads_is_not_stuck(room, learners, instructor, enter, open_page):
    """PX-009: nothing was done, so nothing is wrong; then what falls short is told."""
    ada = learners[0]
    async with (
        enter(room, instructor, console=True) as console,
        enter(room, ada.visitor),
        open_page(ada.lab, ada.visitor) as page,
    ):
        await console.until(lambda it: it.seats[str(ada.pk)].get("tasks"))
        assert console.seats[str(ada.pk)]["wrong"] == ""
        await page.ask("apply", name="web.yaml")
        await console.until(lambda it: it.seats[str(ada.pk)]["wrong"])
        assert console.seats[str(ada.pk)]["stuck"]


async def test_freeze_holds_everyones_time(room, learners, instructor, enter, open_page):
    """PX-009: a frozen room's clusters stand; who wants to play is told why; resume goes on."""
    ada = learners[0]
    async with (
        enter(room, instructor, console=True) as console,
        enter(room, ada.visitor) as here,
        open_page(ada.lab, ada.visitor) as page,
    ):
        assert (await console.ask("freeze", frozen=True))["ok"]
        await here.until(lambda it: it.room["frozen"])
        await page.until(lambda state: state["clock"]["held"])
        stood_ms = page.state["clock"]["now_ms"]
        refusal = await page.ask("step")
        assert refusal["error"] == "Your instructor holds the time of this room."
        assert (await page.ask("inject", fault="node-crash", arguments={"node": "node-1"}))["ok"]
        assert page.state["clock"]["now_ms"] == stood_ms
        await console.ask("freeze", frozen=False)
        await page.until(lambda state: state["clock"]["now_ms"] > stood_ms)


async def test_one_fault_strikes_all_at_one_simulated_instant(
    room, learners, instructor, enter, open_page
):
    """PX-009: whatever their clocks said, every journal has the fault at the same millisecond."""
    async with AsyncExitStack() as stack:
        console = await stack.enter_async_context(enter(room, instructor, console=True))
        for number, seat in enumerate(learners):
            page = await stack.enter_async_context(open_page(seat.lab, seat.visitor))
            await page.ask("pause")
            await page.ask("reach", at_ms=1000 * number)
        reply = await console.ask("fault", fault="node-crash", arguments={"node": "node-2"})
        assert reply["result"]["labs"] == 3 and reply["result"]["refused"] == {}
        at_ms = reply["result"]["at_ms"]
        assert at_ms >= 2000
        for seat in learners:
            assert await asyncio.to_thread(times_of, seat, "inject") == [at_ms]
        wrong = await console.ask("fault", fault="node-crash", arguments={"node": "nosuch"})
        assert set(wrong["result"]["refused"]) == {"Ada", "Bo", "Cy"}


async def test_a_manifest_is_handed_out_and_applied(room, learners, instructor, enter, open_page):
    """PX-009: the file is in each lab, the object in each cluster, the page is told."""
    ada = learners[0]
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: pushed}\n"
    async with (
        enter(room, instructor, console=True) as console,
        enter(room, ada.visitor) as here,
        open_page(ada.lab, ada.visitor) as page,
    ):
        await console.ask("manifest", name="pushed.yaml", text=text, apply=True)
        await here.until(lambda it: it.others)
        assert here.others == [{"type": "file", "name": "pushed.yaml", "text": text}]
        assert (await page.run("kubectl get cm pushed -o name"))["stdout"] == "configmap/pushed\n"
        assert (await page.run("cat pushed.yaml"))["stdout"] == text


async def test_results_of_a_poll_are_hidden_till_it_is_closed(room, learners, instructor, enter):
    """Learners see the question; counts and the right answer come with the close."""
    ada, bo, _ = learners
    async with (
        enter(room, instructor, console=True) as console,
        enter(room, ada.visitor) as first,
        enter(room, bo.visitor) as second,
    ):
        await console.ask("poll", question="How many?", options=["two", "three"], right=1)
        await first.until(lambda it: it.room["poll"])
        await second.until(lambda it: it.room["poll"])
        poll = first.room["poll"]
        assert "right" not in poll and "counts" not in poll
        assert (await first.ask("vote", poll=poll["id"], option=0))["ok"]
        assert (await first.ask("vote", poll=poll["id"], option=1))["ok"]
        assert (await second.ask("vote", poll=poll["id"], option=0))["ok"]
        assert not (await second.ask("vote", poll=poll["id"], option=7))["ok"]
        await console.ask("close poll")
        await first.until(lambda it: it.room["poll"]["closed"])
        assert first.room["poll"]["counts"] == [1, 1] and first.room["poll"]["right"] == 1
        assert not (await second.ask("vote", poll=poll["id"], option=1))["ok"]
    table = await asyncio.to_thread(results_csv, room)
    head, *rows = table.splitlines()
    assert head.endswith("How many?")
    assert [row.split(",")[-1] for row in rows] == ["three", "two", ""]


async def test_hands_hints_and_the_timer(room, learners, instructor, enter):
    """A raised hand is on the tile; a hint reaches who is there and who comes later."""
    ada, bo, _ = learners
    async with enter(room, instructor, console=True) as console:
        async with enter(room, ada.visitor) as here:
            await here.ask("hand", up=True)
            await console.until(lambda it: it.seats[str(ada.pk)]["hand"])
            await console.ask("answer hand", seat=ada.pk)
            await here.until(lambda it: it.seat["hand"] is None)
            await console.ask("hint", text="Look at the events.")
            await here.until(lambda it: it.room["hints"])
        await console.ask("timer", seconds=60)
        async with enter(room, bo.visitor) as late:
            assert [it["text"] for it in late.room["hints"]] == ["Look at the events."]
            assert late.room["timer_ends"]


async def test_nobody_looks_in_without_consent(
    room, learners, instructor, enter, open_page, open_socket
):
    """Asked, granted, watched, sent out: the instructor's socket lives as long as the consent."""
    ada = learners[0]
    with pytest.raises(InvalidStatus, match="404"):
        async with open_socket(ada.lab.id, instructor):
            pass
    async with (
        enter(room, instructor, console=True) as console,
        enter(room, ada.visitor) as here,
        open_page(ada.lab, ada.visitor),
    ):
        assert not (await here.ask("consent", give="watch"))["ok"]
        await console.ask("ask", seat=ada.pk, want="watch")
        await here.until(lambda it: it.others)
        await here.ask("consent", give="watch")
        async with open_page(ada.lab, instructor) as guest:
            refusal = await guest.ask("apply", name="web.yaml")
            assert refusal["error"].startswith("You are watching")
            assert (await guest.ask("show", what="yaml", key="Node//node-1"))["ok"]
            await here.ask("consent", give="")
            with pytest.raises(ConnectionClosed):
                while True:
                    await guest.take()
    with pytest.raises(InvalidStatus, match="404"):
        async with open_socket(ada.lab.id, instructor):
            pass


async def test_help_may_act_until_it_is_handed_back(room, learners, instructor, enter, open_page):
    ada = learners[0]
    async with (
        enter(room, instructor, console=True) as console,
        enter(room, ada.visitor) as here,
        open_page(ada.lab, ada.visitor),
    ):
        await console.ask("ask", seat=ada.pk, want="help")
        await here.until(lambda it: it.others)
        await here.ask("consent", give="help")
        async with open_page(ada.lab, instructor) as guest:
            assert (await guest.ask("apply", name="web.yaml"))["ok"]
            for command in ("share", "fork"):
                assert not (await guest.ask(command))["ok"], "what is made of it is the learner's"
            await console.ask("hand back", seat=ada.pk)
            with pytest.raises(ConnectionClosed):
                while True:
                    await guest.take()


async def test_who_is_removed_stays_out_and_who_was_cut_off_comes_back(
    room, learners, instructor, enter
):
    ada, bo, _ = learners
    async with enter(room, instructor, console=True) as console:
        async with enter(room, ada.visitor) as here:
            await console.ask("remove", seat=ada.pk)
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    await here.take()
            assert closed.value.rcvd.code == REMOVED
        with pytest.raises(InvalidStatus, match="404"):
            async with enter(room, ada.visitor):
                pass
        async with enter(room, bo.visitor) as first:
            await first.ask("hand", up=True)
        async with enter(room, bo.visitor) as again:
            assert again.seat["nickname"] == "Bo" and again.seat["hand"]


async def test_a_learner_cannot_do_what_an_instructor_can(room, learners, instructor, enter):
    """Attack 40: no console, and none of its commands on a learner's socket."""
    ada = learners[0]
    stranger = await asyncio.to_thread(Visitor.objects.create)
    for visitor, status in ((ada.visitor, "403"), (stranger, "404")):
        with pytest.raises(InvalidStatus, match=status):
            async with enter(room, visitor, console=True):
                pass
    async with enter(room, ada.visitor) as here:
        for do in ("freeze", "fault", "remove", "poll", "manifest", "hint"):
            assert not (await here.ask(do, frozen=True))["ok"]
        assert not here.room["frozen"]


async def test_progress_is_kept(room, learners, instructor, enter, open_page):
    """What a learner has passed is in the database when everybody has gone."""
    ada = learners[0]
    await asyncio.to_thread(
        lambda: type(ada.lab).objects.filter(pk=ada.lab.pk).update(lesson=room.lesson)
    )
    async with (
        enter(room, instructor, console=True) as console,
        enter(room, ada.visitor),
        open_page(ada.lab, ada.visitor),
    ):
        await console.until(lambda it: it.seats[str(ada.pk)].get("tasks"))
        tasks = console.seats[str(ada.pk)]["tasks"]

    async def saved():
        while not (row := await asyncio.to_thread(Seat.objects.get, pk=ada.pk)).progress:
            await asyncio.sleep(0.05)
        return row.progress

    progress = await asyncio.wait_for(saved(), 10)
    assert progress[room.lesson]["tasks"] == tasks
