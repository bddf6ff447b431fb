"""What a browser needs for the home page and the first lesson, with nothing in its cache."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.server import CHROMIUM, FLAGS, running_server

VISITS = 5
OBSERVE = """
window.seen = {shift: 0, largest: 0};
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.shift += entry.value;
}).observe({type: "layout-shift", buffered: true});
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) seen.largest = entry.startTime;
}).observe({type: "largest-contentful-paint", buffered: true});
"""
FIGURES = """() => {
  const all = performance.getEntriesByType("resource");
  const scripts = all.filter((it) => it.name.split("?")[0].endsWith(".js"));
  const bytes = (entries) => entries.reduce((sum, it) => sum + it.encodedBodySize, 0) / 1024;
  return {
    first_paint_ms: performance.getEntriesByName("first-contentful-paint")[0].startTime,
    largest_paint_ms: seen.largest,
    layout_shift: seen.shift,
    scripts: scripts.length,
    script_kb: bytes(scripts),
    all_kb: bytes(all) + bytes(performance.getEntriesByType("navigation")),
  };
}"""


def measure() -> dict[str, float]:
    """Medians of first and largest paint, layout shift, bytes over the wire, time until live."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        visits = [_visit(browser, address) for _ in range(VISITS)]
        browser.close()
    return {name: median(visit[name] for visit in visits) for name in visits[0]}


def _visit(browser: Browser, address: str) -> dict[str, float]:
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(OBSERVE)
    page.goto("/")
    figures = _figures(page, "home")
    page.get_by_role("button", name="Start:").click()
    page.wait_for_url("**/lessons/**")
    lesson = page.url
    page.close()
    page = context.new_page()
    page.add_init_script(OBSERVE)
    context.new_cdp_session(page).send("Network.clearBrowserCache")
    page.goto(lesson)
    page.locator('[data-link][data-state="live"]').wait_for()
    live = page.evaluate("performance.now()")
    figures |= {**_figures(page, "lesson"), "lesson_live_ms": live}
    context.close()
    return figures


def _figures(page: Page, name: str) -> dict[str, float]:
    page.wait_for_load_state("networkidle")
    return {f"{name}_{figure}": value for figure, value in page.evaluate(FIGURES).items()}
