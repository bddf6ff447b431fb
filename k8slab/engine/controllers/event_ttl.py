"""Events live an hour (kube-apiserver --event-ttl, an etcd lease in reality)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..base.objects import Key, Obj, key_of
from ..base.times import parse_rfc3339
from ..control import World, events
from ..control.loop import Watch


class EventTtl:
    """Deletes an Event an hour after it was last written."""

    name = "event-ttl"
    lag_ms = 1

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"Event": _itself}

    def reconcile(self, world: World, key: Key) -> int | None:
        event = world.store.get(key)
        if event is None:
            return None
        written = event.get("lastTimestamp") or event["metadata"]["creationTimestamp"]
        left_ms = parse_rfc3339(written) + world.settings.event_ttl_ms - world.unix_ms
        if left_ms > 0:
            return left_ms
        events.expire(world, event)
        return None


def _itself(world: World, obj: Obj) -> Iterable[Key]:
    yield key_of(obj)
