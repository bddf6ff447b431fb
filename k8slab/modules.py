"""``{% module "js/lab/main.js" %}``: a page's script, and all the modules that it leads to.

A browser learns of a module's imports when it has read the module, so a tree of modules costs a
round trip a level. Told of them all at once it fetches them side by side.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()
_IMPORT = re.compile(
    r"""^(?:import|export)\s+(?:[\w\s{},*$]+\sfrom\s+)?["'](\.[^"']+)["']""", re.MULTILINE
)


@register.simple_tag
def module(path: str) -> SafeString:
    """The script element of a static module, after a preload of each that it imports."""
    links = format_html_join(
        "\n", '<link rel="modulepreload" href="{}">', ((static(it),) for it in imports(path))
    )
    return format_html('{}\n<script type="module" src="{}"></script>', links, static(path))


@cache
def imports(path: str) -> tuple[str, ...]:
    """The static modules that one imports, those of their imports included, nearest first.

    What is imported later, by ``import()``, is left out.
    """
    found: dict[str, None] = {}
    level = [path]
    while level:
        level = [it for each in level for it in _imported(each) if it not in found and it != path]
        found |= dict.fromkeys(level)
    return tuple(found)


def _imported(path: str) -> list[str]:
    file = finders.find(path)
    if file is None:
        raise ValueError(f"there is no static file {path!r}")
    text = Path(file).read_text(encoding="utf-8")
    return [normpath(join(dirname(path), it)) for it in _IMPORT.findall(text)]
