"""The contrast of the design tokens, as the browser resolves them (WCAG 2.2: 1.4.3, 1.4.11)."""

from __future__ import annotations

import pytest

TEXT = 4.5
GRAPHIC = 3.0
PAPERS = ["--paper", "--raised", "--sunk"]
PAIRS = [
    *(
        (ink, paper, TEXT)
        for ink in ("--ink", "--soft", "--accent", "--failed")
        for paper in PAPERS
    ),
    *(
        (sign, paper, GRAPHIC)
        for sign in ("--ready", "--waiting", "--failed", "--leaving", "--edge")
        for paper in PAPERS
    ),
    ("--waiting-text", "--raised", TEXT),
    ("--waiting-text", "--waiting-wash", TEXT),
    ("--failed", "--failed-wash", TEXT),
    ("--ink", "--accent-wash", TEXT),
    ("--soft", "--accent-wash", TEXT),
    ("--on-accent", "--accent", TEXT),
    ("--on-accent", "--accent-strong", TEXT),
]


def _luminance(colour: list[int]) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: list[int], other: list[int]) -> float:
    """WCAG's contrast ratio, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_pair_of_tokens_has_its_contrast(open_page, theme):
    """PX-008."""
    page = open_page("/", theme=theme)
    colours = page.evaluate(
        """(names) => Object.fromEntries(names.map((name) => {
            document.body.style.color = `var(${name})`;
            return [name, getComputedStyle(document.body).color.match(/\\d+/g).map(Number)];
        }))""",
        sorted({name for pair in PAIRS for name in pair[:2]}),
    )
    weak = [
        (ink, paper, round(contrast(colours[ink], colours[paper]), 2))
        for ink, paper, least in PAIRS
        if contrast(colours[ink], colours[paper]) < least
    ]
    assert weak == []
