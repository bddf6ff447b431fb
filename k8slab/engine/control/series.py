"""Recording of Events as the events.k8s.io/v1 recorder does (client-go tools/events, 1.36).

The scheduler's Events are of this form: they bear no count and one moment. The same Event again
(type, action, reason, and the very state of the object that it is about) makes it a series: the
second one is written, later ones are kept to the recorder itself until it has been quiet for six
minutes; then the next is a new Event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..base.chance import digest
from ..base.objects import Key, Obj, key_of
from ..base.times import parse_rfc3339, rfc3339_micro
from .events import attempt

if TYPE_CHECKING:
    from .world import World

FINISH_MS = 360_000  # finishTime: a series that was quiet for so long is over


class Report(NamedTuple):
    """What a component did (``action``) to the object that the Event regards, and why."""

    type: str
    reason: str
    action: str
    message: str
    source: str


def record(world: World, obj: Obj, report: Report, related: Obj | None = None) -> None:
    """Write the Event, or make the one that says the same a series."""
    about, version = key_of(obj), obj["metadata"]["resourceVersion"]
    turn = 0
    while True:
        said = (report.type, report.reason, report.action, report.source, version, turn)
        name = f"{about.name}.{digest(world.seed, 'series', obj['metadata']['uid'], *said):016x}"
        stored = world.store.get(Key("Event", about.namespace or "default", name))
        if stored is None:
            attempt(world, _event(world, obj, name, report, related))
            return
        if _goes_on(world, stored):
            _count(world, stored)
            return
        turn += 1


def _goes_on(world: World, event: Obj) -> bool:
    series = event.get("series") or {}
    last = series.get("lastObservedTime") or event["eventTime"]
    return world.unix_ms - parse_rfc3339(last) < FINISH_MS


def _count(world: World, event: Obj) -> None:
    if "series" not in event:
        series = {"count": 2, "lastObservedTime": rfc3339_micro(world.unix_ms)}
        world.api.update({**event, "series": series})


def _event(world: World, obj: Obj, name: str, report: Report, related: Obj | None) -> Obj:
    event = {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": name, "namespace": obj["metadata"].get("namespace") or "default"},
        "involvedObject": _reference(obj),
        "reason": report.reason,
        "message": report.message,
        "source": {},
        "firstTimestamp": None,
        "lastTimestamp": None,
        "type": report.type,
        "eventTime": rfc3339_micro(world.unix_ms),
        "action": report.action,
        "reportingComponent": report.source,
        "reportingInstance": f"{report.source}-control-plane",
    }
    return event if related is None else {**event, "related": _reference(related)}


def _reference(obj: Obj) -> Obj:
    metadata = obj["metadata"]
    reference = {
        "kind": obj["kind"],
        "namespace": metadata.get("namespace"),
        "name": metadata["name"],
        "uid": metadata["uid"],
        "apiVersion": obj["apiVersion"],
        "resourceVersion": metadata["resourceVersion"],
    }
    return {field: value for field, value in reference.items() if value}
