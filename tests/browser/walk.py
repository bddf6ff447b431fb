"""What a person does on the lesson page, and the pictures that are taken of it."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "build" / "screens"
WIDTHS = {1440: 900, 1024: 768, 390: 844}
RUN_MS = 60_000
WEB = "Deployment/default/web"
ECHOED = """(end) => document.querySelector(".xterm-accessibility-tree")
    ?.innerText.replace(/\\s/g, "").endsWith(end)"""


def edit(page: Page, old: str, new: str) -> None:
    """Put ``new`` in the place of the rest of the line ``old`` in the open file."""
    page.locator(".cm-line", has_text=old).first.click()
    page.keyboard.press("End")
    page.keyboard.press("Shift+Home")
    page.keyboard.insert_text(new)


def type_line(page: Page, line: str) -> None:
    """Type a line into the terminal, and wait until it is done."""
    page.keyboard.press("Alt+4")
    page.wait_for_function(ECHOED, arg="$")
    page.keyboard.type(line)
    page.wait_for_function(ECHOED, arg="".join(line.split()))
    page.keyboard.press("Enter")
    page.wait_for_function(ECHOED, arg="$", timeout=RUN_MS)


def apply(page: Page) -> list[str]:
    """Look at the diff, then apply; the lines that the diff adds."""
    page.keyboard.press("Control+Enter")
    added = page.locator(".editor__diff .added")
    added.first.wait_for()
    lines = added.all_inner_texts()
    page.keyboard.press("Control+Enter")
    page.locator(".editor__diff").wait_for(state="hidden")
    return lines


def passed(page: Page, check: str) -> None:
    """Wait until a check of the list holds."""
    page.locator(f'[data-check="{check}"][data-ok="true"]').wait_for(
        state="attached", timeout=RUN_MS
    )


def box(page: Page, key: str, **how: str):
    """An object in the picture."""
    return page.locator(f'.box[data-key="{key}"]', **how)


def failed_in_view(page: Page) -> int:
    """How many failed requests the graph shows."""
    label = page.locator("[data-graph]").get_attribute("aria-label") or ""
    return int(re.search(r"(\d+) failed", label)[1])


def failures_pass(page: Page, count: int) -> None:
    """Wait until the graph shows more failed requests than ``count``."""
    page.wait_for_function(
        """(count) => Number(document.querySelector("[data-graph]").ariaLabel
            .match(/(\\d+) failed/)[1]) > count""",
        arg=count,
        timeout=RUN_MS,
    )


def clock_s(page: Page) -> int:
    """The virtual clock of the playhead."""
    minutes, seconds = page.locator("[data-clock]").inner_text().split(":")
    return 60 * int(minutes) + int(seconds)


def scrub(page: Page, at_s: int) -> None:
    """Move the playhead to a virtual second."""
    page.locator("[data-scrub]").evaluate(
        "(it, at) => { it.value = at; it.dispatchEvent(new Event('input')); }", at_s * 1000
    )
    page.locator("[data-past]").wait_for()


def shoot(page: Page, moment: str, pane: str, *, focus: str | None = None) -> None:
    """Pictures of a moment at every width, light and dark, into build/screens/."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        if width < 1200:
            page.locator(f'.panes [data-pane="{pane}"]').click()
        if focus:
            page.locator(focus).first.scroll_into_view_if_needed()
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.wait_for_timeout(350)  # the picture's boxes glide to their places
            page.screenshot(path=SCREENS / f"{moment}-{width}-{theme}.png")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})
