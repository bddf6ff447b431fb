"""Inside: the views beside the picture, walked by keyboard, against a real cluster."""

from __future__ import annotations

import re

import pytest

from .test_pages import serious

TOLD = {
    "components": "kube-apiserver",
    "scheduler": "nodes were dropped by the filters",
    "rules": "-A KUBE-SERVICES",
    "store": "/registry/deployments/default/web",
    "usage": "Memory now",
    "trace": "Written to etcd",
}


def test_every_view_is_reached_by_keyboard(lesson):
    """CP-013, TR-030: opened by i, walked by arrows, left by Escape; the address keeps the view."""
    page = lesson()
    page.locator("#stage").focus()
    page.keyboard.press("i")
    panel = page.get_by_role("tabpanel", name=re.compile("Components"))
    for name, text in TOLD.items():
        tab = page.locator(f'[data-view="{name}"]')
        assert tab.evaluate("it => it === document.activeElement"), name
        panel = page.get_by_role("tabpanel", name=tab.inner_text(), exact=True)
        panel.get_by_text(text).first.wait_for()
        assert f"#inside/{name}" in page.url
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    assert not panel.is_visible()
    assert page.locator(".picture").is_visible()
    assert page.evaluate("document.activeElement.textContent") == "Inside"
    assert "#" not in page.url


def test_no_line_joins_etcd_to_anything_but_the_api_server(lesson):
    """CP-001: nor is one drawn elsewhere than from box to box, whatever the width."""
    page = lesson()
    page.evaluate("location.hash = '#inside/components'")
    page.locator(".part[data-name=etcd]").wait_for()
    assert page.locator(".part small").first.inner_text() != ""
    for width in (1440, 1024, 390):
        page.set_viewport_size({"width": width, "height": 900})
        if width < 1200:
            page.locator('.panes [data-pane="cluster"]').click()
        edges = page.locator("[data-edge]")
        names = [
            edge.split(" ") for edge in edges.evaluate_all("all => all.map(it => it.dataset.edge)")
        ]
        assert {api for api, _ in names} == {"kube-apiserver"}
        assert len(names) == page.locator(".part").count() - 1
        page.wait_for_function(JOINED)


JOINED = """() => {
  const root = document.querySelector(".parts__diagram").getBoundingClientRect();
  const box = (name) => document.querySelector(`.part[data-name="${name}"]`);
  const near = (it, x, y) => it.left - 2 <= x && x <= it.right + 2
    && it.top - 2 <= y && y <= it.bottom + 2;
  return [...document.querySelectorAll("[data-edge]")].every((line) => {
    const ends = [line.getPointAtLength(0), line.getPointAtLength(line.getTotalLength())];
    const boxes = line.dataset.edge.split(" ").map((name) => box(name).getBoundingClientRect());
    const met = ends.map(({ x, y }) => boxes.findIndex((it) => near(it, x + root.x, y + root.y)));
    return met.includes(0) && met.includes(1);
  });
}"""


def test_four_components_are_told_as_one_pattern(lesson):
    """CM-029: live, with what each looks at, wants, compared and did."""
    page = lesson()
    page.evaluate("location.hash = '#inside/components'")
    loops = page.locator(".parts__card .why li")
    loops.nth(3).wait_for()
    for loop, name in zip(
        loops.all(), ("scheduler", "kubelet", "deployment", "kube-proxy"), strict=True
    ):
        assert loop.locator("h5").inner_text().startswith(name)
        assert re.search(r"Did last\s+0:\d\d ", loop.inner_text()), name


def test_a_nodes_box_lists_what_is_on_it(lesson):
    """ND-009: kubelet, kube-proxy, runtime and pods, each with what it did last."""
    page = lesson()
    page.evaluate("location.hash = '#inside/components'")
    page.locator(".part[data-name=node-1]").press("Enter")
    card = page.locator(".parts__card")
    for name in ("kubelet", "kube-proxy", "containerd"):
        row = card.get_by_role("row", name=re.compile(f"^{name} "))
        row.wait_for()
        assert re.search(r"\d:\d\d ", row.inner_text()), name
    on_node = page.locator('.box[data-key^="Pod/"]').count()
    assert 0 < card.get_by_role("row", name=re.compile("^(web|bare)")).count() <= on_node
    assert page.locator(".part[data-name=node-1]").evaluate("it => it === document.activeElement")


def test_a_services_chains_are_drawn_from_the_nodes_rules(lesson):
    """NW-027: tried in order, each pod gets the same share; a name leads to the chain's rules."""
    page = lesson()
    page.evaluate("location.hash = '#inside/rules'")
    tree = page.get_by_role("group", name="The way of a packet")
    tree.get_by_text("KUBE-SEP-").first.wait_for()
    told = tree.inner_text().replace("\N{NO-BREAK SPACE}", " ")
    assert re.findall(r"([\d.]+ %) of all", told) == ["20 %"] * 5
    odds = re.findall(r"rule \d, (\d+ %|what is left)", told)
    assert odds == ["20 %", "25 %", "33 %", "50 %", "what is left"]
    page.locator(".inside__chains .jump", has_text="KUBE-SEP-").first.click()
    assert "-A KUBE-SEP-" in page.evaluate("document.activeElement.textContent")


def test_the_scheduler_shows_what_dropped_a_node(lesson):
    """CP-021: a row a node, its reason or its scores, and the winner."""
    page = lesson()
    page.keyboard.press("Alt+4")
    for line, answer in (
        ("kubectl cordon node-1", "node-1 cordoned"),
        ("kubectl scale deployment web --replicas=8", "web scaled"),
    ):
        page.keyboard.type(f"{line}\n")
        page.locator(".xterm-accessibility-tree", has_text=answer).wait_for(state="attached")
    page.locator('.box[data-key^="Pod/"]').nth(8).wait_for()
    page.evaluate("location.hash = '#inside/scheduler'")
    panel = page.locator("#inside-panel")
    panel.get_by_text("Dropped: node(s) were unschedulable").wait_for()
    assert panel.locator("tr.is-chosen th").inner_text() in ("✓ node-2", "✓ node-3")


def test_time_stands_at_the_step_that_was_asked_for(lesson):
    """TR-030: "Run to here" at a step that has not come."""
    page = lesson()
    page.locator("[data-play]", has_text="Pause").last.click()
    page.keyboard.press("Alt+4")
    page.keyboard.type("kubectl set image deployment/web api=shop/api:1.1\n")
    page.evaluate("location.hash = '#inside/trace'")
    page.get_by_text("8 of 23 steps").wait_for()
    page.locator("[data-name=stop-15]").click()
    page.locator("#announcer", has_text="Step 15 is reached").wait_for(state="attached")
    page.get_by_text(re.compile("15 of 23 steps")).wait_for()
    page.get_by_role("button", name="Run to the next step").click()
    page.get_by_text(re.compile("1[6-8] of 23 steps")).wait_for()


def test_a_phone_has_the_same_views(lesson):
    page = lesson(width=390, height=844)
    page.evaluate("location.hash = '#inside/usage'")
    page.get_by_role("img", name=re.compile("^Memory: now")).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Inside").click()
    page.locator(".pod-list").wait_for()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_any_view(lesson, theme):
    """PX-008."""
    page = lesson(theme=theme)
    for name, text in TOLD.items():
        page.evaluate(f"location.hash = '#inside/{name}'")
        page.locator("#inside-panel").get_by_text(text).first.wait_for()
        assert serious(page) == [], name


def test_a_badge_says_whether_the_spec_is_met(lesson):
    """CM-017: in the table and in the inspector, with the API's own reason."""
    page = lesson()
    page.keyboard.press("Alt+4")
    page.keyboard.type("kubectl run lost --image=nignx:1.27\n")
    page.get_by_role("button", name="Table").click()
    row = page.locator(".objects tr", has_text="lost")
    row.locator(
        ".badge--stuck", has_text=re.compile("✕ stuck (ErrImagePull|ImagePullBack)")
    ).wait_for()
    page.locator(".objects tr", has_text="node-1").last.get_by_text("= converged").wait_for()
    row.get_by_role("button", name="lost").click()
    page.locator(".inspector__badge .badge--stuck").wait_for()
