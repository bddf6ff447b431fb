"""The order of one look at a DaemonSet (daemon_controller.go syncDaemonSet, 1.36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...api.errors import ApiError
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
from . import backoff, pods, rolling, status
from .look import HASH, Look, by_node
from .nodes import should_run, target_node


class DaemonSets:
    """One pod on every node that suits; new templates roll out node by node."""

    name = "daemonset"
    lag_ms = 12

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {
            "DaemonSet": _itself,
            "ControllerRevision": _owner,
            "Pod": _owner,
            "Node": _concerned,
        }

    def reconcile(self, world: World, key: Key) -> int | None:
        daemon_set = world.store.get(key)
        if daemon_set is None:
            world.set_note(backoff.OWNER, key, None)
            return None
        own = claimed(world, daemon_set, "Pod")
        if is_deleting(daemon_set):
            return None
        revisions = history.by_number(claimed(world, daemon_set, "ControllerRevision"))
        newest = history.current(world, daemon_set, revisions, HASH)
        look = Look(
            world,
            daemon_set,
            labels_of(newest)[HASH],
            world.store.list("Node"),
            by_node(own),
        )
        world.read(
            f"{how_many(len(own), 'pod')} of {key.name}, {how_many(len(look.nodes), 'node')}"
        )
        refusal = _update(look, revisions, own)
        available_ms = status.write(look)
        if refusal is not None:
            raise refusal
        waits_ms = [*look.waits_ms, *([] if available_ms is None else [available_ms])]
        return min(waits_ms, default=None)


def _update(look: Look, revisions: Objs, own: Objs) -> ApiError | None:
    """Pods where they should be, then of the present template; the refusal that ended it."""
    try:
        busy = pods.manage(look)
        if not busy and look.daemon_set["spec"]["updateStrategy"]["type"] == "RollingUpdate":
            rolling.roll(look)
        _clean_up(look, revisions, own)
    except ApiError as refusal:
        return refusal
    return None


def _clean_up(look: Look, revisions: Objs, own: Objs) -> None:
    """The oldest revisions beyond the limit, but none that a pod is of."""
    old = [it for it in revisions if labels_of(it).get(HASH) != look.hash]
    used = {labels_of(pod).get(HASH) for pod in own}
    spare = [it for it in old if labels_of(it).get(HASH) not in used and not is_deleting(it)]
    for revision in spare[: max(0, len(old) - look.daemon_set["spec"]["revisionHistoryLimit"])]:
        look.world.api.delete(key_of(revision))


def _itself(world: World, obj: Obj) -> Iterable[Key]:
    yield key_of(obj)


def _owner(world: World, obj: Obj) -> Iterable[Key]:
    """Its DaemonSet; for an orphan, each that would adopt it."""
    namespace, owner = obj["metadata"]["namespace"], controller_of(obj)
    if owner is not None:
        if owner["kind"] == "DaemonSet":
            yield Key("DaemonSet", namespace, owner["name"])
        return
    for daemon_set in world.store.list("DaemonSet", namespace):
        if matcher(daemon_set["spec"]["selector"])(labels_of(obj)):
            yield key_of(daemon_set)


def _concerned(world: World, node: Obj) -> Iterable[Key]:
    """Those that lack a pod there, have one that may not stay, or count a misplaced one.

    A node that is gone wakes nobody: its pods are garbage, and their end is seen (syncNodeUpdate).
    """
    stored = world.store.get(key_of(node))
    if stored is None:
        return
    name = node["metadata"]["name"]
    for daemon_set in world.store.list("DaemonSet"):
        start, stay = should_run(daemon_set, stored)
        here = any(
            target_node(pod) == name
            for pod in world.store.by("Pod", "controller", daemon_set["metadata"]["uid"])
        )
        misplaced = get_in(daemon_set, "status", "numberMisscheduled", default=0) > 0
        if (start and not here) or (here and (misplaced or not stay)):
            yield key_of(daemon_set)
