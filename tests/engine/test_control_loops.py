"""All control loops of a cluster: one form, counted; stopped and started; at rest, they rest."""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.components import controllers, one_pattern
from tests.controllers.workloads import create

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: 'nginx:1.27'}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""
MANAGER = "kube-controller-manager"
NAMED = {"deployment", "replicaset", "node-lifecycle", "endpointslice", "namespace",
         "persistentvolume", "persistentvolumeclaim"}  # fmt: skip


@pytest.fixture
def cluster():
    c = Cluster(nodes=3, settings={"frozen": True, "cloud": "sim"})
    create(c, WEB)
    c.advance(60)
    return c


def by_name(cluster):
    return {each["name"]: each for each in controllers(cluster.loop)}


def image(cluster, name):
    found = cluster.get("Deployment", "default", "web")
    template = found["spec"]["template"]
    containers = [{**template["spec"]["containers"][0], "image": name}]
    spec = {**template["spec"], "containers": containers}
    body = {**found, "spec": {**found["spec"], "template": {**template, "spec": spec}}}
    head = {"verb": "update", "kind": "Deployment", "namespace": "default", "name": "web"}
    cluster.request({**head, "body": body})


def test_each_loop_is_listed_with_what_it_did(cluster):
    """CT-001, CT-011, CP-031, CP-032: each that is registered, with its syncs and last action."""
    listed = by_name(cluster)
    assert set(listed) == set(cluster.loop.actors)
    assert sum(each["syncs"] for each in listed.values()) == cluster.loop.reconciles
    assert {name for name, each in listed.items() if each["binary"] == MANAGER} >= NAMED
    assert listed["service-lb"]["binary"] == "cloud-controller-manager"
    assert listed["scheduler"]["binary"] == "kube-scheduler"
    assert listed["replicaset"]["syncs"] > 0
    assert listed["replicaset"]["watches"] == ["Pod", "ReplicaSet"]
    assert "Deployment/default/web" in listed["deployment"]["last"]["did"]
    assert sum(each["binary"] == MANAGER for each in listed.values()) >= 24


def test_all_loops_have_one_form(cluster):
    """CP-036: what it watches, and one function that compares and acts."""
    for actor in cluster.loop.actors.values():
        assert actor.name
        assert actor.lag_ms >= 0
        assert all(callable(watch) for watch in actor.watches.values())
        assert callable(actor.reconcile)


def test_stopping_the_manager_stops_all_of_its_controllers(cluster):
    """CP-031, CM-021, CP-042: the wish is stored, nothing acts on it; starting it converges."""
    cluster.inject("component-stop", component=MANAGER)
    before = by_name(cluster)
    image(cluster, "nginx:1.28")
    head = {"kind": "Pod", "namespace": "default"}
    gone = cluster.list("Pod", "default")[0]["metadata"]["name"]
    cluster.request({"verb": "delete", "name": gone, **head})
    cluster.advance(300)
    after = by_name(cluster)
    stopped = [name for name, each in after.items() if each["binary"] == MANAGER]
    assert not any(after[name]["running"] for name in stopped)
    assert all(after[name]["syncs"] == before[name]["syncs"] for name in stopped)
    assert after["deployment"]["pending"] == 1
    assert len(cluster.list("ReplicaSet", "default")) == 1
    assert len(cluster.list("Pod", "default")) == 2
    cluster.inject("component-start", component=MANAGER)
    cluster.advance(60)
    images = {pod["spec"]["containers"][0]["image"] for pod in cluster.list("Pod", "default")}
    assert images == {"nginx:1.28"}
    assert cluster.get("Deployment", "default", "web")["status"]["availableReplicas"] == 3
    assert by_name(cluster)["deployment"]["pending"] == 0


def test_a_pass_reads_compares_acts_and_looks_again(cluster):
    """CT-002, CT-003, CT-004, CT-008: two lists, two numbers, one difference, until none."""
    since = len(cluster.reasons)
    head = {"verb": "delete", "kind": "Pod", "namespace": "default"}
    cluster.request({**head, "name": cluster.list("Pod", "default")[0]["metadata"]["name"]})
    cluster.advance(30)
    first, *later = [it for it in cluster.reasons[since:] if it.actor == "replicaset"]
    name = first.key.name
    assert (first.read, first.compared) == ([f"2 pods of {name}"], [("pods", 3, 2)])
    assert sum(line.startswith("created Pod/") for line in first.did) == 1
    assert {(*it.read, *it.compared) for it in later} == {(f"3 pods of {name}", ("pods", 3, 3))}
    assert not any("Pod/" in line for it in later for line in it.did)


def test_without_scheduler_pods_wait_and_with_it_they_run(cluster):
    """CP-042, CM-011: stopping the control plane stops change, and leaves what runs alone."""
    cluster.inject("component-stop", component="kube-scheduler")
    head = {"verb": "delete", "kind": "Pod", "namespace": "default"}
    cluster.request({**head, "name": cluster.list("Pod", "default")[0]["metadata"]["name"]})
    cluster.advance(120)
    assert sum("nodeName" not in pod["spec"] for pod in cluster.list("Pod", "default")) == 1
    assert cluster.get("Deployment", "default", "web")["status"]["availableReplicas"] == 2
    cluster.inject("component-start", component="kube-scheduler")
    cluster.advance(30)
    assert cluster.get("Deployment", "default", "web")["status"]["availableReplicas"] == 3


def test_a_component_that_is_none_is_refused(cluster):
    with pytest.raises(ValueError, match="there are: kube-controller-manager"):
        cluster.inject("component-stop", component="kube-nothing")


def test_without_kubelets_a_pod_has_a_node_and_no_container(cluster):
    """CP-030: the scheduler binds; to start containers is the kubelet's job."""
    for node in ("node-1", "node-2", "node-3"):
        cluster.inject("kubelet-stop", node=node)
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "one", "namespace": "default"},
        "spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]},
    }
    create_pod = {"verb": "create", "kind": "Pod", "namespace": "default", "body": pod}
    cluster.request(create_pod)
    cluster.advance(20)
    one = cluster.get("Pod", "default", "one")
    assert one["spec"]["nodeName"]
    assert one["status"]["phase"] == "Pending"
    assert "containerStatuses" not in one["status"]


def test_four_components_are_the_same_loop(cluster):
    """CM-029: each with its input, what shall be, and its last action."""
    patterns = one_pattern(cluster.loop)
    assert [each["name"] for each in patterns] == [
        "scheduler",
        "kubelet",
        "deployment",
        "kube-proxy",
    ]
    for each in patterns:
        assert each["input"]
        assert each["desired"]
        assert each["last"]["did"]


def test_snapshots_and_forks_keep_the_counts_and_what_waits(cluster):
    cluster.inject("component-stop", component=MANAGER)
    image(cluster, "nginx:1.28")
    cluster.advance(10)
    for copy in (cluster.fork(), Cluster.restore(cluster.snapshot())):
        counts = [(each["syncs"], each["pending"]) for each in controllers(copy.loop)]
        assert counts == [(each["syncs"], each["pending"]) for each in controllers(cluster.loop)]


def test_a_second_look_at_unchanged_state_writes_nothing(cluster):
    """CT-005: every actor is woken for all that it watches; not one write follows."""
    syncs = dict(cluster.loop.syncs)
    version = cluster.version
    cluster.loop.resync()
    cluster.advance(30)
    assert cluster.version == version
    assert cluster.loop.syncs["replicaset"] > syncs["replicaset"]


def test_a_quiet_world_writes_nothing_for_ten_minutes(cluster):
    """CT-007: the loop runs on, and nothing thrashes (leases are computed, not written)."""
    cluster.advance(600)
    version = cluster.version
    cluster.advance(600)
    assert cluster.version == version


def test_what_creates_pods_is_a_named_controller_or_the_user(cluster):
    """CM-002: each write of a Pod names its reconcile, with what was wanted and what was there."""
    created = [
        change for change in cluster.changes() if change.key.kind == "Pod" and not change.previous
    ]
    assert len(created) == 3
    for change in created:
        assert change.cause.actor == "replicaset"
        assert ("pods", 3, 0) in change.cause.compared
        assert any(line.startswith("created Pod") for line in change.cause.did)
