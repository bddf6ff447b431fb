"""A task that was passed once in a lab is remembered: on the map, in one's data, over a sign-up."""

# ruff: noqa: F811  (fixtures)
from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from k8slab.accounts.data import adopt
from k8slab.accounts.models import Visitor
from k8slab.course import live
from k8slab.course.lessons import find_lesson
from k8slab.labs.archive import keep_passed
from k8slab.labs.checks import tasks_passed
from k8slab.labs.consumer import close_host
from k8slab.labs.models import Lab, PassedTask, passed_tasks
from k8slab.quizzes.models import Card
from tests.labs.conftest import (  # noqa: F401
    cookie,
    open_page,
    open_socket,
    server,
    stranger,
    visitor,
)

from .test_pages import answer, text_of


@pytest.fixture(autouse=True)
def tiny(settings):
    settings.LESSONS = Path(__file__).parent / "lessons"


def is_gone(state):
    """What the check of the tiny lesson says; None before it was looked at."""
    return state["checks"].get("gone", {}).get("ok")


def held(task, ok=True):
    return {"ok": ok, "expects": "", "observes": "", "task": task}


def test_a_task_is_passed_where_all_its_checks_hold():
    checks = {"a": held("one"), "b": held("two"), "c": held("two", False), "d": held("three", None)}
    assert tasks_passed(checks) == {"one"}
    assert tasks_passed({"a": held("")}) == tasks_passed({}) == set()


@pytest.mark.asyncio
async def test_what_was_passed_stays_passed_after_a_reset(visitor, open_page):
    lab = await asyncio.to_thread(live.new_lab, visitor, find_lesson("tiny"))
    async with open_page(lab, visitor) as page:
        await page.until(lambda state: is_gone(state) is False)
        await page.run("kubectl delete pod lone --now")
        await page.until(lambda state: is_gone(state) is True)
        await page.ask("reset")
        await page.until(lambda state: is_gone(state) is False)
    await close_host()
    assert await asyncio.to_thread(passed_tasks, visitor) == {("tiny", "delete")}


@pytest.mark.asyncio
async def test_who_only_looks_has_passed_nothing(visitor, open_page):
    lab = await asyncio.to_thread(live.new_lab, visitor, find_lesson("tiny"))
    async with open_page(lab, visitor) as page:
        await page.until(lambda state: is_gone(state) is False)
    await close_host()
    assert await asyncio.to_thread(passed_tasks, visitor) == set()


@pytest.fixture
def passer(client, db):
    """A visitor who has passed the tiny lesson's task."""
    client.post("/lessons/tiny/start/")
    lab = Lab.objects.get()
    keep_passed({lab.id: {"delete"}, "gone-long-ago": {"x"}})
    keep_passed({lab.id: {"delete"}})
    assert PassedTask.objects.count() == 1
    return client


def test_the_map_counts_tasks_and_questions(passer):
    """TE-002: one task of one, and none of four questions."""
    page = text_of(passer.get("/course/"))
    assert "20 %, 1 of 1 tasks done, 0 of 4 questions answered" in page
    answer(passer, "one", "a")
    assert "40 %, 1 of 1 tasks done, 1 of 4" in text_of(passer.get("/course/"))
    assert Card.objects.count() == 1, "a task is no card"


def test_it_is_in_the_data_follows_on_sign_up_and_goes_with_the_rest(passer):
    rows = passer.get("/account/data.json").json()["labs.PassedTask"]
    assert [(it["fields"]["lesson"], it["fields"]["task"]) for it in rows] == [("tiny", "delete")]
    name = {"username": "ann", "password1": "a-long-way-up", "password2": "a-long-way-up"}
    passer.post("/account/sign-up/", name)
    assert "1 of 1 tasks done" in text_of(passer.get("/course/"))
    passer.post("/account/delete/", {"sure": "yes"})
    assert PassedTask.objects.count() == 0


def test_signing_in_brings_what_was_passed_before(passer):
    account = Visitor.objects.create()
    PassedTask.objects.create(visitor=account, lesson="tiny", task="delete")
    adopt(account, Visitor.objects.exclude(pk=account.pk).get())
    assert passed_tasks(account) == {("tiny", "delete")} and PassedTask.objects.count() == 1
