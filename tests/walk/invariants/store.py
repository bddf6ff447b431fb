"""Versions and the log of changes: invariants 1 and 2."""

from __future__ import annotations

from collections.abc import Iterator

from k8slab.engine import Cluster
from k8slab.engine.store import Change

from ..view import View


def versions_increase(view: View, change: Change) -> Iterator[str]:
    """1. resourceVersion strictly increases and is unique."""
    if change.version <= view.version_before:
        yield f"version {change.version} after {view.version_before}"
    stored = change.object["metadata"]["resourceVersion"]
    if stored != str(change.version) and not _is_from_the_start(change):
        yield f"{change.key} bears version {stored} at change {change.version}"


def _is_from_the_start(change: Change) -> bool:
    return change.cause is None and change.at_ms == 0


def changes_follow_one_another(view: View, change: Change) -> Iterator[str]:
    """2. A watch delivers each event once, in order: each goes on from the one before."""
    if change.version != view.version_before + 1:
        yield f"version {change.version} was told after {view.version_before}"
    before = view.before["metadata"]["resourceVersion"] if view.before else None
    previous = change.previous["metadata"]["resourceVersion"] if change.previous else None
    if before != previous:
        yield f"{change.key} was at version {before}, and its change says {previous}"
    if (change.type == "ADDED") != (before is None):
        yield f"{change.type} of {change.key}, of which version {before} was known"


def the_log_tells_all(view: View, cluster: Cluster) -> Iterator[str]:
    """2. Who follows the log has what the store has."""
    stored = {
        (obj["kind"], obj["metadata"].get("namespace", ""), obj["metadata"]["name"]): obj
        for obj in cluster.world.store.dump()
    }
    told = {tuple(key): obj for objects in view.objects.values() for key, obj in objects.items()}
    if view.version != cluster.version:
        yield f"the log ends at {view.version}, the store at {cluster.version}"
    for key in sorted({*stored, *told}):
        if stored.get(key) != told.get(key):
            yield f"{key} is stored otherwise than it was told"
