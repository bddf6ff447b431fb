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

    The memory of an object is {"similar": {group: [last ms, messages]}, "written": {identity:
    [event name, count]}, "tokens": {source and type: [left, at ms]}}.
    """
    about = key_of(obj)
    memory = world.note(OWNER, about) or {"similar": {}, "written": {}, "tokens": {}}
    combined, memory = _combine(world, memory, entry)
    message = COMBINED + entry.message if combined else entry.message
    identity = "/".join((*_group(entry), *(() if combined else (entry.field_path, entry.message))))
    name, count = memory["written"].get(identity) or ("", 0)
    allowed, memory = _allow(world, memory, f"{entry.source}/{entry.host}/{entry.type}")
    if allowed:
        name = _write(world, obj, entry._replace(message=message), name, count + 1)
    written = {**memory["written"], identity: [name, count + 1]}
    world.set_note(OWNER, about, {**memory, "written": written})


def expire(world: World, event: Obj) -> None:
    """Delete an Event whose time is up, and what is remembered of it."""
    involved = event["involvedObject"]
    about = Key(involved["kind"], involved.get("namespace", ""), involved["name"])
    world.api.delete(key_of(event))
    memory = world.note(OWNER, about)
    if memory is None:
        return
    name = event["metadata"]["name"]
    written = {what: entry for what, entry in memory["written"].items() if entry[0] != name}
    world.set_note(OWNER, about, {**memory, "written": written} if written else None)


def _group(entry: Entry) -> tuple[str, ...]:
    return (entry.source, entry.host, entry.type, entry.reason)


def _combine(world: World, memory: Obj, entry: Entry) -> tuple[bool, Obj]:
    group = "/".join(_group(entry))
    last_ms, messages = memory["similar"].get(group) or (world.now_ms, [])
    if world.now_ms - last_ms > SIMILAR_WINDOW_MS:
        messages = []
    combined = entry.message not in messages and len(messages) >= SIMILAR_MAX - 1
    if not combined and entry.message not in messages:
        messages = [*messages, entry.message]
    similar = {**memory["similar"], group: [world.now_ms, messages]}
    return combined, {**memory, "similar": similar}


def _allow(world: World, memory: Obj, source: str) -> tuple[bool, Obj]:
    left, at_ms = memory["tokens"].get(source) or (float(BURST), world.now_ms)
    left = min(float(BURST), left + (world.now_ms - at_ms) / REFILL_MS)
    allowed = left >= 1
    tokens = {**memory["tokens"], source: [left - allowed, world.now_ms]}
    return allowed, {**memory, "tokens": tokens}


def _write(world: World, obj: Obj, entry: Entry, name: str, count: int) -> str:
    """Store the Event under ``name`` ("" or expired: a new one); the name that it has."""
    namespace = obj["metadata"].get("namespace") or "default"
    stored = world.store.get(Key("Event", namespace, name)) if name else None
    if stored is not None:
        again = {"message": entry.message, "count": count, "lastTimestamp": world.timestamp()}
        world.api.update({**stored, **again})
        return name
    name = f"{obj['metadata']['name']}.{world.api.token('event', entry.reason, entry.message)}"
    world.api.create(_event(world, obj, entry, namespace, name, count))
    return name


def _event(world: World, obj: Obj, entry: Entry, namespace: str, name: str, count: int) -> Obj:
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
        "metadata": {"name": name, "namespace": namespace},
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
