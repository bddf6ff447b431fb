"""Aligned columns as Go's text/tabwriter makes them.

kubectl's tables use width 6 with 3 spaces of padding; ``describe`` uses width 0 with 2. A cell
belongs to a column only where a tab ends it; a column is a run of lines that have such a cell.
"""

from __future__ import annotations

import unicodedata


def width_of(text: str) -> int:
    """Characters that take room (combining marks do not)."""
    if text.isascii():
        return len(text)
    return sum(not unicodedata.combining(character) for character in text)


def align(text: str, *, min_width: int = 0, padding: int = 2) -> str:
    """Lay out tab-terminated cells; trailing text of a line is in no column."""
    lines = [line.split("\t") for line in text.split("\n")]
    widths = [[0] * (len(cells) - 1) for cells in lines]
    _measure(lines, widths, 0, len(lines), 0, min_width, padding)
    out = []
    for cells, columns in zip(lines, widths, strict=True):
        padded = [
            cell + " " * (width - width_of(cell))
            for cell, width in zip(cells, columns, strict=False)
        ]
        out.append("".join(padded) + cells[-1])
    return "\n".join(out)


def _measure(
    lines: list[list[str]],
    widths: list[list[int]],
    first: int,
    last: int,
    column: int,
    min_width: int,
    padding: int,
) -> None:
    """Fill in the widths of ``column`` for each run of lines first..last that have it."""
    line = first
    while line < last:
        if len(lines[line]) - 1 <= column:
            line += 1
            continue
        end = line
        while end < last and len(lines[end]) - 1 > column:
            end += 1
        widest = max(width_of(lines[i][column]) for i in range(line, end))
        width = max(min_width, widest + padding)
        for i in range(line, end):
            widths[i][column] = width
        _measure(lines, widths, line, end, column + 1, min_width, padding)
        line = end


def columns(rows: list[list[str]]) -> str:
    """Rows as ``kubectl get`` prints them: 3 spaces between, none after the last column.

    The table printer ends every cell but the last with a tab.
    """
    if not rows:
        return ""
    return align("\n".join("\t".join(row) for row in rows) + "\n", min_width=6, padding=3)
