"""Editor, terminal, playhead: what they send and show."""

from __future__ import annotations

from k8slab.labs.advice import BARE_POD

DIFF = "@@ -1 +1 @@\n-  image: api:1\n+  image: api:2\n"


def test_apply_shows_the_diff_first(lesson, recorded):
    """TE-046."""
    recorded.replies["diff"] = lambda _: {"diff": DIFF, "errors": []}
    recorded.replies["apply"] = lambda _: {
        "said": [["deployment.apps/web configured\n", 1]],
        "exit_code": 0,
    }
    page = lesson(lab=recorded)
    page.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    page.locator(".editor__diff .added", has_text="api:2").wait_for()
    assert not recorded.commands("apply")
    page.keyboard.press("Control+Enter")
    page.locator("#announcer", has_text="deployment.apps/web configured").wait_for(state="attached")
    assert len(recorded.commands("apply")) == 1


def test_the_servers_errors_stand_on_their_line(lesson, recorded):
    """TE-046."""
    error = {"line": 3, "column": 1, "message": 'unknown field "metadat"'}
    recorded.replies["diff"] = lambda _: {"diff": "", "errors": [error]}
    page = lesson(lab=recorded)
    page.locator(".cm-line").first.click()
    page.keyboard.type("x")
    page.get_by_text('Line 3: unknown field "metadat"').wait_for()
    page.locator(
        ".cm-line", has=page.locator(".cm-lintRange-error"), has_text="metadata"
    ).wait_for()
    page.get_by_role("button", name="Review and apply").click()
    assert not page.locator(".editor__diff").is_visible()


def test_tab_leaves_the_editor(lesson, recorded):
    """PX-008."""
    page = lesson(lab=recorded)
    page.locator(".cm-content").click()
    page.keyboard.press("Tab")
    assert not page.locator(".cm-content").evaluate("it => it.contains(document.activeElement)")


def test_try_it_fills_the_prompt_and_does_not_run(lesson, recorded):
    """TE-009."""
    recorded.replies["line"] = lambda _: {"said": [["NAME READY\n", 1]], "exit_code": 0}
    page = lesson(lab=recorded)
    chip = page.locator(".try").first
    command = chip.get_attribute("data-try")
    chip.click()
    page.locator(".xterm-accessibility-tree", has_text=command).wait_for(state="attached")
    assert not recorded.commands("line")
    page.keyboard.press("Enter")
    page.locator(".xterm-accessibility-tree", has_text="NAME READY").wait_for(state="attached")
    assert recorded.commands("line")[0]["line"] == command


def test_tab_completes_a_pod_name(lesson, recorded):
    """PX-008."""
    page = lesson(lab=recorded)
    page.keyboard.press("Alt+4")
    page.keyboard.type("kubectl logs bar")
    page.keyboard.press("Tab")
    page.locator(".xterm-accessibility-tree", has_text="kubectl logs bare").wait_for(
        state="attached"
    )


def test_control_characters_of_the_cluster_stay_text(lesson, recorded):
    """An object's text can't drive the terminal."""
    recorded.replies["line"] = lambda _: {
        "said": [["a\x1b]0;owned\x07b\n", 1]],
        "exit_code": 0,
    }
    page = lesson(lab=recorded)
    page.keyboard.press("Alt+4")
    page.keyboard.type("kubectl logs bare")
    page.keyboard.press("Enter")
    page.locator(".xterm-accessibility-tree", has_text="\ufffd]0;owned").wait_for(state="attached")


def test_scrubbing_asks_for_the_moment_and_a_banner_leads_back(lesson, recorded):
    """PX-005."""
    page = lesson(lab=recorded)
    page.locator("[data-scrub]").evaluate(
        "it => { it.value = 42000; it.dispatchEvent(new Event('input')); }"
    )
    assert recorded.wait_for(page, "view")[0]["at_ms"] == 42000
    recorded.change((["clock", "viewing_ms"], 42000))
    page.get_by_text("Viewing 0:42").wait_for()
    page.get_by_role("button", name="Back to live").click()
    assert recorded.wait_for(page, "view", 2)[1]["at_ms"] is None


def test_the_speed_goes_from_a_tenth_to_sixty(lesson, recorded):
    """PX-005."""
    page = lesson(lab=recorded)
    speeds = page.locator("[data-speed] option").evaluate_all("all => all.map((it) => it.value)")
    assert (speeds[0], speeds[-1]) == ("0.1", "60")
    page.locator("[data-speed]").select_option("60")
    assert recorded.wait_for(page, "speed")[0]["factor"] == 60


def test_checks_say_what_they_expect_and_observe(lesson, recorded):
    """TE-014."""
    page = lesson(lab=recorded)
    first = page.locator("[data-check]").first
    name = first.get_attribute("data-check")
    check = {"ok": False, "expects": "no request fails", "observes": "37 failed"}
    recorded.change((["checks"], {name: check}))
    first.get_by_text("Now: 37 failed").wait_for()
    recorded.change((["checks", name], {**check, "ok": True, "observes": "0 failed"}))
    page.locator("#announcer", has_text="Check passed: no request fails").wait_for(state="attached")


def test_a_bare_pod_is_advised_against(lesson, recorded):
    """PC-015: the editor marks the line, and the review says why."""
    warning = {"line": 2, "column": 1, "message": BARE_POD}
    recorded.replies["diff"] = lambda _: {"diff": DIFF, "errors": [], "warnings": [warning]}
    page = lesson(lab=recorded)
    page.locator(".cm-line").first.click()
    page.keyboard.type("#")
    page.locator(".cm-lint-marker-warning").wait_for()
    page.get_by_role("button", name="Review and apply").click()
    page.locator(".editor__diff .advice", has_text="nobody makes another").wait_for()


def test_the_editor_completes_from_the_schema(lesson):
    """TE-046."""
    page = lesson()
    page.locator(".cm-line", has_text="image: shop/api:1.0").first.click()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.type("readinessP")
    page.locator(".cm-tooltip-autocomplete li", has_text="readinessProbe").click()
    page.locator(".cm-line", has_text="readinessProbe:").first.wait_for()


def test_the_editor_grows_by_key_by_pointer_and_by_button(lesson, recorded):
    """PX-008: nothing needs dragging."""
    page = lesson(lab=recorded)
    bar = page.get_by_role("separator", name="Height of the cluster")
    heights = [_height(page)]
    bar.press("ArrowUp")
    heights.append(_height(page))
    x, y = (bar.bounding_box()[name] for name in ("x", "y"))
    page.mouse.move(x + 40, y)
    page.mouse.down()
    page.mouse.move(x + 40, y - 60)
    page.mouse.up()
    heights.append(_height(page))
    page.get_by_role("button", name="Enlarge").click()
    heights.append(_height(page))
    assert heights == sorted(set(heights))
    page.get_by_role("button", name="Enlarge").click()
    bar.press("Enter")
    assert _height(page) == heights[0]


def _height(page):
    return page.locator(".editor__text").bounding_box()["height"]


def test_why_time_stands_is_said(lesson, recorded):
    """PX-008: an exam that is over, an engine that failed."""
    page = lesson(lab=recorded)
    recorded.change((["clock"], {**recorded.state["clock"], "error": "All is over."}))
    page.locator("[data-link]", has_text="All is over.").wait_for()
    page.locator("#announcer", has_text="All is over.").wait_for(state="attached")
    recorded.change((["clock"], {**recorded.state["clock"], "error": None}))
    page.locator("[data-link]", has_text="nodes ready").wait_for()


def test_a_checks_number_stays_with_its_unit(lesson, recorded):
    page = lesson(lab=recorded)
    id_ = page.locator("[data-check]").first.get_attribute("data-check")
    check = {"ok": True, "expects": "None failed in 20 s, 5 % did", "observes": "20 с, 3 mins"}
    recorded.change((["checks", id_], check))
    item = page.locator(f'[data-check="{id_}"][data-ok="true"]')
    item.wait_for(state="attached")
    assert "20\u00a0s, 5\u00a0% did" in item.text_content()
    assert "20\u00a0с, 3 mins" in item.text_content()


def test_in_a_laptops_window_nodes_are_whole_and_the_editor_shows_lines(lesson, recorded):
    """What a screen of 1366 x 768 leaves to a page."""
    page = lesson(lab=recorded, width=1366, height=650)
    page.locator(".cm-line").first.wait_for()
    page.locator(".picture .node").first.wait_for()
    heights = page.evaluate(
        """() => {
            const box = (name) => document.querySelector(name).getBoundingClientRect();
            return {node: box(".picture .node").bottom, cut: box(".refusal").top,
                    editor: box(".editor__text").height, line: box(".cm-line").height};
        }"""
    )
    assert heights["node"] <= heights["cut"]
    assert heights["editor"] >= 5 * heights["line"]
