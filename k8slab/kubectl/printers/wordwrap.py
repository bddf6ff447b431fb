"""Lines of a width, as go-wordwrap (explain) and the older explain break them."""

from __future__ import annotations

import re

_SPACE = re.compile(r"([^\S\xa0]+)")
_BULLET = re.compile(r"(\d+\.?|-|\*)\s")
_CODE = "    "


def wrapped(text: str, width: int) -> str:
    """The text with a line break for each space after which a word would pass ``width``.

    Spaces inside a line stay as they are; a word longer than a line is not broken.
    """
    return "\n".join(_wrapped_line(line, width) for line in text.split("\n"))


def _wrapped_line(line: str, width: int) -> str:
    lines, current, space = [], "", ""
    for piece in _SPACE.split(line):
        if not piece:
            continue
        if piece.isspace():
            space = piece
        elif (current or space) and len(current) + len(space) + len(piece) > width:
            lines.append(current)
            current, space = piece, ""
        else:
            current, space = f"{current}{space}{piece}", ""
    fits = len(current) + len(space) <= width
    return "\n".join([*lines, f"{current}{space}" if fits else current])


def refilled(text: str, width: int) -> list[str]:
    """Lines filled anew, but for lists, code and empty lines (``explain`` in the old format)."""
    lines: list[str] = []
    current: list[str] = []

    def flush() -> None:
        if current:
            lines.append(" ".join(current))
            current.clear()

    for line in text.split("\n"):
        if line.startswith(_CODE):
            flush()
            lines.append(line)
        elif not line.strip():
            flush()
            if lines:
                lines.append("")
        else:
            if (current and current[-1].endswith(":")) or _BULLET.match(line.strip()):
                flush()
            for word in line.split():
                if current and len(" ".join(current)) + 1 + len(word) > width:
                    flush()
                current.append(word)
    flush()
    return lines
