"""A fork stands beside the original: same seed, same traffic, one difference."""

from __future__ import annotations

import re

from .test_pages import serious
from .walk import SCREENS

RUN_MS = 60_000
FAILED = re.compile(r"(\d+) failed")


def failed(side):
    """The side's own count of failed requests."""
    return int(FAILED.search(side.locator(".lane--requests small").inner_text())[1])


def test_a_fork_stands_beside_the_original(lesson):
    """PX-005: one playhead, two outcomes."""
    page = lesson(height=1000)
    page.get_by_role("button", name="Fork").click()
    page.wait_for_url("**/compare/**")
    original, fork = page.locator(".side").all()
    for side in (original, fork):
        side.locator('[data-fact][data-state="live"]').wait_for()
    page.get_by_role("button", name="Play").wait_for()
    fork.get_by_label("Command for the fork").fill(
        "kubectl set image deployment/web api=shop/api:1.1"
    )
    fork.get_by_role("button", name="Run").click()
    fork.get_by_text("image updated").wait_for()
    page.locator("[data-speed]").select_option("60")
    page.get_by_role("button", name="Play").click()
    fork.locator('.box[data-key^="ReplicaSet/"]').nth(1).wait_for()
    page.wait_for_function(
        "() => /[1-9]\\d* failed/.test(document.querySelectorAll('.lane small')[1].textContent)"
    )
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Play").wait_for()
    assert failed(original) == 0 < failed(fork)
    assert serious(page) == []
    SCREENS.mkdir(parents=True, exist_ok=True)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.screenshot(path=SCREENS / f"6-fork-1440-{theme}.png")


def test_another_visitors_labs_are_not_shown(open_page, lesson):
    """PX-011: nor is half a pair."""
    lab = lesson().locator(".desk").get_attribute("data-lab")
    address = f"/lessons/rollout-500s/compare/?labs={lab},{lab}"
    assert open_page(address).get_by_role("heading", level=1).inner_text() != "Side by side"
