"""Events live an hour (kube-apiserver --event-ttl, an etcd lease in reality)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..base.objects import Key, Obj
from ..base.times import parse_rfc3339
from ..control import World, events
from ..control.loop import Watch


class EventTtl:
    """Deletes an Event an hour after it was last written.

    Its key is a second: the Events last written in it go together, so that what a cluster has
    pending grows with its seconds and not with its Events.
    """

    name = "event-ttl"
    lag_ms = 1

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"Event": _second}

    def reconcile(self, world: World, key: Key) -> int | None:
        left_ms = parse_rfc3339(key.name) + world.settings.event_ttl_ms - world.unix_ms
        if left_ms > 0:
            return left_ms
        for event in world.store.by("Event", "written", key.name):
            events.expire(world, event)
        return None


def _second(world: World, obj: Obj) -> Iterable[Key]:
    yield Key("Event", "", events.written(obj))
