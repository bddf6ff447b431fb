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


def failed(cluster, seconds):
    """The share of the client's last requests that failed."""
    found = cluster.samples("client", cluster.now_ms - seconds * 1000, cluster.now_ms)
    return sum(it["failed"] for it in found) / sum(it["requests"] for it in found)


def test_a_deleted_pod_is_one_of_three_and_a_crash_is_none(cluster):
    """CM-022: ready 2 of 3, create 1; a crash is the kubelet's, in the same pod."""
    before = {pod["metadata"]["uid"] for pod in cluster.list("Pod")}
    kill_a_process(cluster)
    cluster.advance(60)
    assert {pod["metadata"]["uid"] for pod in cluster.list("Pod")} == before
    since = cluster.version
    delete_a_pod(cluster)
    cluster.advance(60)
    made = [it for it in cluster.changes(since) if it.key.kind == "Pod" and it.type == "ADDED"]
    assert [("pods", 3, 2) in it.cause.compared for it in made] == [True]
    assert len({pod["metadata"]["uid"] for pod in cluster.list("Pod")} & before) == 2


def test_what_is_mended_by_hand_comes_back_until_the_yaml_is(cluster):
    """CM-003, WL-033: successors have the bad image too, and requests go on failing."""
    template = {"spec": {"containers": [{"name": "web", "image": "shop/apy:1.0"}]}}
    patch(cluster, {"spec": {"strategy": {"type": "Recreate", "rollingUpdate": None},
                             "template": template}})  # fmt: skip
    cluster.advance(60)
    for _ in range(3):
        names = {pod["metadata"]["name"] for pod in cluster.list("Pod")}
        for name in names:
            cluster.request({"verb": "delete", "kind": "Pod", "namespace": "default", "name": name})
        cluster.advance(60)
        pods = cluster.list("Pod")
        assert len(pods) == 3 and not names & {pod["metadata"]["name"] for pod in pods}
        assert {pod["spec"]["containers"][0]["image"] for pod in pods} == {"shop/apy:1.0"}
        assert failed(cluster, 5) == 1
    template["spec"]["containers"][0]["image"] = "shop/api:1.0"
    patch(cluster, {"spec": {"template": template}})
    cluster.advance(120)
    assert failed(cluster, 5) == 0 and converged(cluster)


def test_without_a_brain_nothing_changes_and_without_workers_nothing_answers(cluster):
    """CP-042: the control plane's parts stopped, then the machines that do the work."""
    parts = ("kube-scheduler", "kube-controller-manager")
    for part in parts:
        cluster.inject("component-stop", component=part)
    patch(cluster, {"spec": {"replicas": 5}})
    cluster.advance(120)
    assert (failed(cluster, 100), len(cluster.list("Pod"))) == (0, 3)
    for part in parts:
        cluster.inject("component-start", component=part)
    cluster.advance(60)
    assert cluster.get("Deployment", "default", "web")["status"]["readyReplicas"] == 5
    for node in ("node-1", "node-2", "node-3"):
        cluster.inject("node-crash", node=node)
    cluster.advance(20)
    assert failed(cluster, 10) == 1


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
