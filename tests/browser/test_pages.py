"""Home, course map, errors and the lesson's text: for everyone, at every width, in both themes."""

from __future__ import annotations

from pathlib import Path

import pytest

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
LESSON = "/lessons/rollout-500s/"
PAGES = [
    "/",
    "/course/",
    "/sandbox/",
    "/review/",
    "/placement/",
    "/workshops/",
    "/account/",
    "/labs/",
    "/glossary/",
    "/exam/",
    LESSON,
    "/nowhere/",
]


def serious(page):
    """What axe finds by WCAG 2.2 A and AA, serious or worse: rule and the element's selector."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "() => axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
    )
    return [
        (violation["id"], [node["target"] for node in violation["nodes"]][:3])
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious(open_page, path, theme):
    """PX-008."""
    assert serious(open_page(path, theme=theme)) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_serious_in_a_lab(lesson, recorded, theme, width):
    """PX-008."""
    page = lesson(theme=theme, width=width, lab=recorded)
    assert serious(page) == []


@pytest.mark.parametrize("width", [1440, 1024, 390, 320])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways(open_page, path, width):
    """PX-008, TE-040."""
    page = open_page(path, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_nothing_scrolls_sideways_in_russian(open_page):
    """PX-008: its words are longer."""
    page = open_page("/", width=320)
    page.context.add_cookies([{"name": "language", "value": "ru", "url": page.url}])
    for path in ("/", "/course/", "/review/", "/workshops/", "/account/", "/exam/"):
        page.goto(path, timeout=30_000)  # the first one reads all lessons in Russian
        assert page.evaluate("document.documentElement.lang") == "ru"
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_search_closes_by_its_button(open_page):
    """PX-008: a phone has no Escape."""
    page = open_page("/course/", width=320)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("searchbox").fill("liveness probe")
    found = page.locator(".found a[href$='#term-liveness-probe']")
    assert found.inner_text().endswith("killed and started again.")
    page.locator("#search").get_by_role("button", name="Close").click()
    found.wait_for(state="hidden")


@pytest.mark.parametrize("pane", ["learn", "edit", "run", "cluster", "why"])
@pytest.mark.parametrize("width", [1024, 390])
def test_no_pane_of_a_lab_scrolls_sideways(lesson, recorded, width, pane):
    """PX-008."""
    page = lesson(width=width, lab=recorded)
    page.locator(f'.panes [data-pane="{pane}"]').click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_home_says_what_it_is_and_has_one_obvious_button(open_page):
    """PX-006."""
    page = open_page("/")
    assert page.get_by_role("heading", level=1).inner_text()
    assert page.locator(".button--main").count() == 1


def test_the_lesson_reads_without_javascript(open_page):
    """TE-005, TE-008, TE-036."""
    page = open_page(LESSON, js=False)
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.locator(".crux").is_visible()
    assert page.locator(".story__part h2").count() >= 3
    assert page.locator(".question").first.is_visible()
    assert page.get_by_text("registered trademark").is_visible()


def test_an_answer_is_taken_without_javascript(open_page):
    """TE-018."""
    page = open_page(LESSON, js=False)
    question = page.locator(".question:has(input[type=radio])").first
    question.locator("input[type=radio]").first.check()
    question.get_by_role("button", name="Answer").click()
    assert page.locator(".verdict").first.is_visible()


@pytest.mark.parametrize("path", PAGES)
def test_skip_link_is_first_and_goes_to_the_main_part(open_page, path):
    """TE-037."""
    page = open_page(path)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_theme_is_kept(open_page):
    """PX-008."""
    page = open_page("/", theme="light")
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(paper)
    toggle = page.locator("[data-theme-toggle]")
    toggle.click()
    toggle.click()
    dark = page.evaluate(paper)
    page.reload()
    assert light != dark == page.evaluate(paper)


@pytest.mark.parametrize("path", PAGES)
def test_targets_are_large_enough(open_page, path):
    """PX-008: 24 px, links within sentences aside (WCAG 2.5.8)."""
    small = open_page(path).evaluate(
        """() => [...document.querySelectorAll('a, button, summary, select, input')]
        .filter((it) => it.offsetParent && !it.closest('p, li, .prose, .skip'))
        .map((it) => [it.outerHTML.slice(0, 80), it.getBoundingClientRect()])
        .filter(([, box]) => box.width && !(box.width >= 18 && box.height >= 18))
        .map(([html]) => html)"""
    )
    assert small == []
