"""A fresh three-node cluster: time, memory, and what an idle hour of it costs."""

from __future__ import annotations

import tracemalloc
from time import process_time

from k8slab.engine import Cluster

from .tools import median_ms

CLUSTERS = 40


def measure() -> dict[str, float]:
    """Boot in ms, memory in KB, an idle virtual hour in CPU ms."""
    boot_ms = median_ms(lambda: Cluster(nodes=3, seed=7))
    settled = Cluster(nodes=3, seed=7)
    settled.advance(60)
    began = process_time()
    settled.advance(3600)
    idle_ms = (process_time() - began) * 1000
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = []
    for seed in range(CLUSTERS):
        cluster = Cluster(nodes=3, seed=seed)
        cluster.advance(60)
        kept.append(cluster)
    memory_kb = (tracemalloc.get_traced_memory()[0] - before) / CLUSTERS / 1024
    return {"boot_ms": boot_ms, "idle_hour_cpu_ms": idle_ms, "idle_memory_kb": memory_kb}
