"""Columns that many kinds share, and how their cells are written (printers/internalversion)."""

from __future__ import annotations

from ...base.durations import human_duration
from ...base.objects import Obj, get_in
from ...base.selectors import format_selector
from ...base.times import parse_rfc3339
from .base import Column

NONE = "<none>"


def age(timestamp: str | None, now_unix_ms: int) -> str:
    """The time since ``timestamp``, as kubectl says it; ``<unknown>`` without one."""
    return human_duration(now_unix_ms - parse_rfc3339(timestamp)) if timestamp else "<unknown>"


def _age_of(obj: Obj, now_unix_ms: int) -> str:
    return age(obj["metadata"].get("creationTimestamp"), now_unix_ms)


def _name_of(obj: Obj, now_unix_ms: int) -> str:
    return str(obj["metadata"]["name"])


def number(name: str, *path: str, form: str = "integer") -> Column:
    """An integer column of the field at ``path``, 0 where it is not there."""
    return Column(name, lambda obj, _: get_in(obj, *path, default=0), form)


def text(name: str, *path: str, missing: str = NONE, wide: bool = False) -> Column:
    """A string column of the field at ``path``."""
    return Column(name, lambda obj, _: get_in(obj, *path, default="") or missing, wide=wide)


def _containers(obj: Obj) -> list[Obj]:
    found: list[Obj] = get_in(obj, "spec", "template", "spec", "containers", default=[])
    return found


NAME = Column("Name", _name_of, format="name")
AGE = Column("Age", _age_of)
CREATED_AT = Column("Created At", lambda obj, _: obj["metadata"]["creationTimestamp"], "date")
CONTAINERS = Column(
    "Containers", lambda obj, _: ",".join(it["name"] for it in _containers(obj)), wide=True
)
IMAGES = Column(
    "Images", lambda obj, _: ",".join(it.get("image", "") for it in _containers(obj)), wide=True
)
SELECTOR = Column(
    "Selector", lambda obj, _: format_selector(get_in(obj, "spec", "selector")), wide=True
)


def _ready(obj: Obj, now_unix_ms: int) -> str:
    ready = get_in(obj, "status", "readyReplicas", default=0)
    return f"{ready}/{get_in(obj, 'spec', 'replicas', default=0)}"


READY = Column("Ready", _ready)
