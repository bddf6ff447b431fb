"""What a cluster costs, in counts: never in seconds, which `make bench` measures."""

import gc

from bench.tools import create, deployment
from k8slab.engine import Cluster


def _cost(pods, nodes):
    """Reconciles and writes until a Deployment of ``pods`` stands on ``nodes`` nodes."""
    cluster = Cluster(nodes, seed=7, settings={"kubelet": "fake", "pods_max": 10_000})
    cluster.advance(60)
    reconciles, version = cluster.loop.reconciles, cluster.version
    cluster.request(create(deployment(pods)))
    cluster.advance(60)
    assert cluster.get("Deployment", "default", "web")["status"]["availableReplicas"] == pods
    return cluster.loop.reconciles - reconciles, cluster.version - version


def test_a_pods_cost_does_not_grow_with_their_number():
    few, many = _cost(200, nodes=50), _cost(2000, nodes=50)
    assert many[0] <= 10 * few[0]
    assert many[1] <= 10 * few[1]


def test_a_pods_cost_does_not_grow_with_the_nodes():
    assert _cost(200, nodes=500) == _cost(200, nodes=50)


def test_a_cluster_at_rest_does_nothing():
    cluster = Cluster(nodes=50, seed=7)
    cluster.request(create(deployment(100)))
    cluster.advance(600)
    reconciles, version = cluster.loop.reconciles, cluster.version
    cluster.advance(1200)
    assert (cluster.loop.reconciles, cluster.version) == (reconciles, version)


def test_a_cluster_that_runs_leaves_nothing_to_collect():
    """Its objects are values without cycles: reference counts free them (gc.freeze is safe)."""
    cluster = Cluster(nodes=5, seed=7)
    gc.collect()
    cluster.request(create(deployment(20)))
    cluster.advance(120)
    cluster.inject("node-crash", node="node-2")
    cluster.advance(900)
    assert gc.collect() == 0
