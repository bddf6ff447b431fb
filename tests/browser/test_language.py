"""The interface in Russian, chosen by keyboard, in a real browser."""

from __future__ import annotations

import re

from tests.i18n.conftest import compiled

from .test_pages import serious

TABS = 20
__all__ = ["compiled"]


def to_the_switch(page):
    """Walk by Tab from the top until the header's other language has the focus."""
    page.locator(".skip").focus()
    focused = page.locator(":focus")
    for _ in range(TABS):
        page.keyboard.press("Tab")
        if focused.get_attribute("name") == "language":
            return focused
    raise AssertionError("no Tab leads to the language")


def test_a_lesson_and_its_lab_speak_russian(lesson):
    """TE-001: by keyboard alone, there and back, on the lesson's page."""
    page = lesson()
    to_the_switch(page).press("Enter")
    page.locator("html[lang=ru]").wait_for(state="attached")
    page.locator('[data-link][data-state="live"]').wait_for(state="attached")
    assert "/lessons/rollout-500s/" in page.url
    fact = page.locator("[data-link]", has_text=re.compile(r"узлов готово 3/3, подов готово \d/6"))
    fact.wait_for()
    page.locator("#stage").get_by_role("button", name="Таблица").wait_for()
    assert page.locator("h1").inner_text().startswith("Выкатка, которая отвечает 500")
    observes = page.locator("[data-check=bumped] .check__observes")
    assert observes.text_content() == "Сейчас: shop/api:1.0"
    web = page.locator('.picture [data-key="Deployment/default/web"]')
    assert web.get_attribute("aria-label") == "Deployment web, готово 5 из 5"
    page.locator("[data-inside-toggle]").click()
    page.get_by_text("Единственная дверь").wait_for()
    assert serious(page) == []
    to_the_switch(page).press("Enter")
    page.locator("html[lang=en]").wait_for(state="attached")
    assert page.locator("h1").inner_text().startswith("The rollout that 500s")
