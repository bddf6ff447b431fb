"""Recording of core/v1 Events: counted, combined and limited as client-go's recorder does (1.36)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..base.objects import Key, Obj, key_of
from ..base.times import parse_rfc3339

if TYPE_CHECKING:
    from .world import World

SIMILAR_MAX = 10  # events that differ only in message before they are combined
SIMILAR_WINDOW_MS = 600_000
BURST = 25  # spam filter of one source and object: burst, then one in five minutes
REFILL_MS = 300_000
COMBINED = "(combined from similar events): "


def record(
    world: World,
    obj: Obj,
    type: str,
    reason: str,
    message: str,
    source: str,
    *,
    host: str = "",
    field_path: str = "",
) -> None:
    """Write or count up the Event (client-go tools/record/events_cache.go).

    Repeats of the same message count up; after ten different messages of one reason within ten
    minutes the rest are combined; one object gets 25 of a source, then one every five minutes.
    """
    about = key_of(obj)
    spam_key = f"{source}/{host}"
    memory = world.note("events", about) or {}
    if not _within_limit(world, memory, spam_key):
        memory = {**memory, f"limit {spam_key}": _take(world, memory, spam_key, take=False)}
        world.set_note("events", about, memory)
        return
    memory = {**memory, f"limit {spam_key}": _take(world, memory, spam_key, take=True)}
    group = f"{source}/{host}/{field_path}/{type}/{reason}"
    similar = memory.get(f"similar {group}") or {"at_ms": world.now_ms, "messages": []}
    if world.now_ms - similar["at_ms"] > SIMILAR_WINDOW_MS:
        similar = {"at_ms": world.now_ms, "messages": []}
    messages = similar["messages"]
    if message not in messages:
        messages = [*messages, message][-SIMILAR_MAX:] if len(messages) < SIMILAR_MAX else messages
    combined = message not in messages
    similar = {"at_ms": world.now_ms, "messages": messages}
    text = COMBINED + message if combined else message
    identity = f"event {group}" + ("" if combined else f"/{message}")
    memory = {**memory, f"similar {group}": similar}
    name = memory.get(identity)
    namespace = about.namespace or "default"
    stored = world.store.get(Key("Event", namespace, name)) if name else None
    if stored is not None:
        changed = {
            **stored,
            "message": text,
            "count": stored["count"] + 1,
            "lastTimestamp": world.timestamp(),
        }
        world.api.update(changed)
    else:
        name = f"{about.name}.{world.api.token('event', about, identity)}"
        memory = {**memory, identity: name}
        world.api.create(
            _event(world, obj, namespace, name, type, reason, text, source, host, field_path)
        )
    world.set_note("events", about, memory)


def _event(
    world: World,
    obj: Obj,
    namespace: str,
    name: str,
    type: str,
    reason: str,
    message: str,
    source: str,
    host: str,
    field_path: str,
) -> Obj:
    now = world.timestamp()
    metadata = obj["metadata"]
    involved: dict[str, Any] = {
        "kind": obj["kind"],
        "namespace": metadata.get("namespace"),
        "name": metadata["name"],
        "uid": metadata.get("uid"),
        "apiVersion": obj["apiVersion"],
        "resourceVersion": metadata.get("resourceVersion"),
        "fieldPath": field_path,
    }
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": name, "namespace": namespace},
        "involvedObject": {field: value for field, value in involved.items() if value},
        "reason": reason,
        "message": message,
        "source": {"component": source, **({"host": host} if host else {})},
        "firstTimestamp": now,
        "lastTimestamp": now,
        "count": 1,
        "type": type,
        "eventTime": None,
        "reportingComponent": source,
        "reportingInstance": host,
    }


def _take(world: World, memory: dict[str, Any], spam_key: str, *, take: bool) -> list[float]:
    tokens, at_ms = memory.get(f"limit {spam_key}") or [float(BURST), world.now_ms]
    tokens = min(float(BURST), tokens + (world.now_ms - at_ms) / REFILL_MS)
    return [tokens - 1 if take else tokens, world.now_ms]


def _within_limit(world: World, memory: dict[str, Any], spam_key: str) -> bool:
    return _take(world, memory, spam_key, take=False)[0] >= 1


def age_ms(event: Obj, now_unix_ms: int) -> int:
    """Milliseconds since the event was last seen."""
    return now_unix_ms - parse_rfc3339(event["lastTimestamp"])
