"""One request through a Service: its name, the rules of the client's node, a pod, the answer."""

from __future__ import annotations

from time import process_time

from k8slab.engine import Cluster
from k8slab.engine.network import send

from .tools import create, deployment

TIMES = 20_000


def measure() -> dict[str, float]:
    """Microseconds of CPU a request from a node to a Service of five pods."""
    cluster = Cluster(nodes=3, seed=7)
    cluster.request(create(deployment(5)))
    spec = {"selector": {"app": "web"}, "ports": [{"port": 80}]}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": spec}
    cluster.request(create(service))
    cluster.advance(60)
    assert send(cluster.world, "http://web.default/", source="node-1").ok
    began = process_time()
    for number in range(TIMES):
        send(cluster.world, "http://web.default/", source="node-1", number=number)
    return {"send_us": (process_time() - began) / TIMES * 1e6}
