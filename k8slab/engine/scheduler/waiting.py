"""Pods that fit nowhere: who refused them, and whom a change may help (the scheduling queue, 1.36).

A pod that waits has the note {"by": names of the plugins that refused it}. How many wait for each
plugin is counted, so that a change which helps nobody costs nothing. There is no back-off: the
scheduler takes pods from its back-off queue as soon as it has nothing else to do
(SchedulerPopFromBackoffQ), and in virtual time that is at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..base.objects import Key, Obj, key_of, labels_of
from ..base.pods import node_of
from ..control import World
from ..store import Change
from . import hints
from .filters import FILTERS
from .podinfo import priority_of

NAME = "scheduler"
COUNTS = Key("Waiting", "", "")
PLUGINS = {plugin.name: plugin for plugin in FILTERS}
NOWHERE = frozenset({hints.NODE_ADDED})
"""What helps a pod that no plugin refused: there was no node."""
NOMINATED = Key("Nominated", "", "")


def wait(world: World, key: Key, refused_by: Iterable[str]) -> None:
    """Remember that a pod fits nowhere, and who said so."""
    forget(world, key)
    by = sorted(set(refused_by))
    world.set_note(NAME, key, {"by": by})
    _count(world, by, 1)


def forget(world: World, key: Key) -> None:
    """A pod no longer waits: it was placed, or is gone."""
    note = world.note(NAME, key)
    if note is not None:
        world.set_note(NAME, key, None)
        _count(world, note["by"], -1)


def _count(world: World, plugins: list[str], by: int) -> None:
    counts = dict(world.note(NAME, COUNTS) or {})
    for plugin in plugins:
        counts[plugin] = counts.get(plugin, 0) + by
    world.set_note(NAME, COUNTS, {name: count for name, count in counts.items() if count} or None)


def nominate(world: World, key: Key, node: str) -> None:
    """Keep room for a pod on a node ("": no longer)."""
    before, name = world.note(NAME, NOMINATED) or {}, f"{key.namespace}/{key.name}"
    if before.get(name, "") == node:
        return
    kept = {**before, name: node}
    world.set_note(NAME, NOMINATED, {name: node for name, node in kept.items() if node} or None)


def nominated_nodes(world: World) -> list[str]:
    """The nodes that are kept for somebody."""
    return sorted({*(world.note(NAME, NOMINATED) or {}).values()})


def nominated(world: World, node: str) -> list[Obj]:
    """The waiting pods that a node is kept for."""
    names = [name for name, kept in (world.note(NAME, NOMINATED) or {}).items() if kept == node]
    pods = [world.store.get(Key("Pod", *name.split("/"))) for name in names]
    return [pod for pod in pods if pod is not None and not node_of(pod)]


# Who is woken by what. The change at hand is the store's latest.


def by_pod(world: World, pod: Obj) -> Iterator[Key]:
    """An unbound pod that is new or was edited; and those that a bound one makes way for."""
    change = _latest(world, pod)
    if change is None:
        if not node_of(pod) and world.store.get(key_of(pod)) is pod:
            yield key_of(pod)
    elif node_of(pod):
        if kinds := hints.of_pod(change):
            yield from _helped(world, kinds, *hints.placed(change))
    elif change.type == "DELETED" or not _is_own_report(change.previous, pod):
        yield change.key


def by_node(world: World, node: Obj) -> Iterator[Key]:
    """Those whom a change of a node may help."""
    change = _latest(world, node)
    if change is not None:
        new = None if change.type == "DELETED" else node
        yield from _helped(world, hints.of_node(change), change.previous, new)


def _latest(world: World, obj: Obj) -> Change | None:
    """The change that made ``obj`` what it is, if it is the store's latest."""
    log = world.store.log
    return log[-1] if log and log[-1].object is obj else None


def by_storage(world: World, obj: Obj) -> Iterator[Key]:
    """Those that wait for a claim, a volume or a class."""
    yield from _helped(world, frozenset({hints.CLAIM}), None, obj)


def _helped(world: World, kinds: frozenset[str], old: Obj | None, new: Obj | None) -> list[Key]:
    """Waiting pods that such a change may help, the most important first, then the oldest."""
    if not kinds or not any(
        kinds & _helped_by(plugin) for plugin in world.note(NAME, COUNTS) or ()
    ):
        return []
    found = []
    for pod in world.store.by("Pod", "node", ""):
        key = key_of(pod)
        refused_by = (world.note(NAME, key) or {}).get("by", ())
        helping = [PLUGINS.get(name) for name in refused_by if kinds & _helped_by(name)]
        if any(it is None or it.concerns(pod, old, new, world.store) for it in helping):
            found.append((-priority_of(pod), int(pod["metadata"]["resourceVersion"]), key))
    return [key for _, _, key in sorted(found)]


def _helped_by(plugin: str) -> frozenset[str]:
    return PLUGINS[plugin].helped_by if plugin in PLUGINS else NOWHERE


def _is_own_report(old: Obj | None, new: Obj) -> bool:
    """Whether nothing but the status has changed, as by the scheduler's own report."""
    return (
        old is not None
        and old["spec"] is new["spec"]
        and labels_of(old) == labels_of(new)
        and old["metadata"].get("deletionTimestamp") == new["metadata"].get("deletionTimestamp")
    )
