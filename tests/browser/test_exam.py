"""The mock exam in a real browser: begun, a task opened, handed in."""

from __future__ import annotations

from k8slab.exams.tasks import tasks

from .test_pages import serious


def test_an_exam_is_sat(open_page):
    """PX-008."""
    page = open_page("/exam/")
    page.get_by_role("button", name="Begin an exam").click()
    page.locator("[data-left]").get_by_text("left").wait_for()
    assert serious(page) == []
    titles = {task.title for task in tasks()}
    links = page.locator("main ol a").all_inner_texts()
    assert len(links) == 5 and {link.split(". ", 1)[1] for link in links} <= titles
    page.locator("main ol a").nth(2).click()
    page.get_by_role("navigation", name="Tasks").wait_for()
    page.locator(".pod-list li, .picture .pod, [data-key^='Pod/']").first.wait_for()
    assert page.get_by_role("tab", name="Quiz").count() == 0
    assert page.get_by_role("button", name="Fork").count() == 0
    assert serious(page) == []
    page.get_by_role("link", name="All tasks").click()
    page.get_by_role("button", name="Hand in").click()
    page.get_by_text("Handed in").wait_for()
    assert page.locator(".exam-part").count() == 5
    assert serious(page) == []
