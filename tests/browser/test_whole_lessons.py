"""Whole lessons in a real browser: a lesson's own solution, done by hand, meets each check."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page

from k8slab.content.markdown import read_fault
from k8slab.course.lessons import Lesson, all_lessons

from .test_pages import serious
from .walk import RUN_MS, apply, clock_s, passed, type_line

LESSONS = {lesson.slug: lesson for lesson in all_lessons()}
PASTE = """(editor, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const how = { clipboardData, bubbles: true, cancelable: true };
    editor.dispatchEvent(new ClipboardEvent("paste", how));
}"""
CLOCK_PASSED = """(end) => {
    const [minutes, seconds] = document.querySelector("[data-clock]").innerText.split(":");
    return 60 * Number(minutes) + Number(seconds) >= end;
}"""


@pytest.mark.parametrize("slug", ["jobs", "rollout-500s"])
def test_the_workbench_stays_in_the_window(open_page, slug):
    """PX-008: a long story, with what only screen readers see in it, makes the page no longer."""
    page = open_page(f"/lessons/{slug}/")
    page.get_by_role("button", name="Start").first.click()
    page.locator('.box[data-key^="Pod/"]').first.wait_for()
    assert page.evaluate("document.documentElement.scrollHeight - innerHeight") == 0


@pytest.mark.parametrize("slug", ["level-and-edge", "service-types", "daemonsets"])
def test_a_lesson_can_be_solved(open_page, slug):
    """TE-046, PX-005: buttons, editor, terminal and time, as the lesson tells it."""
    lesson = LESSONS[slug]
    page = open_page(f"/lessons/{slug}/")
    page.get_by_role("button", name="Start").first.click()
    page.locator('.box[data-key^="Pod/"]').first.wait_for()
    page.locator("[data-speed]").select_option("60")
    for step in lesson.solution:
        for line in step.script.lines:
            _do(page, lesson, line)
        for check in lesson.checks:
            if check.task == step.task:
                passed(page, check.id)
    assert serious(page) == []


def _do(page: Page, lesson: Lesson, line: str) -> None:
    sign, _, rest = line.partition(" ")
    match sign:
        case "=":
            name, source = rest.split()
            _put(page, name, (lesson.solution[0].script.folder / source).read_text())
        case "!":
            _press(page, rest)
        case "@":
            end_s = clock_s(page) + int(rest.strip("+s"))
            page.wait_for_function(CLOCK_PASSED, arg=end_s, timeout=RUN_MS)
        case _ if rest.startswith("kubectl apply -f"):
            apply(page)
        case _:
            type_line(page, rest)


def _put(page: Page, name: str, text: str) -> None:
    """Put a text in the place of a whole file."""
    page.keyboard.press("Alt+3")
    page.get_by_role("tab", name=name, exact=True).click()
    editor = page.locator(".cm-content")
    editor.click()
    page.keyboard.press("ControlOrMeta+A")
    editor.evaluate(PASTE, text)


def _press(page: Page, fault: str) -> None:
    """Press the story's button for a fault."""
    name, arguments = read_fault(fault)
    for button in page.locator("button.act").all():
        if json.loads(button.get_attribute("data-arguments") or "") == {
            "fault": name,
            "arguments": arguments,
        }:
            button.click()
            return
    raise AssertionError(f"the story has no button for {fault}")
