"""The panel "Your kubectl" in a real browser, and the real kubectl at the lab that is shown."""

from __future__ import annotations

import os
import subprocess

import pytest

from .test_pages import serious
from .walk import ROOT, RUN_MS, SCREENS, WEB, WIDTHS, box


@pytest.fixture
def binary():
    found = subprocess.run([ROOT / "tools/find_kubectl"], capture_output=True, text=True)
    if not found.stdout:
        pytest.skip(found.stderr.strip())
    return found.stdout.split()[-1]


def test_a_downloaded_kubeconfig_moves_the_picture(lesson, binary, tmp_path):
    """One click downloads; what the real kubectl does is seen; taken back, it opens nothing."""
    page = lesson()
    page.get_by_role("button", name="Your kubectl").click()
    dialog = page.get_by_role("dialog", name="Use your own kubectl")
    dialog.get_by_text("can do everything").wait_for()
    with page.expect_download() as waiting:
        dialog.get_by_role("button", name="Download kubeconfig").click()
    config = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(config)
    assert config.name == "k8slab.yaml"
    line = dialog.locator("pre").inner_text()
    assert "1 address opens this lab" in dialog.inner_text()
    assert serious(page) == []
    _shoot(page)

    page.keyboard.press("Escape")
    env = {"KUBECONFIG": str(config), "HOME": str(tmp_path), "PATH": os.environ["PATH"]}

    def kubectl(*words):
        return subprocess.run([binary, *words], env=env, capture_output=True, text=True, timeout=60)

    assert "web" in kubectl("get", "deployments").stdout
    done = kubectl("scale", "deployment/web", "--replicas=7")
    assert done.stdout == "deployment.apps/web scaled\n", done.stderr
    box(page, WEB, has_text="7").wait_for(timeout=RUN_MS)

    again = tmp_path / "again"
    again.mkdir()
    run = ["bash", "-c", f"{line}; {binary} get ns default -o name"]
    shell = {**env, "KUBECONFIG": ""}
    copied = subprocess.run(run, env=shell, cwd=again, capture_output=True, text=True, timeout=60)
    assert copied.stdout == "namespace/default\n", copied.stderr

    page.get_by_role("button", name="Your kubectl").click()
    dialog.get_by_role("button", name="Take back").click()
    dialog.get_by_text("Taken back").wait_for()
    assert "Unauthorized" in kubectl("get", "pods").stderr


def _shoot(page):
    SCREENS.mkdir(parents=True, exist_ok=True)
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.screenshot(path=SCREENS / f"own-kubectl-{width}-{theme}.png")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})
