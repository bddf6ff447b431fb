"""A node dies: Unknown after the grace period, taints, evictions, and the way back."""

import pytest

from k8slab.engine.base.conditions import condition_of
from k8slab.engine.base.objects import is_deleting

from .rollouts import cluster, create, deployment, status

SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web"},
    "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
}


@pytest.fixture
def lost():
    """A cluster of three nodes, six pods, and node-2 dead since second 60."""
    c = cluster()
    create(c, deployment(6, start="1s"))
    create(c, SERVICE)
    c.advance(60)
    c.inject("node-crash", node="node-2")
    return c


def ready(c):
    return condition_of(c.get("Node", "", "node-2"), "Ready")["status"]


def pods_on(c, node):
    return [pod for pod in c.list("Pod") if pod["spec"].get("nodeName") == node]


def taints(c):
    spec = c.get("Node", "", "node-2")["spec"]
    return [f"{it['key']}:{it['effect']}" for it in spec.get("taints", [])]


def test_unknown_comes_one_grace_period_after_the_last_lease(lost):
    """CP-035, ND-015: between 40 and 50 s after the crash, as the Lease was up to 10 s old."""
    assert lost.advance_until(lambda c: ready(c) == "Unknown")
    assert 100_000 <= lost.now_ms <= 110_001
    assert all(condition_of(pod, "Ready")["status"] == "False" for pod in pods_on(lost, "node-2"))
    lost.advance(0.2)
    assert taints(lost) == [
        "node.kubernetes.io/unreachable:NoSchedule",
        "node.kubernetes.io/unreachable:NoExecute",
    ]
    endpoints = [it for slice_ in lost.list("EndpointSlice", "default", "app!=x")
                 for it in slice_["endpoints"] if it.get("nodeName")]  # fmt: skip
    assert {it["nodeName"] for it in endpoints if it["conditions"]["ready"]} == {"node-1", "node-3"}


def test_replacements_come_after_the_300_s_toleration_and_the_old_stay_terminating(lost):
    """ND-015, ND-018: the old object is never rebound; it waits for its node."""
    old = {pod["metadata"]["name"] for pod in pods_on(lost, "node-2")}
    lost.advance_until(lambda c: ready(c) == "Unknown")
    tainted_ms = lost.now_ms
    lost.run_until(tainted_ms + 299_000)
    assert len(lost.list("Pod")) == 6
    lost.run_until(tainted_ms + 303_000)
    assert all(is_deleting(pod) for pod in pods_on(lost, "node-2"))
    assert {pod["metadata"]["name"] for pod in pods_on(lost, "node-2")} == old
    assert status(lost)["availableReplicas"] == 6
    assert len(pods_on(lost, "node-1")) + len(pods_on(lost, "node-3")) == 6


def test_a_quick_return_cancels_the_evictions(lost):
    """ND-016: back within the toleration: the same pods, no replacement."""
    before = {pod["metadata"]["uid"] for pod in lost.list("Pod")}
    lost.advance(120)
    lost.inject("node-recover", node="node-2")
    lost.advance(400)
    assert ready(lost) == "True"
    assert taints(lost) == []
    assert {pod["metadata"]["uid"] for pod in lost.list("Pod")} == before


def test_pods_of_a_removed_node_are_collected(lost):
    """ND-020: 40 s after their node has gone."""
    lost.request({"verb": "delete", "kind": "Node", "name": "node-2"})
    lost.advance(39)
    assert pods_on(lost, "node-2")
    lost.advance(3)
    assert pods_on(lost, "node-2") == []
    lost.advance(5)
    assert status(lost)["availableReplicas"] == 6
