"""What goes wrong is put right, by nobody's hand; and it shows where learners look."""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.faults import FAULTS

WEB = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {
        "replicas": 3,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {
                "tolerations": [
                    {"key": f"node.kubernetes.io/{why}", "effect": "NoExecute",
                     "operator": "Exists", "tolerationSeconds": 10}
                    for why in ("unreachable", "not-ready")
                ],
                "containers": [
                    {
                        "name": "web",
                        "image": "shop/api:1.0",
                        "readinessProbe": {"httpGet": {"path": "/ready", "port": 8080},
                                           "periodSeconds": 2},
                    }
                ],
            },
        },
    },
}  # fmt: skip
SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]},
}


@pytest.fixture
def cluster():
    images = {"shop/api:1.0": {"like": "shop/api:1.1", "needs": ["database"]}}
    c = Cluster(nodes=3, seed=2, settings={"frozen": True}, images=images)
    for body in (WEB, SERVICE):
        c.request({"verb": "create", "kind": body["kind"], "namespace": "default", "body": body})
    c.advance(40)
    c.load("client", url="http://web.default/", rps=20)
    c.advance(10)
    return c


def converged(cluster):
    status = cluster.get("Deployment", "default", "web")["status"]
    wanted = cluster.get("Deployment", "default", "web")["spec"]["replicas"]
    nodes = {pod["spec"].get("nodeName") for pod in cluster.list("Pod")}
    return status.get("readyReplicas") == status["replicas"] == wanted and all(nodes)


def kill_a_node(cluster):
    cluster.inject("node-crash", node=cluster.list("Pod")[0]["spec"]["nodeName"])


def kill_a_process(cluster):
    cluster.inject("container-kill", pod=cluster.list("Pod")[0]["metadata"]["name"])


def delete_a_pod(cluster):
    name = cluster.list("Pod")[0]["metadata"]["name"]
    cluster.request({"verb": "delete", "kind": "Pod", "namespace": "default", "name": name})


@pytest.mark.parametrize("drift", [kill_a_node, kill_a_process, delete_a_pod])
def test_drift_from_the_description_is_corrected(cluster, drift):
    """CM-025: a node dies, a container crashes, a pod is killed: status equals spec again."""
    assert converged(cluster)
    drift(cluster)
    cluster.advance(3)
    assert not converged(cluster) or drift is kill_a_node
    assert cluster.advance_until(lambda c: not converged(c) or c.now_ms > 60_000)
    cluster.advance(150)
    assert converged(cluster)


def test_three_in_a_row_and_no_human_action(cluster):
    """CM-026: between the faults and the end nobody asks the API for anything."""
    kill_a_process(cluster)
    cluster.advance(60)
    commands = len(cluster.journal)
    delete_a_pod(cluster)
    cluster.advance(60)
    kill_a_node(cluster)
    cluster.advance(180)
    assert converged(cluster)
    asked = [entry.command["do"] for entry in cluster.journal[commands:]]
    assert asked == ["request", "inject"]  # the two faults themselves: human actions: 0


BAD_IMAGE = {"spec": {"strategy": {"rollingUpdate": {"maxUnavailable": 3}}, "template": {"spec": {
    "containers": [{"name": "web", "image": "shop/api:1.4-never-ready"}]}}}}  # fmt: skip
SLOW_BOOT = {"spec": {"template": {"spec": {"containers": [
    {"name": "web", "image": "shop/api:1.2", "readinessProbe": None}]}}}}  # fmt: skip


def patch(cluster, body):
    request = {"verb": "patch", "kind": "Deployment", "namespace": "default", "name": "web"}
    cluster.request({**request, "patch_type": "strategic", "body": body})


@pytest.mark.parametrize(
    "fault",
    [
        kill_a_node,
        lambda c: patch(c, SLOW_BOOT),
        lambda c: patch(c, BAD_IMAGE),
        lambda c: c.inject("dependency-down", name="database"),
    ],
    ids=["node loss", "slow boot without a readiness probe", "bad image", "what the API needs"],
)
def test_the_effect_of_a_fault_shows_in_the_error_rate(cluster, fault):
    """CM-004: no request failed before, some do after."""
    before = cluster.samples("client", 41_000, cluster.now_ms)
    assert sum(sample["failed"] for sample in before) == 0
    started_ms = cluster.now_ms
    fault(cluster)
    cluster.advance(60)
    after = cluster.samples("client", started_ms, cluster.now_ms)
    assert sum(sample["failed"] for sample in after) > 20
    assert all(sample["causes"] for sample in after if sample["failed"])


def test_every_fault_says_what_it_does():
    """CM-004: the list that the panel is made of."""
    assert {"node-crash", "container-hang", "registry-down", "memory-pressure"} <= set(FAULTS)
    assert all(fault.__doc__ for fault in FAULTS.values())
