"""metav1.Table: what ``kubectl get`` prints, made by the server from a kind's columns."""

from __future__ import annotations

from ..base.objects import Obj, Objs
from .kinds import Kind
from .kinds.base import Column
from .kinds.columns import AGE, NAME, number

_NAME_DESCRIPTION = (
    "Name must be unique within a namespace. Is required when creating resources, although some "
    "resources may allow a client to request the generation of an appropriate name automatically."
)

SCALE = (
    NAME,
    number("Desired", "spec", "replicas"),
    number("Available", "status", "replicas"),
    AGE,
)
"""The columns of the scale subresource of any kind."""


def table(kind: Kind, objects: Objs, now_unix_ms: int, version: str = "") -> Obj:
    """The Table of ``objects``; a row's ``object`` is the whole object.

    Cells are strings, or integers where the column's type says so. ``priority`` 1 marks a column
    that only ``-o wide`` shows.
    """
    return rows_of(kind.columns, objects, now_unix_ms, version)


def rows_of(columns: tuple[Column, ...], objects: Objs, now_unix_ms: int, version: str = "") -> Obj:
    """The Table that has these columns."""
    definitions = [
        {
            "name": column.name,
            "type": column.type,
            "format": column.format,
            "description": _NAME_DESCRIPTION if column.format == "name" else column.name,
            "priority": int(column.wide),
        }
        for column in columns
    ]
    rows = [
        {"cells": [column.value(obj, now_unix_ms) for column in columns], "object": obj}
        for obj in objects
    ]
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {"resourceVersion": version} if version else {},
        "columnDefinitions": definitions,
        "rows": rows,
    }
