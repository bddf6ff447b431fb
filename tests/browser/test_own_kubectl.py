"""The panel "Your kubectl" in a real browser, and the real kubectl at the lab that is shown."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from .test_pages import serious
from .walk import ROOT, RUN_MS, SCREENS, WEB, WIDTHS, box, passed, type_line

READY = {"path": "/ready", "port": 8080}
API = {"name": "api", "readinessProbe": {"httpGet": READY, "periodSeconds": 2}}
PROBE = json.dumps({"spec": {"template": {"spec": {"containers": [API]}}}})


@pytest.fixture
def binary():
    found = subprocess.run([ROOT / "tools/find_kubectl"], capture_output=True, text=True)
    if not found.stdout:
        pytest.skip(found.stderr.strip())
    return found.stdout.split()[-1]


@pytest.fixture
def own(binary, tmp_path):
    """``own(page)`` downloads the page's kubeconfig, and gives the real kubectl with it."""

    def download(page):
        page.get_by_role("button", name="Your kubectl").click()
        dialog = page.get_by_role("dialog", name="Use your own kubectl")
        dialog.get_by_text("can do everything").wait_for()
        with page.expect_download() as waiting:
            dialog.get_by_role("button", name="Download kubeconfig").click()
        assert waiting.value.suggested_filename == "k8slab.yaml"
        config = tmp_path / "k8slab.yaml"
        waiting.value.save_as(config)
        env = {"KUBECONFIG": str(config), "HOME": str(tmp_path), "PATH": os.environ["PATH"]}
        how = {"env": env, "capture_output": True, "text": True, "timeout": 60}
        return lambda *words: subprocess.run([binary, *words], **how)

    return download


def test_a_downloaded_kubeconfig_moves_the_picture(lesson, own, binary, tmp_path):
    """One click downloads; what the real kubectl does is seen; taken back, it opens nothing."""
    page = lesson()
    kubectl = own(page)
    dialog = page.get_by_role("dialog", name="Use your own kubectl")
    line = dialog.locator("pre").inner_text()
    assert "1 address opens this lab" in dialog.inner_text()
    assert serious(page) == []
    _shoot(page)
    page.keyboard.press("Escape")
    assert "web" in kubectl("get", "deployments").stdout
    done = kubectl("scale", "deployment/web", "--replicas=7")
    assert done.stdout == "deployment.apps/web scaled\n", done.stderr
    box(page, WEB, has_text="7").wait_for(timeout=RUN_MS)
    run = ["bash", "-c", f"{line}; {binary} get ns default -o name"]
    env = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    copied = subprocess.run(run, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert copied.stdout == "namespace/default\n", copied.stderr
    page.get_by_role("button", name="Your kubectl").click()
    dialog.get_by_role("button", name="Take back").click()
    dialog.get_by_text("Taken back").wait_for()
    assert "Unauthorized" in kubectl("get", "pods").stderr


@pytest.mark.parametrize("tool", ["own", "terminal"])
def test_the_first_lesson_by_kubectl_alone(lesson, request, tool):
    """PX-005: by the real kubectl from outside, and by the page's terminal; all checks hold."""
    page = lesson()
    if tool == "own":
        run = request.getfixturevalue("own")(page)
        page.keyboard.press("Escape")
    else:
        run = _terminal(page)
    page.locator("[data-speed]").select_option("60")
    run("set", "image", "deployment/web", "api=shop/api:1.1")
    for check in ("bumped", "saw-500s"):
        passed(page, check)
    page.locator("[data-link]", has_text=" 0 % of requests failed").wait_for(timeout=RUN_MS)
    page.screenshot(path=SCREENS / f"lesson-by-{tool}-1.png")
    run("patch", "deployment/web", "-p", PROBE)
    for check in ("probed", "clean"):
        passed(page, check)
    page.get_by_role("button", name="Kill node-2").first.click()
    for check in ("node-lost", "bare-evicted", "web-whole"):
        passed(page, check)
    run("get", "nodes")
    page.screenshot(path=SCREENS / f"lesson-by-{tool}-2.png")


def _terminal(page):
    def run(*words):
        said = [f"'{word}'" if "{" in word else word for word in words]
        type_line(page, " ".join(("kubectl", *said)))

    return run


def _shoot(page):
    SCREENS.mkdir(parents=True, exist_ok=True)
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.screenshot(path=SCREENS / f"own-kubectl-{width}-{theme}.png")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})
