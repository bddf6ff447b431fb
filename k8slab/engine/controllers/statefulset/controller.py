"""The order of one look at a StatefulSet (stateful_set.go sync, 1.36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from ...base.objects import (
    Key,
    Obj,
    Objs,
    controller_of,
    get_in,
    is_deleting,
    key_of,
    labels_of,
)
from ...base.reason import how_many
from ...base.selectors import matcher
from ...control import World
from ...control.loop import Watch
from .. import history
from ..claims import claimed
from . import status, update
from .identity import is_member, revision_of
from .look import Look, sorted_pods

_HASH = "controller.kubernetes.io/hash"
STALE_MS = 1_000
"""Until it looks again whether a claim of a pod that is gone has gone too: nobody tells it."""


class StatefulSets:
    """Pods with names, claims and an order of their own."""

    name = "statefulset"
    lag_ms = 3

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"StatefulSet": _itself, "Pod": _owner}

    def reconcile(self, world: World, key: Key) -> int | None:
        stateful_set = world.store.get(key)
        if stateful_set is None:
            return None
        own = claimed(world, stateful_set, "Pod", partial(is_member, stateful_set))
        revisions = history.by_number(claimed(world, stateful_set, "ControllerRevision"))
        newest = history.current(world, stateful_set, revisions, _HASH)
        current = _current(stateful_set, revisions) or newest
        slots, condemned = sorted_pods(stateful_set, own)
        look = Look(world, stateful_set, current, newest, slots, condemned)
        world.read(f"{how_many(len(own), 'pod')} of {key.name}")
        counts, refusal = status.counted(look), None
        if not is_deleting(stateful_set):
            counts, refusal = update.step(look, counts)
        again_ms = status.write(look, counts)
        _clean_up(look, revisions, own)
        if refusal is not None:
            raise refusal
        return STALE_MS if look.stale else again_ms


def _current(stateful_set: Obj, revisions: Objs) -> Obj | None:
    name = get_in(stateful_set, "status", "currentRevision")
    return next((it for it in revisions if it["metadata"]["name"] == name), None)


def _clean_up(look: Look, revisions: Objs, own: Objs) -> None:
    live = {look.current["metadata"]["name"], look.update["metadata"]["name"]}
    live |= {revision_of(pod) for pod in own}
    history.truncate(look.world, look.stateful_set, revisions, frozenset(live))


def _itself(world: World, obj: Obj) -> Iterable[Key]:
    yield key_of(obj)


def _owner(world: World, pod: Obj) -> Iterable[Key]:
    """Its StatefulSet; for an orphan, each that would adopt it."""
    namespace, owner = pod["metadata"]["namespace"], controller_of(pod)
    if owner is not None:
        if owner["kind"] == "StatefulSet":
            yield Key("StatefulSet", namespace, owner["name"])
        return
    for stateful_set in world.store.list("StatefulSet", namespace):
        if matcher(stateful_set["spec"]["selector"])(labels_of(pod)):
            yield key_of(stateful_set)
