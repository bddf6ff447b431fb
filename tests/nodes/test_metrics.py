"""The metrics API: what ``kubectl top`` reads."""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.api.errors import ApiError

from .conftest import Node
from .test_memory import limits


@pytest.fixture
def cluster():
    return Cluster(nodes=2, settings={"frozen": True, "metrics_server": True})


def listed(cluster, kind, **more):
    return cluster.request({"verb": "list", "kind": kind, **more})["items"]


def test_without_a_metrics_server_there_is_no_such_api(cluster):
    """ND-006: an error, not zeros; as an addon it comes and goes."""
    for kind in ("PodMetrics", "NodeMetrics"):
        with pytest.raises(ApiError) as refusal:
            Cluster(nodes=1).request({"verb": "list", "kind": kind})
        assert refusal.value.code == 404
        assert refusal.value.message == "the server could not find the requested resource"
    cluster.inject("addon", name="metrics-server", on=False)
    with pytest.raises(ApiError):
        listed(cluster, "NodeMetrics")
    cluster.inject("addon", name="metrics-server", on=True)
    assert listed(cluster, "NodeMetrics") == []


def test_nodes_and_pods(cluster):
    """ND-006: a node's use is its pods' and its system's; the kubelet reports it every 15 s."""
    node = Node(cluster)
    node.run("demo/hungry:1", **limits("400Mi", cpu="1"))
    node.run("demo/hog:1", name="hog", node="node-2", resources={"limits": {"cpu": "1500m"}})
    cluster.advance(10)
    assert listed(cluster, "PodMetrics") == []
    cluster.advance(30)
    pods = {each["metadata"]["name"]: each["containers"] for each in listed(cluster, "PodMetrics")}
    assert pods["web"] == [{"name": "c", "usage": {"cpu": "5000000n", "memory": "307200Ki"}}]
    assert pods["hog"] == [{"name": "c", "usage": {"cpu": "1500000000n", "memory": "10240Ki"}}]
    nodes = {each["metadata"]["name"]: each["usage"] for each in listed(cluster, "NodeMetrics")}
    assert nodes["node-1"] == {"cpu": "65000000n", "memory": "819200Ki"}
    assert nodes["node-2"] == {"cpu": "1560000000n", "memory": "522240Ki"}


def test_one_and_none(cluster):
    Node(cluster).run("demo/hungry:1")
    cluster.advance(60)
    request = {"verb": "get", "kind": "PodMetrics", "namespace": "default"}
    assert cluster.request({**request, "name": "web"})["timestamp"] == "2026-01-05T09:01:00Z"
    with pytest.raises(ApiError) as refusal:
        cluster.request({**request, "name": "nosuch"})
    assert refusal.value.message == 'pods.metrics.k8s.io "default/nosuch" not found'
    cluster.inject("node-partition", node="node-1")
    cluster.advance(20)
    assert listed(cluster, "PodMetrics") == []


def test_selectors(cluster):
    Node(cluster).run("demo/hungry:1")
    cluster.advance(60)
    options = {"label_selector": "kubernetes.io/hostname=node-2"}
    assert len(listed(cluster, "NodeMetrics", options=options)) == 1
