"""The checklist of a diagnosis ticks itself."""

from __future__ import annotations

from .test_pages import serious


def test_steps_tick_as_their_commands_are_typed(open_page):
    """DB-009: describe, then logs; the next case begins with a clear list."""
    page = open_page("/lessons/kubectl-fluency/", width=390, height=844)
    page.get_by_role("button", name="Start a cluster").click()
    page.locator('[data-link][data-state="live"]').wait_for(state="attached")
    done = page.locator(".checklist [data-ok=true]")
    page.locator('.panes [data-pane="run"]').click()
    line = page.get_by_label("Command", exact=True)
    for command, count in (
        ("kubectl describe pods -n shop | tail -5", 1),
        ("kubectl get pods -n shop", 1),
        ("k logs -n shop -l app=mail", 2),
        ("kubectl -n shop events; kubectl top pods", 4),
    ):
        line.fill(command)
        page.get_by_role("button", name="Run", exact=True).click()
        done.nth(count - 1).wait_for(state="attached")
        assert done.count() == count
    page.locator('.panes [data-pane="learn"]').click()
    assert done.count() == 4 and done.first.is_visible()
    assert serious(page) == []
    page.get_by_role("button", name="Next case").click()
    assert done.count() == 0
