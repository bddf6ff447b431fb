"""Event (v1)."""

from __future__ import annotations

from ...base.objects import Obj, get_in
from .base import Column, Kind
from .columns import NAME, age, text
from .filling import fill

_STRINGS: Obj = {
    "involvedObject": {},
    "reportingComponent": "",
    "reportingInstance": "",
    "source": {},
}
_TIMES: Obj = {"firstTimestamp": None, "lastTimestamp": None, "eventTime": None}


def _default(obj: Obj) -> Obj:
    obj = fill(obj, _STRINGS)
    missing = {name: value for name, value in _TIMES.items() if name not in obj}
    return {**obj, **missing} if missing else obj


def _last_seen(event: Obj, now_unix_ms: int) -> str:
    last = event.get("lastTimestamp") or event.get("eventTime") or event.get("firstTimestamp")
    return age(last, now_unix_ms)


def _first_seen(event: Obj, now_unix_ms: int) -> str:
    return age(event.get("firstTimestamp") or event.get("eventTime"), now_unix_ms)


def _object(event: Obj, now_unix_ms: int) -> str:
    involved = event["involvedObject"]
    kind, name = involved.get("kind", "").lower(), involved.get("name", "")
    return f"{kind}/{name}" if name else kind


def _source(event: Obj, now_unix_ms: int) -> str:
    component = get_in(event, "source", "component", default="") or event.get(
        "reportingComponent", ""
    )
    host = get_in(event, "source", "host", default="") or event.get("reportingInstance", "")
    return f"{component}, {host}" if host else component


def _count(event: Obj, now_unix_ms: int) -> int:
    return int(get_in(event, "series", "count", default=0) or event.get("count") or 1)


EVENT_COLUMNS = (
    Column("Last Seen", _last_seen),
    text("Type", "type", missing=""),
    text("Reason", "reason", missing=""),
    Column("Object", _object),
    text("Subobject", "involvedObject", "fieldPath", missing="", wide=True),
    Column("Source", _source, wide=True),
    Column("Message", lambda event, _: (event.get("message") or "").strip()),
    Column("First Seen", _first_seen, wide=True),
    Column("Count", _count, "integer", wide=True),
    Column("Name", NAME.value, format="name", wide=True),
)
KIND = Kind(
    "Event",
    "events",
    short_names=("ev",),
    default=_default,
    columns=EVENT_COLUMNS,
)
