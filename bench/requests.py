"""One request through a Service: its name, the rules of the client's node, a pod, the answer."""

from __future__ import annotations

from time import process_time

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key
from k8slab.engine.network import send

from .tools import create, deployment

TIMES = 20_000
CHANGES = 1_000


def measure() -> dict[str, float]:
    """Microseconds of CPU a request from a node to a Service of five pods.

    ``send_us`` while nothing changes, ``first_send_us`` just after something has.
    """
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
    steady_s = process_time() - began
    began = process_time()
    for number in range(CHANGES):
        cluster.world.set_note("bench", Key("Bench", "", "change"), number)
        send(cluster.world, "http://web.default/", source="node-1", number=number)
    changing_s = process_time() - began
    return {"send_us": steady_s / TIMES * 1e6, "first_send_us": changing_s / CHANGES * 1e6}
