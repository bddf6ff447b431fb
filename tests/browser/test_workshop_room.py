"""A workshop of thirty: the instructor and three learners in real browsers, the rest scripted."""

from __future__ import annotations

import asyncio
import csv
import re

from playwright.sync_api import expect

from k8slab.workshops.console import REMOVED

from .crowd import Learner, crowd
from .test_pages import serious
from .walk import RUN_MS

IN_BROWSERS = ("Ada", "Björk", "Chen")
SCRIPTED = [f"Learner {number:02}" for number in range(1, 28)]
LESSON = "rollout-500s"
BARE = 1
"""The lesson's pod that no Deployment looks after."""
NODE = "Node//node-2"
WEB = "Deployment/default/web"
HINT = "What do the events of the new pods say?"
TASKS = re.compile(r"\d of \d+ tasks")
OPTIONS = ("none", "some", "all")


def test_a_workshop_of_thirty(open_page, server):
    """PX-009: seen by all, held, struck, asked, cut off and back again, and nothing is lost."""
    console = _open_the_room(open_page)
    code = console.locator(".console__code b").inner_text()
    wall = _show_the_wall(console)
    pages, cables = zip(*(_join(open_page, code, name) for name in IN_BROWSERS), strict=True)
    with crowd(server, SCRIPTED) as others:
        _all_are_seen(console, others, code)
        _the_lab_looks_as_ever(pages[0])
        _clusters_move(console, pages[0], others)
        _a_hint_reaches_all(console, pages, others)
        _one_fault_strikes_all(console, pages, others)
        _a_question_is_open(console, wall, pages, others)
        _connections_break(console, pages, cables, others)
        _the_results_are_shown(console, wall, pages, others)
        _one_is_put_out(console, others.learners[-1], code)
        _the_door_is_locked(console, others, Learner(server, "Too late"), code)
    _the_table_has_them_all(console)


def _open_the_room(open_page):
    page = open_page("/workshops/")
    page.get_by_label("Title").fill("Platform team, Tuesday")
    for checkbox in page.locator("[name=lessons]:checked").all():
        checkbox.uncheck()
    page.locator(f"[name=lessons][value={LESSON}]").check()
    page.get_by_role("button", name="Open the room").click()
    expect(page.locator("[data-link-state]")).to_have_text("Live")
    return page


def _show_the_wall(console):
    with console.context.expect_page() as waiting:
        console.get_by_role("link", name="Projector").click()
    return waiting.value


def _join(open_page, code, name):
    """A learner's page, and its room socket's cable, which can be pulled."""
    page = open_page(f"/join/{code}/")
    cables = []

    def plug(route):
        route.connect_to_server()
        cables.append(route)

    page.route_web_socket("**/ws/rooms/**", plug)
    page.get_by_label("Nickname").fill(name)
    page.get_by_role("button", name="Take a seat").click()
    page.locator(".room-bar__title", has_text=name).wait_for()
    page.locator('[data-link][data-state="live"]').wait_for(state="attached")
    return page, cables


def _tile(console, name):
    return console.locator(".tile").filter(has=console.get_by_role("heading", name=name))


def _here(console, count, of=30):
    expect(console.locator("[data-here]")).to_have_text(str(count), timeout=RUN_MS)
    expect(console.locator("[data-all]")).to_have_text(str(of))


def _all_are_seen(console, others, code):
    joined = others.all(lambda it: asyncio.to_thread(it.join, code))
    assert {status for status, _ in joined} == {200}
    others.all(Learner.come)
    _here(console, 30)
    expect(console.locator(".tile")).to_have_count(30)
    expect(console.locator(".tile--away")).to_have_count(0)
    expect(console.locator(".tile", has_text=TASKS)).to_have_count(30)
    expect(console.locator(".heat b").first).to_contain_text("of 30")
    assert serious(console) == []


def _the_lab_looks_as_ever(page):
    """The room's styles are its own: the line under the picture is plain, nothing has failed."""
    plain = "it => getComputedStyle(it).backgroundColor"
    assert page.locator(".stage .refusal").evaluate(plain) == "rgba(0, 0, 0, 0)"


def _wanted(learner):
    """How many replicas a scripted learner asks for: two, three or four."""
    return 2 + SCRIPTED.index(learner.name) % 3


def _clusters_move(console, page, others):
    """Each does something else; its tile follows."""

    async def scale(learner):
        line = f"kubectl scale deployment web --replicas={_wanted(learner)}"
        assert (await learner.tell_lab("line", line=line))["result"]["exit_code"] == 0
        await learner.tell_lab("speed", factor=1 + SCRIPTED.index(learner.name) % 5)

    others.all(scale)
    page.keyboard.press("Alt+4")
    page.keyboard.type("kubectl scale deployment web --replicas=6\n")
    for name, pods in (("Ada", 6), *((it.name, _wanted(it)) for it in others.learners)):
        dots = _tile(console, name).locator(".dot--ready")
        expect(dots).to_have_count(pods + BARE, timeout=RUN_MS)


def _a_hint_reaches_all(console, pages, others):
    console.get_by_label("Text of the hint").fill(HINT)
    console.get_by_role("button", name="Show it").click()
    for page in pages:
        page.locator(".room-bar__hints", has_text=HINT).wait_for()
    others.all(lambda it: it.until(lambda me: [h["text"] for h in me.here.room["hints"]] == [HINT]))


def _now_ms(learner):
    return learner.page.state["clock"]["now_ms"]


def _one_fault_strikes_all(console, pages, others):
    """Clocks differ and are stopped; the fault brings all to one instant, where they stand."""
    console.get_by_role("button", name="Freeze everyone").click()
    for page in pages:
        page.locator(".room-bar__frozen").wait_for()
    others.all(lambda it: it.until(lambda me: me.page.state["clock"]["held"]))
    before = [_now_ms(it) for it in others.learners]
    assert len(set(before)) > 1
    console.get_by_role("button", name="Break it").click()
    expect(console.locator("[data-said]")).to_have_text("30 clusters")
    others.all(lambda it: it.until(lambda me: not me.page.state["objects"][NODE]["up"]))
    (at_ms,) = {_now_ms(it) for it in others.learners}
    assert at_ms >= max(before)
    (clock,) = {page.locator("[data-clock]").inner_text() for page in pages}
    minutes, seconds = clock.split(":")
    assert 60 * int(minutes) + int(seconds) == at_ms // 1000
    console.get_by_role("button", name="Let time go on").click()
    others.all(lambda it: it.until(lambda me: _now_ms(me) > at_ms))
    pages[0].locator(".room-bar__frozen").wait_for(state="detached")


def _a_question_is_open(console, wall, pages, others):
    """Everyone answers; nobody, not even the wall, sees how many answered what."""
    form = console.locator('[data-form="poll"]')
    form.get_by_label("Question", exact=True).fill("How many requests fail?")
    form.get_by_label("Options").fill("none\n* some\nall")
    form.get_by_role("button", name="Ask").click()
    for page, option in zip(pages, OPTIONS, strict=True):
        button = page.locator(".room-bar__poll").get_by_role("button", name=option)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")

    async def vote(learner):
        await learner.until(lambda me: me.here.room["poll"])
        option = SCRIPTED.index(learner.name) % len(OPTIONS)
        poll = learner.here.room["poll"]
        assert set(poll) == {"id", "question", "options", "closed"}
        assert (await learner.tell_room("vote", poll=poll["id"], option=option))["ok"]

    others.all(vote)
    expect(console.locator("[data-votes]")).to_have_text("30 votes")
    expect(wall.locator("[data-poll] li")).to_have_text(list(OPTIONS))
    for page in pages:
        expect(page.locator(".room-bar__poll button")).to_have_text(list(OPTIONS))


def _connections_break(console, pages, cables, others):
    """All but two vanish; back again, hands, hints, votes and clusters are as they were."""

    async def raise_hand(learner):
        if SCRIPTED.index(learner.name) < 3:
            await learner.tell_room("hand", up=True)

    others.all(raise_hand)
    expect(console.locator("[data-hands]")).to_contain_text("3 hands up")
    others.all(Learner.drop)
    _here(console, 3)
    cables[0][-1].close(code=3000, reason="pulled")
    pages[0].locator('.room-bar[data-link="lost"]').wait_for()
    pages[0].locator('.room-bar[data-link="live"]').wait_for()
    assert len(cables[0]) == 2

    others.all(Learner.come)
    _here(console, 30)
    expect(console.locator("[data-hands]")).to_contain_text("3 hands up")
    for learner in others.learners:
        assert [hint["text"] for hint in learner.here.room["hints"]] == [HINT]
        assert not learner.here.room["poll"]["closed"]
        assert learner.page.state["objects"][WEB]["desired"] == _wanted(learner)
        assert not learner.page.state["objects"][NODE]["up"]


def _the_results_are_shown(console, wall, pages, others):
    """Only the close tells: ten, ten and ten."""
    console.get_by_role("button", name="Close and show results").click()
    for page in pages:
        buttons = page.locator(".room-bar__poll button")
        expect(buttons).to_have_text(["none · 10", "some · 10 · right", "all · 10"])
    expect(wall.locator("[data-poll] li")).to_have_text(["none10", "some10", "all10"])
    expect(wall.locator("[data-poll] .right")).to_contain_text("some")
    others.all(lambda it: it.until(lambda me: me.here.room["poll"].get("counts") == [10, 10, 10]))


def _one_is_put_out(console, learner, code):
    _tile(console, learner.name).get_by_role("button", name="Remove").click()
    _here(console, 29, of=29)
    assert learner.closed_with == REMOVED
    status, text = learner.join(code)
    assert status == 409 and "taken you out" in text


def _the_door_is_locked(console, others, newcomer, code):
    """Nobody new comes in; who has a seat comes back."""
    others.learners.pop()
    console.get_by_role("button", name="Lock the door").click()
    expect(console.get_by_role("button", name="Unlock the door")).to_be_visible()
    status, text = newcomer.join(code)
    assert status == 409 and "has locked this room" in text
    others.all(Learner.drop)
    _here(console, 3, of=29)
    others.all(Learner.come)
    _here(console, 29, of=29)


def _the_table_has_them_all(console):
    with console.expect_download() as waiting:
        console.get_by_role("link", name="Results (CSV)").click()
    with waiting.value.path().open(encoding="utf-8", newline="") as file:
        rows = {row["nickname"]: row for row in csv.DictReader(file)}
    assert set(rows) == {*IN_BROWSERS, *SCRIPTED}
    answers = [row["How many requests fail?"] for row in rows.values()]
    assert [answers.count(option) for option in OPTIONS] == [10, 10, 10]
    assert all(int(row[f"{LESSON}: tasks"]) > 0 for row in rows.values())
