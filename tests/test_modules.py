"""A page names all the modules that its script leads to, so that a browser fetches them at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Context, Template

from k8slab.modules import imports

STATIC = Path(__file__).parent.parent / "static"
ENTRIES = sorted(
    {
        name
        for page in (STATIC.parent / "templates").rglob("*.html")
        for name in re.findall(r"{% module '([^']+)' %}", page.read_text())
    }
)


@pytest.mark.parametrize("entry", ENTRIES)
def test_nothing_is_left_to_be_found(entry):
    """Each ``from "./..."`` in a module's text is among the imports of the page's script."""
    known = {entry, *imports(entry)}
    for name in known - {it for it in known if it.startswith("vendor/")}:
        folder = (STATIC / name).parent
        for path in re.findall(r'from "(\.[^"]+)"', (STATIC / name).read_text()):
            assert str((folder / path).resolve().relative_to(STATIC)) in known, (name, path)


def test_what_is_imported_later_is_left_to_later():
    assert "js/lab/faults.js" not in imports("js/lab/main.js")


def test_a_page_asks_for_each_once_and_for_its_own_last():
    text = Template("{% load modules %}{% module 'js/lab/main.js' %}").render(Context())
    links = re.findall(r'rel="modulepreload" href="/static/([^"]+)"', text)
    assert len(links) == len(set(links)) > 40
    assert text.endswith('<script type="module" src="/static/js/lab/main.js"></script>')


def test_no_other_element_asks_for_a_module():
    for page in (STATIC.parent / "templates").rglob("*.html"):
        assert 'type="module"' not in page.read_text(), page
