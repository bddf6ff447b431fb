"""What can befall a node beside a crash: a stopped kubelet, a shutdown, another runtime."""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.base.conditions import condition_of
from k8slab.engine.components import actions, container_start, kubelet_log, node_card

from .conftest import Node
from .test_memory import limits, service


def ready(cluster, name):
    return condition_of(cluster.get("Node", "", name), "Ready")


def told(cluster, name):
    """The Events of a node: reason -> message."""
    return {
        event["reason"]: event["message"]
        for event in cluster.list("Event")
        if event["involvedObject"] == {**event["involvedObject"], "kind": "Node", "name": name}
    }


def test_a_stopped_kubelet_freezes_probes(cluster, node):
    """ND-003: no probe result changes, the node goes NotReady by its Lease; then it catches up."""
    probe = {"httpGet": {"path": "/ready", "port": 8080}, "periodSeconds": 2}
    live = {"httpGet": {"path": "/live", "port": 8080}}
    node.run("shop/api:1.0", readinessProbe=probe, livenessProbe=live)
    service(node, "web")
    cluster.advance(40)
    cluster.load("client", url="http://web.default/", rps=10)
    before = node.events("Unhealthy")
    cluster.inject("kubelet-stop", node="node-1")
    cluster.inject("container-hang", pod="web")
    cluster.advance(30)
    assert node.container()["ready"] is True
    assert node.container()["restartCount"] == 0
    assert node.events("Unhealthy") == before
    cluster.advance(30)
    assert ready(cluster, "node-1")["reason"] == "NodeStatusUnknown"
    cluster.inject("kubelet-start", node="node-1")
    cluster.advance(90)
    assert ready(cluster, "node-1")["status"] == "True"
    assert node.container()["restartCount"] == 1


def test_pods_of_a_stopped_kubelet_serve_on_and_those_of_a_partition_do_not(cluster, node):
    node.run("shop/api:1.0")
    service(node, "web")
    cluster.advance(40)
    cluster.load("client", url="http://web.default/", rps=10)
    cluster.inject("kubelet-stop", node="node-1")
    cluster.advance(20)
    assert sum(it["failed"] for it in cluster.samples("client", 45_000, 60_000)) == 0
    cluster.inject("kubelet-start", node="node-1")
    cluster.inject("node-partition", node="node-1")
    cluster.advance(20)
    assert sum(it["failed"] for it in cluster.samples("client", 65_000, 80_000)) == 150


def test_a_kubelet_that_begins_anew_says_so(cluster, node):
    """ND-015: as a killed kubelet was recorded (11-realkubelet-node-killed)."""
    cluster.inject("kubelet-stop", node="node-1")
    cluster.advance(80)
    cluster.inject("kubelet-start", node="node-1")
    cluster.advance(5)
    assert told(cluster, "node-1") == {
        "NodeNotReady": "Node node-1 status is now: NodeNotReady",
        "Starting": "Starting kubelet.",
        "NodeHasSufficientMemory": "Node node-1 status is now: NodeHasSufficientMemory",
        "NodeHasNoDiskPressure": "Node node-1 status is now: NodeHasNoDiskPressure",
        "NodeHasSufficientPID": "Node node-1 status is now: NodeHasSufficientPID",
        "NodeReady": "Node node-1 status is now: NodeReady",
    }


def test_a_quick_reboot_is_never_noticed_but_by_its_boot_id(cluster, node):
    node.run("nginx:1.27")
    cluster.advance(10)
    cluster.inject("node-reboot", node="node-1", seconds=20)
    cluster.advance(40)
    boot_id = cluster.get("Node", "", "node-1")["status"]["nodeInfo"]["bootID"]
    assert told(cluster, "node-1")["Rebooted"].endswith(f"boot id: {boot_id}")
    assert ready(cluster, "node-1")["status"] == "True"
    assert node.container()["restartCount"] == 1


def test_a_graceful_shutdown_ends_the_pods_before_the_power(cluster, node):
    node.run("nginx:1.27")
    node.run("busybox:1.36", name="stubborn", command=["sleep", "infinity"])
    cluster.advance(20)
    cluster.inject("node-shutdown", node="node-1", grace_s=30)
    cluster.advance(5)
    assert ready(cluster, "node-1")["message"] == "node is shutting down"
    status = node.pod()["status"]
    assert (status["phase"], status["reason"]) == ("Failed", "Terminated")
    assert status["message"] == "Pod was terminated in response to imminent node shutdown."
    node.run("nginx:1.27", name="late")
    cluster.advance(2)
    assert node.pod("late")["status"]["reason"] == "NodeShutdown"
    assert node.pod("stubborn")["status"]["phase"] == "Running"
    cluster.advance(15)
    assert node.pod("stubborn")["status"]["containerStatuses"][0]["state"]["terminated"][
        "exitCode"
    ] == 137  # fmt: skip
    cluster.advance(60)
    assert ready(cluster, "node-1")["status"] == "Unknown"


def test_a_node_joins_and_another_leaves(cluster):
    """Both are said, the pods of the one that left are collected, new ones find the other."""
    cluster.advance(5)
    cluster.inject("node-add", node="big", cpu="16", memory="64Gi")
    cluster.inject("node-remove", node="node-2")
    cluster.advance(10)
    big = cluster.get("Node", "", "big")["status"]
    assert (big["capacity"]["cpu"], big["allocatable"]["memory"]) == ("16", "65436Mi")
    assert told(cluster, "big")["RegisteredNode"] == (
        "Node big event: Registered Node big in Controller"
    )
    assert told(cluster, "node-2")["RemovingNode"] == (
        "Node node-2 event: Removing Node node-2 from Controller"
    )
    Node(cluster).run("nginx:1.27", node="big")
    cluster.advance(10)
    assert Node(cluster).container()["ready"] is True
    assert cluster.get("Pod", "default", "web")["status"]["podIP"].startswith("10.244.3.")


def test_the_runtime_is_told_and_changes_nothing_else():
    """ND-010, ND-011: containerd or CRI-O in the node's info and container ids, else the same."""
    stories = {}
    for runtime in ("containerd", "cri-o"):
        cluster = Cluster(nodes=1, settings={"runtime": runtime})
        node = Node(cluster)
        node.run("nginx:1.27")
        node.run("demo/leaky:1", name="leaky", **limits("100Mi"))
        cluster.advance(120)
        stories[runtime] = node.changes() + node.changes("leaky")
        info = cluster.get("Node", "", "node-1")["status"]["nodeInfo"]
        assert info["containerRuntimeVersion"].startswith(f"{runtime}://")
        assert node.container()["containerID"].startswith(f"{runtime}://")
    assert stories["containerd"] == stories["cri-o"]


def test_what_is_reserved_is_not_allocatable():
    """Capacity less --kube-reserved less the eviction threshold of 100Mi."""
    settings = {"kube_reserved_cpu": "200m", "kube_reserved_memory": "1Gi"}
    status = Cluster(nodes=1, settings=settings).get("Node", "", "node-1")["status"]
    assert status["capacity"]["cpu"] == "4"
    assert status["allocatable"]["cpu"] == "3800m"
    assert status["allocatable"]["memory"] == "7068Mi"


def test_each_kubelet_looks_after_its_own_pods_only(cluster, node):
    """ND-001: the log of one node's kubelet names no pod of another node."""
    node.run("nginx:1.27", name="here", node="node-1")
    node.run("nginx:1.27", name="there", node="node-2")
    cluster.advance(20)
    logs = {
        name: kubelet_log(cluster.world, cluster.reasons, name) for name in ("node-1", "node-2")
    }
    assert any("default/here" in line for line in logs["node-1"])
    assert not any("default/there" in line for line in logs["node-1"])
    assert any("default/there" in line for line in logs["node-2"])


def test_the_kubelet_is_the_busiest_on_a_worker(cluster, node):
    """ND-008: counted over a scenario."""
    for number in range(5):
        node.run("shop/api:1.0", name=f"web-{number}")
    cluster.advance(60)
    counts = actions(cluster.reasons)
    assert next(iter(counts)) == "kubelet"
    assert counts["kubelet"] == sum(
        1
        for reason in cluster.reasons
        if reason.actor in ("kubelet", "node-status", "eviction-manager", "image-gc")
    )


def test_a_nodes_card_is_what_the_engine_knows(cluster, node):
    """ND-009, ND-010: kubelet, kube-proxy, runtime and the pods, each with its last action."""
    node.run("nginx:1.27")
    service(node, "web")
    cluster.advance(20)
    card = node_card(cluster.world, cluster.reasons, "node-1")
    assert [each["name"] for each in card["components"]] == ["kubelet", "kube-proxy", "containerd"]
    assert (
        card["runtime"]
        == cluster.get("Node", "", "node-1")["status"]["nodeInfo"]["containerRuntimeVersion"]
    )
    assert all(each["last"] for each in card["components"])
    assert card["components"][2]["last"]["did"].startswith("Started web")
    pods = [pod["metadata"]["name"] for pod in cluster.list("Pod")
            if pod["spec"].get("nodeName") == "node-1"]  # fmt: skip
    assert [pod["name"] for pod in card["pods"]] == pods
    assert card["pods"][0]["last"]["at_ms"] <= card["components"][0]["last"]["at_ms"]


def test_the_start_of_a_container_from_the_kubelet_to_the_kernel(cluster, node):
    """ND-007, ND-012: a line each; the last is what the kernel keeps to."""
    resources = {"requests": {"cpu": "100m"}, "limits": {"cpu": "500m", "memory": "64Mi"}}
    node.run("nginx:1.27", resources=resources)
    cluster.advance(10)
    lines = container_start(cluster.world, node.pod(), "c")
    assert [line["who"] for line in lines] == [
        "kubelet", "CRI", "containerd 2.2.1", "runc", "namespaces", "cgroup",
    ]  # fmt: skip
    assert node.pod()["status"]["podIP"] in lines[4]["does"]
    assert lines[5]["does"] == "cpu.weight 17; cpu.max 50000 100000; memory.max 67108864"
    with pytest.raises(KeyError):
        container_start(cluster.world, node.pod(), "nosuch")
