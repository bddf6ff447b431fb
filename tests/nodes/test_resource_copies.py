"""Use, pressure and faults are in the notes: copies and replays go on identically."""

from k8slab.engine import Cluster

from .conftest import Node
from .test_memory import limits, service


def troubled():
    cluster = Cluster(nodes=2, seed=5, settings={"frozen": True, "metrics_server": True})
    requests = (
        {"verb": "create", "kind": "Pod", "namespace": "default", "body": pod(name, image, memory)}
        for name, image, memory in (
            ("web", "demo/spike:1", "200Mi"),
            ("leaky", "demo/leaky:1", "100Mi"),
            ("hog-1", "demo/hog:1", "50Mi"),
            ("hog-2", "demo/hog:1", "50Mi"),
            ("late", "redis:7", "50Mi"),
        )
    )
    for request in requests:
        cluster.request(request)
    service(Node(cluster), "web")
    cluster.advance(20)
    cluster.inject("registry-down")
    cluster.load("client", url="http://web.default/", rps=120)
    cluster.advance(30)
    cluster.inject("memory-pressure", node="node-1", available="60Mi")
    cluster.inject("kubelet-stop", node="node-2")
    cluster.advance(15)
    return cluster


def pod(name, image, memory):
    container = {"name": "c", "image": image, **limits(memory)}
    spec = {"nodeName": "node-1", "containers": [container]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}


def test_a_restored_and_a_replayed_cluster_go_on_as_the_first():
    first = troubled()
    second = Cluster.restore(first.snapshot())
    fork = first.fork()
    for cluster in (first, second, fork):
        cluster.advance(400)
        cluster.inject("pressure-end", node="node-1")
        cluster.advance(400)
    assert first.snapshot() == second.snapshot() == fork.snapshot()
    replayed = Cluster.replay(first.genesis, first.journal, until_ms=first.now_ms)
    assert replayed.snapshot() == first.snapshot()
    metrics = [it.request({"verb": "list", "kind": "PodMetrics"}) for it in (first, second)]
    assert metrics[0] == metrics[1]
    assert metrics[0]["items"]
