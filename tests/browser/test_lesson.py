"""The whole first lesson in a real browser: predict, break, see why, mend, kill a node, go back."""

from __future__ import annotations

import re

RUN_MS = 60_000


def edit(page, old, new):
    """Replace a line of the open file, as a person would."""
    page.locator(".cm-line", has_text=old).first.click()
    page.keyboard.press("End")
    page.keyboard.press("Shift+Home")
    page.keyboard.type(new)


def apply(page):
    """Look at the diff, then apply."""
    page.keyboard.press("Control+Enter")
    page.locator(".editor__diff .added").first.wait_for()
    page.keyboard.press("Control+Enter")
    page.locator(".editor__diff").wait_for(state="hidden")


def passed(page, check):
    """Wait until a check of the list holds."""
    page.locator(f'[data-check="{check}"][data-ok="true"]').wait_for(timeout=RUN_MS)


def test_the_rollout_that_500s(lesson):
    """PX-005, PX-006, TE-009, TE-014, TE-046."""
    page = lesson()
    prediction = page.locator(".prediction").first
    prediction.locator("input[type=radio]").first.check()
    prediction.get_by_role("button", name="Commit").click()
    page.locator(".prediction .verdict-later").first.wait_for()

    page.locator("[data-speed]").select_option("30")
    edit(page, "image: shop/api:1.0", "image: shop/api:1.1")
    apply(page)
    page.locator(".refusal", has_text="process is booting").wait_for()
    passed(page, "saw-500s")
    page.locator("[data-link]", has_text="0 % of requests failed").wait_for(timeout=RUN_MS)

    page.locator('.box[data-key="Deployment/default/web"]').click()
    page.locator(".why .did").first.wait_for()
    page.keyboard.press("Escape")

    page.locator("[data-scrub]").evaluate(
        "it => { it.value = 70000; it.dispatchEvent(new Event('input')); }"
    )
    page.get_by_text(re.compile(r"Viewing 1:1\d")).wait_for()
    page.get_by_role("button", name="Back to live").click()
    page.locator("[data-past]").wait_for(state="hidden")


def test_a_node_dies_and_only_the_deployment_heals(lesson):
    """PX-007."""
    page = lesson()
    page.locator("[data-speed]").select_option("60")
    page.get_by_role("button", name="Kill node-2").first.click()
    page.locator(".node--bad").wait_for(timeout=RUN_MS)
    healed = page.locator('.box[data-key="Deployment/default/web"]', has_text="5 of 5 ready")
    healed.wait_for(timeout=RUN_MS)
    page.locator("[data-play]").last.click()


def test_the_terminal_runs_kubectl(lesson):
    """TE-009."""
    page = lesson()
    page.keyboard.press("Alt+4")
    page.keyboard.type("kubectl get deployment web -o name\n")
    said = page.locator(".xterm-accessibility-tree", has_text="deployment.apps/web")
    said.wait_for(state="attached")
