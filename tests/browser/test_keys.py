"""Keyboard: shortcuts, focus, tab lists."""

from __future__ import annotations

LESSON = "/lessons/rollout-500s/"
FOCUSED = "document.activeElement"


def test_question_mark_opens_the_shortcuts_and_focus_returns(open_page):
    """TE-029, TE-034."""
    page = open_page(LESSON)
    page.locator("[data-theme-toggle]").focus()
    page.keyboard.press("?")
    panel = page.get_by_role("dialog", name="Keyboard shortcuts")
    assert panel.is_visible()
    page.keyboard.press("Escape")
    assert not panel.is_visible()
    assert page.evaluate(f"{FOCUSED}.hasAttribute('data-theme-toggle')")


def test_single_keys_can_be_switched_off(open_page):
    """TE-034; WCAG 2.1.4."""
    page = open_page(LESSON)
    page.keyboard.press("?")
    page.get_by_label("Single-letter shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert not page.get_by_role("dialog", name="Keyboard shortcuts").is_visible()


def test_search_finds_the_lesson(open_page):
    """TE-030."""
    page = open_page("/")
    page.keyboard.press("Shift+K")
    page.keyboard.type("rollout")
    found = page.get_by_role("dialog", name="Search").get_by_role("link", name="rollout")
    found.first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/lessons/**")


def test_search_finds_presets_of_the_sandbox_and_words(open_page):
    """TE-030."""
    page = open_page("/")
    dialog = page.get_by_role("dialog", name="Search")
    for typed, address in (("hundred nodes", "**/sandbox/#preset-*"), ("cordon", "**/glossary/#*")):
        page.keyboard.press("/")
        page.keyboard.type(typed)
        dialog.get_by_role("link", name=typed).first.wait_for()
        page.keyboard.press("Enter")
        page.wait_for_url(address)


def test_t_changes_the_altitude_says_so_and_keeps_it_in_the_address(lesson, recorded):
    """TE-006, TE-007, TE-033."""
    page = lesson(lab=recorded)
    page.locator("#story").focus()
    page.keyboard.press("t")
    page.get_by_text("You read at middle altitude.").wait_for()
    assert "altitude=middle" in page.url
    page.locator("#announcer", has_text="Altitude: middle").wait_for(state="attached")
    page.reload()
    page.get_by_text("You read at middle altitude.").wait_for()


def test_j_and_k_walk_the_sections_but_not_while_typing(lesson, recorded):
    """TE-031, TE-032."""
    page = lesson(lab=recorded)
    page.locator("#story").focus()
    page.keyboard.press("j")
    first = page.evaluate(f"{FOCUSED}.id")
    page.keyboard.press("j")
    second = page.evaluate(f"{FOCUSED}.id")
    page.keyboard.press("k")
    assert first != second and page.evaluate(f"{FOCUSED}.id") == first
    page.locator(".cm-content").click()
    page.keyboard.press("j")
    assert page.locator(".cm-content").evaluate("it => it.contains(document.activeElement)")


def test_alt_digits_go_to_the_panes(lesson, recorded):
    """PX-008."""
    page = lesson(lab=recorded)
    places = {"1": "#story", "2": "#stage", "3": ".cm-content", "4": ".xterm", "5": "#panel-quiz"}
    for digit, place in places.items():
        page.keyboard.press(f"Alt+{digit}")
        assert page.locator(place).evaluate("it => it.contains(document.activeElement)"), digit


def test_space_plays_and_dot_steps(lesson, recorded):
    """PX-005."""
    page = lesson(lab=recorded)
    page.locator("#story").focus()
    page.keyboard.press(" ")
    recorded.wait_for(page, "play")
    page.keyboard.press(".")
    recorded.wait_for(page, "step")
