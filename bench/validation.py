"""One manifest through decoding, defaults, admission and validation (a server-side dry run)."""

from __future__ import annotations

from time import process_time

from k8slab.engine import Cluster

from .tools import create, deployment

TIMES = 500


def measure() -> dict[str, float]:
    """Microseconds of CPU a manifest."""
    cluster = Cluster(nodes=3, seed=7)
    requests = [create(deployment(3, f"shop/api:{number}")) for number in range(TIMES)]
    for request in requests:
        request["options"] = {"dry_run": True}
    cluster.request(requests[0])
    began = process_time()
    for request in requests:
        cluster.request(request)
    return {"validate_us": (process_time() - began) / TIMES * 1e6}
