"""The story's models, and its links into the lab: on the lesson where the loop is met first."""

from __future__ import annotations

import pytest

from .test_pages import serious

LESSON = "/lessons/the-loop/"


@pytest.fixture
def loop(open_page):
    """Opens the lesson of the loop, with its lab."""

    def open_(**how):
        page = open_page(LESSON, **how)
        page.get_by_role("button", name="Start a cluster").click()
        page.locator('[data-link][data-state="live"]').wait_for(state="attached")
        return page

    return open_


def counts(page):
    yours, loops, held = page.locator(".thermostat__counts dd").all_inner_texts()
    return int(yours), int(loops), held


def let_pass(page, hours):
    for _ in range(hours):
        page.get_by_role("button", name="Let an hour pass").click()


def test_a_remote_control_needs_a_press_each_hour_and_a_thermostat_none(open_page):
    """CM-023, CM-024: the same for replicas."""
    page = open_page(LESSON)
    for thing, press in (("A room", "Heat"), ("Replicas", "Start a copy")):
        page.get_by_role("button", name="Remote control").click()
        page.get_by_role("button", name=thing, exact=True).click()
        let_pass(page, 2)
        assert counts(page) == (0, 0, "0 of 2")
        for _ in range(3):
            page.get_by_role("button", name=press).click()
        assert counts(page)[:2] == (3, 0)
        page.get_by_role("button", name="Thermostat").click()
        let_pass(page, 4)
        yours, loops, held = counts(page)
        assert (yours, held) == (0, "4 of 4") and loops >= 4
    page.locator("[data-name=wish]").select_option("5")
    let_pass(page, 1)
    assert page.get_by_role("img", name="Wished 5, now 5").is_visible()


def test_the_sentence_is_taken_apart_on_the_learners_own_cluster(loop):
    """CM-019: declare, store, reconcile."""
    page = loop()
    page.keyboard.press("Alt+4")
    page.keyboard.type("kubectl create deployment shop --image=shop/site:1.0 --replicas=3\n")
    page.locator('.box[data-key="Deployment/default/shop"]').wait_for()
    page.get_by_role("link", name="nothing else").click()
    assert page.locator("#panel-yaml").is_visible()
    page.get_by_role("link", name="lies in etcd").click()
    page.locator("#inside-panel pre", has_text='"replicas": 3').wait_for()
    page.get_by_role("link", name="compare it with the world").click()
    page.locator("#inside-panel").get_by_role("rowheader", name="replicaset", exact=True).wait_for()


def test_the_primitives_lead_to_live_objects(loop):
    """CM-028"""
    page = loop()
    told = page.locator("#announcer")
    page.locator('a[href="#object/Deployment/default/shop"]').click()
    told.get_by_text("no such object yet").wait_for(state="attached")
    page.locator('a[href="#object/Pod/default/shop-*"]').click()
    assert page.locator("#inspector-title").inner_text().startswith("shop-1")
    page.locator('a[href="#object/Service/default/shop"]').click()
    assert page.locator("#inspector-title").inner_text().endswith("Service in default")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_models(open_page, theme):
    """PX-008."""
    assert serious(open_page(LESSON, theme=theme)) == []


def test_a_row_of_the_table_of_forms_makes_its_service(open_page):
    """NW-015."""
    page = open_page("/lessons/service-types/")
    page.get_by_role("button", name="Start a cluster").click()
    page.locator('[data-link][data-state="live"]').wait_for(state="attached")
    for name in ("form-1", "form-5"):
        page.get_by_role("button", name=f"Make {name}").click()
        page.locator(f'.box[data-key="Service/default/{name}"]').wait_for()


def test_whoever_points_at_a_row_sees_its_object_lit(lesson):
    """TE-012: three rows of three cells."""
    page = lesson()
    rows = page.locator("#objects tbody tr")
    assert rows.evaluate_all("all => all.map((it) => it.cells.length)") == [3, 3, 3]
    for row, key in enumerate(
        ("Deployment/default/web", "ReplicaSet/default/web-", "Pod/default/web-")
    ):
        page.locator(f'.box[data-key^="{key}"]').first.wait_for()
        rows.nth(row).locator("td").last.hover()
        lit = page.locator(".box.is-lit").evaluate_all("all => all.map((it) => it.dataset.key)")
        assert len(lit) == 1 and lit[0].startswith(key)
        page.locator("#stage-title").hover()
    page.locator("#hook").hover()
    assert page.locator(".box.is-lit").count() == 0
    rows.first.get_by_role("link").focus()
    assert page.locator(".box.is-lit").get_attribute("data-key") == "Deployment/default/web"
