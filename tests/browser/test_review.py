"""A card of the review in a real browser: tried on a cluster instead of answered."""

from __future__ import annotations

from .test_pages import serious
from .walk import passed, type_line

CARD = "/review/the-loop/all-deleted/"


def test_a_card_is_tried_on_a_cluster(open_page):
    """TE-025, PX-008: what the learner saw hold when it was handed in is what is rated."""
    page = open_page(CARD)
    page.get_by_role("button", name="Try it on a cluster").click()
    page.locator("[data-check='kept'][data-ok='false']").wait_for()
    assert serious(page) == []
    page.locator("[data-speed]").select_option("10")
    name, image = page.locator(".story__part code").evaluate_all(
        "(codes) => [codes[2].textContent, codes[1].textContent]"
    )
    copies = page.locator("[data-check='kept']").inner_text().split(" ready")[0].split()[-1]
    type_line(page, f"kubectl create deployment {name} --image={image} --replicas={copies}")
    passed(page, "kept")
    type_line(page, f"kubectl delete pod lone && kubectl delete pod -l app={name}")
    for check in ("gone", "came-back", "kept"):
        passed(page, check)
    page.get_by_role("button", name="Hand in").click()
    page.get_by_role("heading", name="Let a wish keep it: done").wait_for()
    assert page.get_by_role("img", name="Did not hold").count() == 0
    assert serious(page) == []
    page.get_by_role("button", name="Another one of these").click()
    page.get_by_role("button", name="Show me how").click()
    page.get_by_role("heading", name="Let a wish keep it: not yet").wait_for()
    assert "kubectl create deployment" in page.locator("main pre").inner_text()
