"""The first lesson on a phone: every tab is of use, and every target can be touched."""

from __future__ import annotations

import pytest

from .test_pages import serious
from .walk import RUN_MS, SCREENS, passed

SMALL = """() => [...document.querySelectorAll(
        'a, button, summary, select, label:not(.visually-hidden), input:not(label input)')]
    .filter((it) => it.offsetParent && !it.closest('p, .prose p, .prose td, .skip'))
    .map((it) => [it.outerHTML.slice(0, 90), it.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.width < 24 || box.height < 24))
    .map(([html, box]) => `${html} ${Math.round(box.width)} x ${Math.round(box.height)}`)"""


@pytest.fixture
def phone(lesson):
    """The lesson at 390 px."""
    return lesson(width=390, height=844)


def go(page, pane):
    """Touch a tab."""
    page.locator(f'.panes [data-pane="{pane}"]').click()


def test_the_bump_on_a_phone(phone):
    """PX-008: learn, edit, run, cluster and why; the strip stays in sight."""
    phone.locator("#prediction-bump-share input[type=radio]").first.check()
    go(phone, "why")
    phone.locator("[data-speed]").select_option("10")
    go(phone, "run")
    assert phone.get_by_text("kubectl works here as in any terminal.").is_visible()
    phone.get_by_label("Command", exact=True).fill(
        "kubectl set image deployment/web api=shop/api:1.1"
    )
    phone.get_by_role("button", name="Run", exact=True).click()
    phone.get_by_text("image updated").wait_for()
    phone.screenshot(path=_screen("run"))
    go(phone, "cluster")
    phone.locator(".refusal b").wait_for(timeout=RUN_MS)
    strip = phone.locator(".strip")
    strip.locator(".bad").wait_for(timeout=RUN_MS)
    assert strip.get_by_text("ready").is_visible()
    strip.get_by_role("button", name="Pause").click()
    phone.locator(".pod-list li button").first.click()
    phone.locator(".inspector").wait_for()
    phone.screenshot(path=_screen("inspector"))
    phone.get_by_role("button", name="Close").click()
    go(phone, "why")
    phone.locator(".recent .did").first.wait_for()
    phone.screenshot(path=_screen("why"))
    strip.get_by_role("button", name="Play").click()
    phone.locator("[data-speed]").select_option("60")
    passed(phone, "saw-500s")
    assert serious(phone) == []


def test_a_file_is_edited_and_applied_on_a_phone(phone):
    """TE-046."""
    go(phone, "edit")
    phone.locator(".cm-line", has_text="replicas: 5").click()
    phone.keyboard.press("End")
    phone.keyboard.press("Backspace")
    phone.keyboard.type("6")
    phone.screenshot(path=_screen("edit"))
    phone.get_by_role("button", name="Review and apply").click()
    phone.locator(".editor__diff .added", has_text="replicas: 6").wait_for()
    phone.get_by_role("button", name="Apply", exact=True).click()
    go(phone, "cluster")
    phone.locator(".pod-list").get_by_text("6 of 6 ready").first.wait_for(timeout=RUN_MS)


def test_the_quiz_has_its_title_and_stands_before_the_pages_end(lesson, recorded):
    """PX-008: sources and the way on come last."""
    page = lesson(width=390, height=844, lab=recorded)
    assert page.locator("#panel-quiz").get_by_role("heading", name="Quiz", exact=True).is_visible()
    quiz, end = (page.locator(it).bounding_box() for it in ("#panel-quiz", ".story__end"))
    assert quiz["y"] + quiz["height"] <= end["y"]
    page.set_viewport_size({"width": 1440, "height": 900})
    assert page.locator(".story > .story__end").count() == 1


@pytest.mark.parametrize("pane", ["learn", "edit", "run", "cluster", "why"])
def test_targets_can_be_touched(lesson, recorded, pane):
    """PX-008: 24 px (WCAG 2.5.8), what a label makes larger aside."""
    page = lesson(width=390, height=844, lab=recorded)
    go(page, pane)
    assert page.evaluate(SMALL) == []


def _screen(name):
    SCREENS.mkdir(parents=True, exist_ok=True)
    return SCREENS / f"phone-{name}.png"
