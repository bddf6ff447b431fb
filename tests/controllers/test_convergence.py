"""Level-triggered controllers end where the spec says, whatever was lost, doubled or late."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from k8slab.engine import Cluster
from k8slab.engine.base.objects import key_of, owner_reference
from k8slab.engine.base.pods import pod_is_active
from k8slab.engine.control import Loop
from tests.controllers.test_edge_and_level import REPLICA_SET, running, scale
from tests.controllers.workloads import create

FEW = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: {app: a}, annotations: {fake/start: 1s, fake/term: 1s}}
    spec: {containers: [{name: c, image: 'app:v1'}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: a}, ports: [{port: 80}]}
"""
WATCHES = (
    ("deployment", "Deployment"),
    ("deployment", "ReplicaSet"),
    ("replicaset", "ReplicaSet"),
    ("replicaset", "Pod"),
    ("scheduler", "Pod"),
    ("endpointslice", "Pod"),
    ("kubelet", "Pod"),
)
FAULTS = st.lists(
    st.tuples(
        st.sampled_from(("watch-drop", "watch-double", "watch-delay")),
        st.sampled_from(WATCHES),
        st.integers(1, 6),
    ),
    max_size=15,
)


def new_cluster():
    return Cluster(nodes=3, settings={"kubelet": "fake", "frozen": True})


def hit(cluster, faults):
    for fault, (actor, kind), count in faults:
        more = {"seconds": count} if fault == "watch-delay" else {}
        cluster.inject(fault, actor=actor, kind=kind, count=count, **more)


def delete_pods(cluster, count):
    for pod in running(cluster)[:count]:
        head = {"verb": "delete", "kind": "Pod", "namespace": "default"}
        cluster.request({**head, "name": pod["metadata"]["name"]})


def end_of(faults, later_faults):
    """A Deployment made, scaled and robbed of pods while watches fail; then informers resync."""
    cluster = new_cluster()
    hit(cluster, faults)
    create(cluster, WEB)
    cluster.advance(20)
    hit(cluster, later_faults)
    found = cluster.get("Deployment", "default", "web")
    body = {**found, "spec": {**found["spec"], "replicas": 4}}
    head = {"verb": "update", "kind": "Deployment", "namespace": "default", "name": "web"}
    cluster.request({**head, "body": body})
    delete_pods(cluster, 2)
    for kind in ("Deployment", "ReplicaSet", "Pod", "Service"):
        cluster.inject("informer-resync", kind=kind, seconds=5)
    cluster.advance(900)
    status = cluster.get("Deployment", "default", "web")["status"]
    slices = cluster.list("EndpointSlice", "default", "kubernetes.io/service-name=web")
    return {
        "pods": len(cluster.list("Pod", "default")),
        "ready": status.get("readyReplicas"),
        "replica sets": len(cluster.list("ReplicaSet", "default")),
        "endpoints": sorted(
            endpoint["targetRef"]["name"] in {p["metadata"]["name"] for p in running(cluster)}
            for each in slices
            for endpoint in each["endpoints"]
        ),
    }


@FEW
@given(FAULTS, FAULTS)
def test_any_events_lost_doubled_or_late_lead_to_the_same_end(faults, later_faults):
    """LE-005, LE-007, EC-008: events only wake the loop; what it decides by is the state."""
    wanted = {"pods": 4, "ready": 4, "replica sets": 1, "endpoints": [True] * 4}
    assert end_of(faults, later_faults) == wanted


@FEW
@given(st.integers(0, 10), st.integers(0, 10))
def test_exactly_the_difference_is_created_or_deleted(have, want):
    """CT-009, CP-034: from any count to any count, not one pod more than the difference."""
    cluster = new_cluster()
    create(cluster, REPLICA_SET.format(edge="false"))
    scale(cluster, have)
    cluster.advance(30)
    assert len(running(cluster)) == have
    before = len(cluster.reasons)
    scale(cluster, want)
    cluster.advance(30)
    did = [line for it in cluster.reasons[before:] if it.actor == "replicaset" for line in it.did]
    counts = [sum(line.startswith(f"{verb} Pod/") for line in did) for verb in VERBS]
    assert counts == [max(0, want - have), max(0, have - want)]
    assert len(running(cluster)) == want


VERBS = ("created", "marked")


STARTS = st.lists(st.sampled_from(("running", "failed", "deleting", "mine")), max_size=8)


@FEW
@given(STARTS, st.integers(0, 6))
def test_from_any_set_of_pods_it_ends_at_exactly_n_active(starts, replicas):
    """CP-034: finished and terminating pods do not count; orphans that match are adopted."""
    cluster = new_cluster()
    cluster.inject("component-stop", component="kube-controller-manager")
    create(cluster, REPLICA_SET.format(edge="false"))
    scale(cluster, replicas)
    replica_set = cluster.get("ReplicaSet", "default", "web")
    for number, start in enumerate(starts):
        add_pod(cluster, f"p{number}", start, replica_set)
    cluster.advance(5)
    cluster.inject("component-start", component="kube-controller-manager")
    cluster.advance(120)
    owned = [pod for pod in running(cluster) if pod["metadata"].get("ownerReferences")]
    assert len(owned) == len(running(cluster)) == replicas


def add_pod(cluster, name, start, replica_set):
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "labels": {"app": "a"}},
        "spec": {"containers": [{"name": "c", "image": "app:v1"}]},
    }
    if start == "mine":
        pod["metadata"]["ownerReferences"] = [owner_reference(replica_set)]
    created = cluster.world.api.create(pod)
    if start == "failed":
        cluster.world.api.update_status(created, {**created["status"], "phase": "Failed"})
    if start == "deleting":
        cluster.world.api.delete(key_of(created))


class Naive:
    """A controller that acts without comparing: a pod for each look at a ReplicaSet."""

    name = "naive"
    lag_ms = 1_000
    compares = False

    @property
    def watches(self):
        return {"ReplicaSet": lambda world, obj: [key_of(obj)]}

    def reconcile(self, world, key):
        pods = world.store.by("Pod", "namespace", "default")
        wanted = world.store.get(key)["spec"]["replicas"]
        if not self.compares or sum(map(pod_is_active, pods)) < wanted:
            template = world.store.get(key)["spec"]["template"]
            metadata = {**template["metadata"], "generateName": "n-", "namespace": "default"}
            pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata}
            world.api.create({**pod, "spec": template["spec"]})
        return 1_000


@pytest.mark.parametrize("compares", [False, True])
def test_a_controller_that_does_not_compare_grows_without_bound(compares):
    """CT-006: a pod a second for ever; with the comparison it stops at what is wanted."""
    cluster = new_cluster()
    cluster.world.store.listeners.clear()
    while cluster.world.clock.next_at() is not None:
        cluster.world.clock.pop()
    naive = Naive()
    naive.compares = compares
    cluster.loop = Loop(cluster.world, [naive])
    create(cluster, REPLICA_SET.format(edge="false"))
    counts = []
    for _ in range(3):
        cluster.advance(50)
        counts.append(len(cluster.list("Pod", "default")))
    assert counts == ([3, 3, 3] if compares else [50, 100, 150])
