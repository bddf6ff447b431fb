"""Recording of core/v1 Events: counted, combined and limited as client-go's recorder does (1.36).

Three rules of client-go tools/record/events_cache.go, in this order:

1. Events about one object that share source, type and reason but differ in message are combined
   from the tenth message within ten minutes on.
2. A repeat of the same event counts up the stored one, whose message becomes the latest.
3. One source writes 25 events of a type about one object, then one every five minutes; the count
   goes on. (A recorded pod with two failing probes: 25 Warnings, and every Killing after them.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..api.errors import ApiError
from ..base.chance import digest
from ..base.objects import Key, Obj, key_of

if TYPE_CHECKING:
    from .world import World

OWNER = "events"
SIMILAR_MAX = 10
SIMILAR_WINDOW_MS = 600_000
BURST = 25
REFILL_MS = 300_000
COMBINED = "(combined from similar events): "


class Entry(NamedTuple):
    """What a component has to say about an object; ``field_path`` names a part of it."""

    type: str
    reason: str
    message: str
    source: str
    host: str = ""
    field_path: str = ""


def record(world: World, obj: Obj, entry: Entry) -> None:
    """Write the Event, or count it up, or drop it, by the rules above.

    The memory of an object is {"live": Events stored, "similar": {group: [last ms, messages as
    digests]}, "tokens": {source and type: [left, at ms]}, "missed": {Event: times not written}}.
    An Event's name says which one it is, so what was written need not be remembered.
    """
    about = key_of(obj)
    memory = dict(world.note(OWNER, about) or {"live": 0, "similar": {}, "tokens": {}})
    group = f"{entry.source}/{entry.host}/{entry.type}/{entry.reason}"
    combined, memory["similar"] = _combine(world, memory["similar"], group, entry.message)
    said = "" if combined else f"{entry.field_path}/{entry.message}"
    what = digest(world.seed, "event", obj["metadata"].get("uid"), group, said)
    key = Key("Event", about.namespace or "default", f"{about.name}.{what:016x}")
    source = f"{entry.source}/{entry.host}/{entry.type}"
    allowed, memory["tokens"] = _allow(world, memory["tokens"], source)
    missed = dict(memory.pop("missed", {}))
    if allowed:
        message = COMBINED + entry.message if combined else entry.message
        times = missed.pop(key.name, 0) + 1
        memory["live"] += _write(world, obj, key, entry._replace(message=message), times)
    else:
        missed[key.name] = missed.get(key.name, 0) + 1
    world.set_note(OWNER, about, {**memory, "missed": missed} if missed else memory)


def written(event: Obj) -> str:
    """The second in which an Event was last written, as metav1.Time."""
    second: str = event.get("lastTimestamp") or event["metadata"].get("creationTimestamp", "")
    return second


def expire(world: World, event: Obj) -> None:
    """Delete an Event whose time is up; with an object's last one goes what is remembered."""
    involved = event["involvedObject"]
    about = Key(involved["kind"], involved.get("namespace", ""), involved["name"])
    world.api.delete(key_of(event))
    memory = world.note(OWNER, about)
    if memory is not None and not event.get("eventTime"):
        live = memory["live"] - 1
        world.set_note(OWNER, about, {**memory, "live": live} if live > 0 else None)


def _combine(world: World, similar: Obj, group: str, message: str) -> tuple[bool, Obj]:
    last_ms, messages = similar.get(group) or (world.now_ms, [])
    if world.now_ms - last_ms > SIMILAR_WINDOW_MS:
        messages = []
    one = digest(0, message) & 0xFFFFFFFF
    combined = one not in messages and len(messages) >= SIMILAR_MAX - 1
    if not combined and one not in messages:
        messages = [*messages, one]
    return combined, {**similar, group: [world.now_ms, messages]}


def _allow(world: World, tokens: Obj, source: str) -> tuple[bool, Obj]:
    left, at_ms = tokens.get(source) or (BURST, world.now_ms)
    left = min(BURST, left + (world.now_ms - at_ms) / REFILL_MS)
    allowed = left >= 1
    return allowed, {**tokens, source: [left - allowed, world.now_ms]}


def _write(world: World, obj: Obj, key: Key, entry: Entry, times: int) -> bool:
    """Store the Event, or count it up by ``times``; whether it is new."""
    stored = world.store.get(key)
    if stored is None:
        return attempt(world, _event(world, obj, entry, key, times))
    again = {
        "message": entry.message,
        "count": stored["count"] + times,
        "lastTimestamp": world.timestamp(),
    }
    world.api.update({**stored, **again})
    return False


def attempt(world: World, event: Obj) -> bool:
    """Create an Event; one that the server rejects is dropped, as recorders do; whether it is new.

    (So is any in a namespace that is being deleted: nobody fails for want of an Event.)
    """
    try:
        world.api.create(event)
    except ApiError:
        return False
    return True


def _event(world: World, obj: Obj, entry: Entry, key: Key, count: int) -> Obj:
    now = world.timestamp()
    metadata = obj["metadata"]
    involved: dict[str, Any] = {
        "kind": obj["kind"],
        "namespace": metadata.get("namespace"),
        "name": metadata["name"],
        "uid": metadata.get("uid"),
        "apiVersion": obj["apiVersion"],
        "resourceVersion": metadata.get("resourceVersion"),
        "fieldPath": entry.field_path,
    }
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": key.name, "namespace": key.namespace},
        "involvedObject": {field: value for field, value in involved.items() if value},
        "reason": entry.reason,
        "message": entry.message,
        "source": {"component": entry.source, **({"host": entry.host} if entry.host else {})},
        "firstTimestamp": now,
        "lastTimestamp": now,
        "count": count,
        "type": entry.type,
        "eventTime": None,
        "reportingComponent": entry.source,
        "reportingInstance": entry.host,
    }
