"""Snapshot, restore, fork and replay of a lesson-sized cluster."""

from __future__ import annotations

from time import process_time

from k8slab.engine import Cluster

from .tools import create, deployment, median_ms


def measure() -> dict[str, float]:
    """Sizes in KB, times in CPU ms; the replay is of a virtual hour with a rollout and a fault."""
    cluster = Cluster(nodes=3, seed=7)
    cluster.advance(5)
    cluster.request(create(deployment(5, "shop/api:1.0")))
    cluster.load("client", url="http://web.default/", rps=50)
    cluster.advance(600)
    cluster.inject("node-crash", node="node-2")
    cluster.advance(3600 - 605)
    snapshot = cluster.snapshot()
    began = process_time()
    twin = Cluster.replay(cluster.genesis, cluster.journal, cluster.now_ms)
    replay_ms = (process_time() - began) * 1000
    assert twin.snapshot() == snapshot
    return {
        "snapshot_kb": len(snapshot) / 1024,
        "snapshot_ms": median_ms(cluster.snapshot),
        "restore_ms": median_ms(lambda: Cluster.restore(snapshot)),
        "fork_ms": median_ms(cluster.fork),
        "replay_lesson_hour_ms": replay_ms,
    }
