"""A Deployment of 1000 pods on 100 nodes, until all are Available."""

from __future__ import annotations

import gc
from time import process_time

from k8slab.engine import Cluster

from .tools import create, deployment

PODS = 1000


def measure() -> dict[str, float]:
    """CPU seconds, reconciles a CPU second, and the virtual time that it took."""
    cluster = Cluster(nodes=100, seed=7)
    cluster.advance(60)
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)  # as the server does
    began, began_ms, reconciles = process_time(), cluster.now_ms, cluster.loop.reconciles
    cluster.request(create(deployment(PODS)))
    assert cluster.advance_until(_available, timeout_s=600)
    taken = process_time() - began
    return {
        "deployment_1000_pods_cpu_s": taken,
        "deployment_1000_pods_virtual_s": (cluster.now_ms - began_ms) / 1000,
        "reconciles_a_cpu_s": (cluster.loop.reconciles - reconciles) / taken,
    }


def _available(cluster: Cluster) -> bool:
    web = cluster.get("Deployment", "default", "web")
    return web is not None and (web.get("status") or {}).get("availableReplicas") == PODS
