"""The sandbox in a browser: a preset is opened, filled, shared, looked at, taken over."""

from __future__ import annotations

import re

import pytest

from k8slab.course.lessons import preset_folders

from .test_pages import serious

PRESETS = [folder.name for folder in preset_folders()]

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: mine}
spec: {containers: [{name: a, image: "nginx:1.27"}]}
"""
LIVE = '[data-link][data-state="live"]'


@pytest.fixture
def preset(open_page):
    """Opens a preset as a person does."""

    def open_(slug):
        page = open_page("/sandbox/")
        page.locator(f'form[action$="/{slug}/"] button').last.click()
        page.locator(LIVE).wait_for(state="attached")
        return page

    return open_


def file(name, text):
    return {"name": name, "mimeType": "application/yaml", "buffer": text.encode()}


def test_manifests_become_files_of_the_editor_and_nothing_is_applied(preset):
    page = preset("one-node")
    chosen = page.locator("[data-import-files]")
    chosen.set_input_files([file("mine.yaml", POD), file("mine.yaml", "a: [1\nb: 2\n")])
    tabs = page.locator("[data-files] button")
    page.locator("[data-files] button", has_text="mine-2.yaml").wait_for()
    assert tabs.all_inner_texts() == ["hello.yaml", "mine.yaml", "mine-2.yaml"]
    page.locator("[data-editor-hint]", has_text=re.compile(r"^Line \d")).wait_for()
    assert page.locator(LIVE).inner_text().startswith("1/1 node ready, 0/0 pods")
    page.reload()
    page.locator("[data-files] button", has_text="mine-2.yaml").wait_for()
    tabs.nth(1).click()
    page.locator("[data-apply]").click()
    page.get_by_role("button", name="Apply", exact=True).click()
    page.locator(LIVE, has_text="0/1 pod").or_(page.locator(LIVE, has_text="1/1 pod")).wait_for()


def test_what_is_no_manifest_or_too_large_is_refused_in_words(preset):
    page = preset("one-node")
    chosen = page.locator("[data-import-files]")
    chosen.set_input_files(file("notes.txt", "hello"))
    hint = page.locator("[data-editor-hint]")
    hint.filter(has_text="notes.txt is no manifest").wait_for()
    chosen.set_input_files(file("big.yaml", "a: b\n" * 20_000))
    hint.filter(has_text="big.yaml is too large: it has 100,000 bytes").wait_for()
    assert page.locator("[data-files] button").count() == 1


def test_a_text_is_pasted_beside_the_editor_as_a_new_file(preset):
    page = preset("one-node")
    page.locator("[data-import]").evaluate(
        """(button, text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            button.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true}));
        }""",
        POD,
    )
    page.locator("[data-files] button", has_text="pasted.yaml").wait_for()


def test_a_moment_is_shared_looked_at_and_taken_over(preset, open_page):
    page = preset("web-shop")
    page.get_by_role("button", name="Share").click()
    page.locator("#share-sheet[open]").wait_for()
    link = page.locator("#share-link").input_value()
    path = "/" + link.split("/", 3)[3]

    other = open_page(path)
    other.locator(LIVE, has_text="4/4 pods ready").wait_for()
    assert other.locator(".node-button").count() == 0
    assert other.locator("[data-terminal], [data-editor], [data-play]").count() == 0
    assert serious(other) == []
    scrub = other.get_by_label("Moment that is shown")
    scrub.focus()
    scrub.press("Home")
    other.locator(LIVE, has_text="0/0 pods").wait_for()
    other.get_by_role("button", name="Back to the shared moment").click()
    other.locator(LIVE, has_text="4/4 pods ready").wait_for()
    other.locator('.box[data-key="Service/default/web"]').press("d")
    other.locator(".inspector pre", has_text="Endpoints").wait_for()

    other.get_by_role("button", name="Make it mine").click()
    other.wait_for_url("**/lessons/web-shop/**")
    other.locator(LIVE, has_text="4/4 pods ready").wait_for()

    page.goto("/sandbox/")
    page.get_by_role("button", name="Withdraw").click()
    page.locator(".moments").wait_for(state="detached")
    assert page.goto(path).status == 404


def test_something_is_broken_by_keyboard_and_mended(preset):
    page = preset("web-shop")
    page.get_by_role("tab", name="Break something").click()
    panel = page.locator("[data-faults]")
    panel.get_by_text("Nothing. Choose below.").wait_for()
    power = panel.get_by_role("form", name="Cut the power")
    node = power.get_by_label("Node")
    node.locator("option", has_text="node-3").wait_for(state="attached")
    assert node.locator("option").all_inner_texts() == ["node-1", "node-2", "node-3"]
    node.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    panel.get_by_text("node-2 is off").wait_for()
    assert serious(page) == []
    panel.get_by_role("button", name="Mend: node-2 is off").click()
    panel.get_by_text("Nothing. Choose below.").wait_for()


def test_a_fault_that_cant_be_is_refused_in_words(preset):
    page = preset("one-node")
    page.get_by_role("tab", name="Break something").click()
    form = page.get_by_role("form", name="Add a node")
    form.get_by_label("Name").fill("node-1")
    form.get_by_role("button", name="Add").click()
    page.locator("[data-faults-refusal]", has_text="there is a node node-1").wait_for()


@pytest.mark.parametrize("width", [1024, 320])
@pytest.mark.parametrize("slug", PRESETS)
def test_no_preset_scrolls_sideways(open_page, slug, width):
    page = open_page(f"/lessons/{slug}/", width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
