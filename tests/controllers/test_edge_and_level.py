"""The edge-triggered ReplicaSet controller beside the real one, on the same lost events."""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.base.pods import pod_is_active
from tests.controllers.workloads import create

REPLICA_SET = """
apiVersion: apps/v1
kind: ReplicaSet
metadata: {{name: web, annotations: {{k8slab.dev/edge-triggered: "{edge}"}}}}
spec:
  replicas: 3
  selector: {{matchLabels: {{app: a}}}}
  template:
    metadata: {{labels: {{app: a}}, annotations: {{fake/start: 1s, fake/term: 1s}}}}
    spec: {{containers: [{{name: c, image: 'app:v1'}}]}}
"""
TWIN = {"true": "edge-replicaset", "false": "replicaset"}


def begin(edge):
    cluster = Cluster(nodes=2, settings={"kubelet": "fake", "frozen": True})
    create(cluster, REPLICA_SET.format(edge=edge))
    cluster.advance(20)
    assert len(running(cluster)) == 3
    return cluster


def running(cluster):
    return [pod for pod in cluster.list("Pod", "default") if pod_is_active(pod)]


def delete(cluster, count):
    for pod in running(cluster)[:count]:
        head = {"verb": "delete", "kind": "Pod", "namespace": "default"}
        cluster.request({**head, "name": pod["metadata"]["name"]})


def scale(cluster, replicas):
    found = cluster.get("ReplicaSet", "default", "web")
    body = {**found, "spec": {**found["spec"], "replicas": replicas}}
    head = {"verb": "update", "kind": "ReplicaSet", "namespace": "default", "name": "web"}
    cluster.request({**head, "body": body})


@pytest.mark.parametrize(("edge", "left"), [("true", 2), ("false", 3)])
def test_two_deletes_with_one_lost_event(edge, left):
    """LE-001, LE-002, LE-003, LE-006: one short for ever by edge, healed by level."""
    cluster = begin(edge)
    cluster.inject("watch-drop", actor=TWIN[edge], kind="Pod", count=1)
    delete(cluster, 2)
    cluster.advance(3600)
    assert len(running(cluster)) == left
    assert cluster.get("ReplicaSet", "default", "web")["status"]["replicas"] == left


def test_edge_acts_once_per_event_and_compares_nothing():
    """LE-002: a creation for each pod that is gone; no count is read."""
    cluster = begin("true")
    before = len(cluster.reasons)
    delete(cluster, 2)
    cluster.advance(20)
    acted = [it for it in cluster.reasons[before:] if it.actor == "edge-replicaset"]
    assert len(running(cluster)) == 3
    assert sum(line.startswith("created Pod") for it in acted for line in it.did) == 2
    assert not any(it.compared for it in acted)
    assert not any(
        line.startswith("created Pod")
        for it in cluster.reasons
        if it.actor == "replicaset"
        for line in it.did
    )


def test_level_says_the_counts_that_it_compared():
    """LE-003: two running against three desired is what makes it act."""
    cluster = begin("false")
    before = len(cluster.reasons)
    delete(cluster, 1)
    cluster.advance(20)
    compared = [it.compared for it in cluster.reasons[before:] if it.actor == "replicaset"]
    assert ("pods", 3, 2) in compared[0]
    assert len(running(cluster)) == 3


def test_an_event_that_comes_twice_is_acted_on_twice_by_edge_alone():
    """LE-001, CT-005: edge ends with one too many; level with three."""
    ends = {}
    for edge, actor in TWIN.items():
        cluster = begin(edge)
        cluster.inject("watch-double", actor=actor, kind="Pod", count=1)
        delete(cluster, 1)
        cluster.advance(60)
        ends[edge] = len(running(cluster))
    assert ends == {"true": 4, "false": 3}


def test_an_event_that_comes_late_is_acted_on_late():
    """LE-006: until then edge is one short."""
    cluster = begin("true")
    cluster.inject("watch-delay", actor="edge-replicaset", kind="Pod", count=1, seconds=30)
    delete(cluster, 1)
    cluster.advance(29)
    assert len(running(cluster)) == 2
    cluster.advance(2)
    assert len(running(cluster)) == 3


def test_a_restart_loses_what_edge_was_not_told_and_nothing_for_level():
    """LE-006: pods deleted while the controller is down."""
    ends = {}
    for edge, component in (("true", "edge-replicaset"), ("false", "kube-controller-manager")):
        cluster = begin(edge)
        cluster.inject("component-stop", component=component)
        delete(cluster, 2)
        cluster.advance(10)
        cluster.inject("component-start", component=component)
        cluster.advance(600)
        ends[edge] = len(running(cluster))
    assert ends == {"true": 1, "false": 3}


@pytest.mark.parametrize("period_s", [20, 60, 300])
def test_with_all_events_lost_a_resync_repairs_level_after_its_period(period_s):
    """LE-007, LE-008, CT-010: the repair waits for the next look, and edge has none."""
    for edge, actor in TWIN.items():
        cluster = begin(edge)
        cluster.inject("informer-resync", kind="ReplicaSet", seconds=period_s)
        cluster.inject("watch-drop", actor=actor, kind="Pod", count=1000)
        delete(cluster, 1)
        cluster.advance(period_s - 1)
        assert len(running(cluster)) == 2
        cluster.advance(2)
        assert len(running(cluster)) == (2 if edge == "true" else 3)


def test_edge_follows_scaling_while_it_hears_all():
    """LE-002: it scales by the difference of two specs, not of counts."""
    cluster = begin("true")
    for replicas in (5, 1, 4):
        scale(cluster, replicas)
        cluster.advance(20)
        assert len(running(cluster)) == replicas
