"""Every lesson, as it is read: nothing scrolls sideways, axe finds nothing serious."""

from __future__ import annotations

import pytest

from k8slab.course.lessons import lesson_folders

from .test_pages import serious

SLUGS = [folder.name for folder in lesson_folders()]
OPENED = "document.querySelectorAll('main details').forEach((it) => { it.open = true; })"
WIDE = "document.documentElement.scrollWidth"


@pytest.mark.parametrize("slug", SLUGS)
def test_a_lesson_is_read_at_every_width(open_page, slug):
    """PX-008, TE-040: with all its hints, solutions and measures open; the themes by turns."""
    page = open_page(f"/lessons/{slug}/", width=320, theme=("light", "dark")[SLUGS.index(slug) % 2])
    page.evaluate(OPENED)
    for width in (320, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(WIDE) <= width
    assert serious(page) == []
