"""Questions about the past, answered from the cluster's changes and samples."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key, Obj, get_in
from k8slab.engine.store import Change

DRAIN_MS = 30_000  # the default grace period: old pods may answer that long after a rollout


class Rollout(NamedTuple):
    """One change of a Deployment's pod template; ``ended_ms`` is None while it is under way."""

    template: Obj
    began_ms: int
    ended_ms: int | None


def changes_of(cluster: Cluster, wanted: Key) -> Iterator[Change]:
    """The changes of an object that the log still holds; namespace and name may hold ``*``."""
    for change in cluster.changes(since=cluster.world.store.compacted):
        key = change.key
        if key.kind != wanted.kind or not fnmatchcase(key.namespace, wanted.namespace):
            continue
        if fnmatchcase(key.name, wanted.name):
            yield change


def rollouts(cluster: Cluster, deployment: Key) -> list[Rollout]:
    """The rollouts of a Deployment, oldest first.

    Left out are the one that created it, and those that the next one overtook.
    """
    found: list[Rollout] = []
    for change in changes_of(cluster, deployment):
        if change.type != "MODIFIED" or change.previous is None:
            continue
        template = get_in(change.object, "spec", "template")
        if template != get_in(change.previous, "spec", "template"):
            if found and found[-1].ended_ms is None:
                found.pop()
            found.append(Rollout(template, change.at_ms, None))
        elif found and found[-1].ended_ms is None and is_complete(change.object):
            found[-1] = found[-1]._replace(ended_ms=change.at_ms)
    return found


def is_complete(deployment: Obj) -> bool:
    """Whether ``kubectl rollout status`` would say that it rolled out."""
    want = get_in(deployment, "spec", "replicas", default=1)
    status: dict[str, Any] = deployment.get("status") or {}
    return status.get("observedGeneration", 0) >= deployment["metadata"]["generation"] and all(
        status.get(name, 0) == want for name in ("replicas", "updatedReplicas", "availableReplicas")
    )


def failures(cluster: Cluster, load: str, t0_ms: int, t1_ms: int) -> tuple[int, int]:
    """How many of a load's requests failed in an interval, and how many there were.

    A load that was never started sent none.
    """
    try:
        samples = cluster.samples(load, t0_ms, t1_ms)
    except ValueError:
        return 0, 0
    return sum(it["failed"] for it in samples), sum(it["requests"] for it in samples)


def latency_ms(cluster: Cluster, load: str, last_s: int) -> int | None:
    """How long a load's latest requests took on average, or None where it sent none."""
    since_ms = max(cluster.now_ms - last_s * 1000, 0)
    try:
        samples = cluster.samples(load, since_ms, cluster.now_ms)
    except ValueError:
        return None
    requests = sum(it["requests"] for it in samples)
    took = sum(it["requests"] * it["latency_ms"] for it in samples)
    return round(took / requests) if requests else None
