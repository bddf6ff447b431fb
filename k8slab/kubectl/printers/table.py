"""Tables of ``kubectl get``: the server's columns, and what the flags add to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from k8slab.engine.base.objects import Obj, labels_of

from .tabwriter import width_of

MIN_WIDTH = 6
PADDING = 3


@dataclass(frozen=True, slots=True)
class TableOptions:
    """What the flags of get ask of a table."""

    wide: bool = False
    headers: bool = True
    with_namespace: bool = False
    with_kind: str = ""
    show_labels: bool = False
    label_columns: tuple[str, ...] = ()
    by_server: bool = True


@dataclass(slots=True)
class Widths:
    """Column widths that only grow: under ``--watch`` later rows stay below earlier ones."""

    columns: list[int] = field(default_factory=list)

    def lay_out(self, rows: list[list[str]]) -> str:
        """Rows as aligned lines, each ended by a newline."""
        for row in rows:
            for column, cell in enumerate(row[:-1]):
                width = max(MIN_WIDTH, width_of(cell) + PADDING)
                if column == len(self.columns):
                    self.columns.append(width)
                self.columns[column] = max(self.columns[column], width)
        return "".join(self._line(row) for row in rows)

    def _line(self, row: list[str]) -> str:
        padded = [
            cell + " " * (width - width_of(cell))
            for cell, width in zip(row[:-1], self.columns, strict=False)
        ]
        return "".join(padded) + row[-1] + "\n"


def header(table: Obj, options: TableOptions) -> list[str]:
    """The column names in capitals."""
    names = [column["name"].upper() for column in _columns(table, options)]
    if options.with_namespace:
        names.insert(0, "NAMESPACE")
    names += [label.rpartition("/")[2].upper() for label in options.label_columns]
    if options.show_labels:
        names.append("LABELS")
    return names


def rows(table: Obj, options: TableOptions) -> list[list[str]]:
    """The cells of each row as text."""
    shown = [
        index
        for index, column in enumerate(table["columnDefinitions"])
        if options.wide or not column["priority"]
    ]
    return [_row(row, shown, options) for row in table["rows"]]


def _columns(table: Obj, options: TableOptions) -> list[Obj]:
    return [
        column for column in table["columnDefinitions"] if options.wide or not column["priority"]
    ]


def _row(row: Obj, shown: list[int], options: TableOptions) -> list[str]:
    cells = [_text(row["cells"][index]) for index in shown]
    obj = row["object"]
    if options.with_kind:
        cells[0] = f"{options.with_kind}/{cells[0]}"
    if options.with_namespace:
        cells.insert(0, obj["metadata"].get("namespace", ""))
    labels = labels_of(obj)
    cells += [labels.get(label, "") for label in options.label_columns]
    if options.show_labels:
        cells.append(labels_text(labels))
    return cells


def labels_text(labels: dict[str, str]) -> str:
    """``a=1,b=2``, or ``<none>``."""
    return ",".join(f"{name}={labels[name]}" for name in sorted(labels)) or "<none>"


def _text(cell: Any) -> str:
    """A cell on one line: what follows a line break is cut, as the table printer does."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    text = str(cell)
    for stop in "\f\n\r":
        head, found, _ = text.partition(stop)
        text = f"{head}..." if found else text
    return text
