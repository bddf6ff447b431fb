"""Markdown with a few directives, to safe HTML. ``docs/authoring.md`` lists the directives.

Raw HTML in a text stays text. What the directives make is sanitised like all else, so that no
author can put a script on a page.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Sequence
from html import escape
from textwrap import dedent
from typing import Any

import nh3
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, gettext_noop
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

CALLOUTS = {
    "why": gettext_lazy("Why this works"),
    "insight": gettext_lazy("Key insight"),
    "example": gettext_lazy("Working example"),
    "practice": gettext_lazy("In practice"),
    "trap": gettext_lazy("Trap"),
}
WHOLE_MOST = 18
"""How many letters a word of code may have to stay whole, in a column of a phone too."""
UNWRAPPED = ("yaml", "drawing")
"""Languages of code whose lines must stay whole: where they are too long, they scroll."""
ALTITUDES = (
    gettext_noop("zero"),
    gettext_noop("junior"),
    gettext_noop("middle"),
    gettext_noop("senior"),
)
MARKS = ("checks", "predict", "altitude", "widget")
DIRECTIVES = ("task", "hint", "solution", "outcome", *MARKS, *CALLOUTS)

_ATTRIBUTES = {
    "*": {"class", "id"},
    "a": {"href", "title"},
    "button": {"type", "data-try", "data-run", "data-do", "data-arguments"},
    "section": {"data-task"},
    "div": {f"data-{name}" for name in MARKS},
    "th": {"scope"},
    "ol": {"start"},
    "code": {"class"},
    "pre": {"tabindex"},
}
_TAGS = nh3.ALLOWED_TAGS | {"section", "aside", "button", "details", "summary", "div", "table"}

_BEFORE_A_UNIT = re.compile(r"(?<=\d) (?=(?:ms|s|min|h|мс|с|мин|ч)\b|%)")
_NO_BREAK = "\u00a0"
_BUTTON = re.compile(r"([$!]) (.+?) \| ([^|]+)")

Opening = Callable[[str], str]


def render(text: str) -> str:
    """The text as safe HTML.

    Two things are left for the page to fill: ``<div data-checks="TASK"></div>`` and
    ``<div data-predict="QUESTION"></div>``.
    """
    return nh3.clean(
        _markdown().render(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https"},
        link_rel="noreferrer",
    )


def inline(text: str) -> str:
    """One line of Markdown (code, emphasis, links) as safe HTML without a paragraph around it."""
    return nh3.clean(_markdown().renderInline(text), url_schemes={"http", "https"})


def split_title(words: str) -> tuple[str, str]:
    """``"bump Run the bump"`` -> ``("bump", "Run the bump")``."""
    name, _, title = words.strip().partition(" ")
    return name, title.strip()


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")
    for name in DIRECTIVES:
        container_plugin(markdown, name, render=_container(name))
    markdown.add_render_rule("fence", _fence)
    markdown.add_render_rule("text", _text)
    markdown.add_render_rule("code_inline", _code)
    return markdown


def _container(name: str) -> Callable[..., str]:
    opening, closing = _SHAPES[name]

    def rule(
        self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any
    ) -> str:
        token = tokens[index]
        if token.nesting == -1:
            return closing
        return opening(token.info.strip().removeprefix(name).strip())

    return rule


def _task(words: str) -> str:
    name, title = split_title(words)
    return f'<section class="task" data-task="{escape(name)}"><h3>{_inline(title)}</h3>'


def _details(css: str, default: str | Promise) -> Opening:
    def opening(words: str) -> str:
        return f'<details class="{css}"><summary>{_inline(words or str(default))}</summary>'

    return opening


def _aside(name: str) -> Opening:
    def opening(words: str) -> str:
        title = _inline(words or str(CALLOUTS[name]))
        return f'<aside class="callout callout-{name}"><p class="callout__title">{title}</p>'

    return opening


def _marked(attribute: str, css: str = "") -> Opening:
    def opening(words: str) -> str:
        shape = f' class="{css}"' if css else ""
        return f'<div{shape} data-{attribute}="{escape(words)}">'

    return opening


def _inline(text: str) -> str:
    rendered: str = MarkdownIt("commonmark", {"html": False}).renderInline(text)
    return rendered


_SHAPES: dict[str, tuple[Opening, str]] = {
    "task": (_task, "</section>\n"),
    "checks": (_marked("checks"), "</div>\n"),
    "hint": (_details("hint", gettext_lazy("Hint")), "</details>\n"),
    "solution": (_details("solution", gettext_lazy("Solution")), "</details>\n"),
    "predict": (_marked("predict"), "</div>\n"),
    "outcome": (
        _details("callout callout-outcome", gettext_lazy("What the engine measured")),
        "</details>\n",
    ),
    "altitude": (_marked("altitude", "altitude"), "</div>\n"),
    "widget": (_marked("widget", "widget"), "</div>\n"),
    "why": (_details("callout callout-why", CALLOUTS["why"]), "</details>\n"),
    **{name: (_aside(name), "</aside>\n") for name in CALLOUTS if name != "why"},
}


def together(text: str) -> str:
    """The text in which a number and its unit stay on one line."""
    return _BEFORE_A_UNIT.sub(_NO_BREAK, text)


def _text(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return together(escape(tokens[index].content))


def _code(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    content = tokens[index].content
    if found := _BUTTON.fullmatch(content):
        return _act(content[2:]) if found[1] == "!" else _run(found[2], found[3])
    return f"<code>{_whole_words(content)}</code>"


def _fence(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    lines = [line.strip() for line in token.content.splitlines() if line.strip()]
    match token.info.strip():
        case "try":
            return f'<div class="chips">{"".join(map(_try, lines))}</div>\n'
        case "act":
            return f'<div class="chips">{"".join(map(_act, lines))}</div>\n'
        case language:
            css = f' class="language-{escape(language)}"' if language else ""
            scrolls = ' tabindex="0"' if language in UNWRAPPED else ""
            text = escape(dedent(token.content))
            return f"<pre{scrolls}><code{css}>{text}</code></pre>\n"


def _try(line: str) -> str:
    shown = _whole_words(line)
    return f'<button type="button" class="try" data-try="{escape(line)}">{shown}</button>'


def _whole_words(code: str) -> str:
    """Short words with a hyphen in spans that stay on one line: browsers break at a hyphen."""

    def shown(word: str) -> str:
        whole = "-" in word and len(word) <= WHOLE_MOST
        return f"<span>{escape(word)}</span>" if whole else escape(word)

    return " ".join(map(shown, code.split(" ")))


def _run(line: str, words: str) -> str:
    return (
        f'<button type="button" class="button" data-run="{escape(line)}">{escape(words)}</button>'
    )


def _act(line: str) -> str:
    """``node-crash node=node-2 | Kill node-2``: a fault, its arguments, the button's words."""
    command, _, label = line.partition("|")
    fault, arguments = read_fault(command)
    sent = escape(json.dumps({"fault": fault, "arguments": arguments}))
    words = escape(label.strip() or command.strip())
    start = '<button type="button" class="act" data-do="inject"'
    return f'{start} data-arguments="{sent}">{words}</button>'


def read_fault(command: str) -> tuple[str, dict[str, str | int]]:
    """``"node-reboot node=node-2 seconds=30"`` -> the fault, and its arguments; digits are ints."""
    fault, *words = shlex.split(command)
    pairs = (word.split("=", 1) for word in words)
    return fault, {name: int(value) if value.isdecimal() else value for name, value in pairs}
