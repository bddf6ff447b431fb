"""Node pressure: who is evicted, in which order, with which words; images and the disk."""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.base.conditions import condition_of
from k8slab.engine.nodes import images

from .conftest import Node
from .test_memory import limits

IMAGES = {
    **{f"demo/eat:{mi}": {"ports": [], "memory": {"base_mi": mi}} for mi in (40, 60, 90)},
    **{f"demo/big:{n}": {"size_mb": 9000, "pull_mb_s": 900} for n in range(6)},
}


@pytest.fixture
def cluster():
    return Cluster(nodes=2, settings={"frozen": True}, images=IMAGES)


def requests(memory):
    return {"resources": {"requests": {"memory": memory}}}


def evicted(node):
    """The evicted pods' names, in order."""
    return [
        change.object["metadata"]["name"]
        for change in node.cluster.changes()
        if change.key.kind == "Pod"
        and change.object.get("status", {}).get("reason") == "Evicted"
        and (change.previous or {}).get("status", {}).get("reason") != "Evicted"
    ]


def condition(node, type_, name="node-1"):
    return condition_of(node.cluster.get("Node", "", name), type_)["status"]


def taints(node):
    spec = node.cluster.get("Node", "", "node-1")["spec"]
    return [taint["key"] for taint in spec.get("taints", ())]


def test_memory_pressure_evicts_in_the_order_of_qos_in_the_plain_case(node):
    """RS-011, RS-012, ND-019: best effort first, then burstable over its request; others stay."""
    node.run("demo/eat:60", name="guaranteed", **limits("60Mi", cpu="10m"))
    node.run("demo/eat:60", name="burstable-under", **requests("90Mi"))
    node.run("demo/eat:60", name="burstable-over", **requests("30Mi"))
    node.run("demo/eat:60", name="best-effort")
    node.cluster.advance(20)
    node.cluster.inject("memory-pressure", node="node-1", available="1Mi")
    node.cluster.advance(40)
    assert evicted(node) == ["best-effort", "burstable-over"]
    assert node.pod("guaranteed")["status"]["phase"] == "Running"
    assert node.pod("burstable-under")["status"]["phase"] == "Running"


def test_use_over_the_request_then_priority_then_the_excess(node):
    """RS-012: QoS itself plays no part in the rank."""
    world = node.cluster.world
    for name, value in (("low", 10), ("high", 1000)):
        world.api.create(
            {
                "apiVersion": "scheduling.k8s.io/v1",
                "kind": "PriorityClass",
                "metadata": {"name": name},
                "value": value,
            }
        )
    low, high = {"priorityClassName": "low"}, {"priorityClassName": "high"}
    node.run("demo/eat:90", name="high-over", spec=high)
    node.run("demo/eat:60", name="low-over-by-40", spec=low, **requests("20Mi"))
    node.run("demo/eat:60", name="low-over-by-60", spec=low)
    node.run("demo/eat:60", name="low-under", spec=low, **requests("100Mi"))
    node.cluster.advance(20)
    for _ in range(3):
        node.cluster.inject("memory-pressure", node="node-1", available="50Mi")
        node.cluster.advance(12)
    assert evicted(node) == ["low-over-by-60", "low-over-by-40", "high-over"]


def test_what_an_evicted_pod_says(node):
    """ND-019: status, message, condition and Events in the kubelet's words."""
    node.run("demo/eat:90")
    node.cluster.advance(20)
    node.cluster.inject("memory-pressure", node="node-1")
    node.cluster.advance(20)
    status = node.pod()["status"]
    text = (
        "The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. "
        "Container c was using 90Mi, request is 0, has larger consumption of memory. "
    )
    assert (status["phase"], status["reason"], status["message"]) == ("Failed", "Evicted", text)
    told = condition_of(node.pod(), "DisruptionTarget")
    assert (told["reason"], told["message"]) == ("TerminationByKubelet", text)
    assert node.events("Evicted") == [("Evicted", text, 1)]
    [(_, attempt, _)] = node.events("EvictionThresholdMet")
    assert attempt == "Attempting to reclaim memory"


def test_the_condition_stays_for_five_minutes_and_keeps_pods_away(node):
    """ND-019: condition and taint; best-effort pods are refused meanwhile."""
    node.run("demo/eat:90")
    node.cluster.advance(20)
    node.cluster.inject("memory-pressure", node="node-1", available="80Mi")
    node.cluster.advance(15)
    assert condition(node, "MemoryPressure") == "True"
    assert taints(node) == ["node.kubernetes.io/memory-pressure"]
    node.run("demo/eat:40", name="late")
    node.run("demo/eat:40", name="late-burstable", **requests("40Mi"))
    node.cluster.advance(5)
    late = node.pod("late")["status"]
    assert (late["phase"], late["reason"]) == ("Failed", "Evicted")
    assert late["message"] == "Pod was rejected: The node had condition: [MemoryPressure]. "
    assert node.pod("late-burstable")["status"]["phase"] == "Running"
    node.cluster.advance(270)
    assert condition(node, "MemoryPressure") == "True"
    node.cluster.advance(30)
    assert condition(node, "MemoryPressure") == "False"
    assert taints(node) == []
    assert not node.cluster.restless()


def test_a_leaking_neighbour_brings_the_pressure_by_itself(cluster, node):
    """ND-019: no fault is needed: 60 MiB and 1 MiB/s without a limit on a node of 8Gi."""
    node.run("demo/eat:90", name="bystander", **requests("100Mi"))
    node.run("demo/leaky:1", name="leaky")
    cluster.advance(7400)
    assert evicted(node) == []
    before = cluster.loop.reconciles
    cluster.advance(300)
    assert evicted(node) == ["leaky"]
    assert cluster.loop.reconciles - before < 40


def test_disk_pressure_deletes_images_before_it_evicts(node):
    """ND-019: what no pod uses goes first, and if that is enough nobody is evicted."""
    node.run("demo/big:0", name="done")
    node.run("demo/log-writer:1", name="writer")
    node.cluster.advance(300)
    node.delete("done", grace_s=0)
    node.cluster.advance(1)
    node.cluster.inject("disk-pressure", node="node-1", available=10)
    node.cluster.advance(25)
    assert condition(node, "DiskPressure") == "True"
    assert not images.present(node.cluster.world, "node-1", "demo/big:0")
    assert evicted(node) == []
    node.cluster.inject("disk-pressure", node="node-1", available=10)
    node.cluster.advance(25)
    assert evicted(node) == ["writer"]
    assert (
        "resource: ephemeral-storage. Threshold quantity: "
        in node.pod("writer")["status"]["message"]
    )


def test_over_its_own_limit_of_storage_a_pod_goes_without_any_pressure(node):
    """localStorageEviction: 20 MiB/s into a layer of 1Gi."""
    limit = {"resources": {"limits": {"ephemeral-storage": "1Gi"}}}
    node.run("demo/log-writer:1", **limit)
    node.cluster.advance(40)
    assert evicted(node) == []
    node.cluster.advance(30)
    text = 'Container c exceeded its local ephemeral storage limit "1Gi". '
    assert node.pod()["status"]["message"] == text
    assert condition_of(node.pod(), "DisruptionTarget") is None
    assert condition(node, "DiskPressure") == "False"


def test_images_are_collected_above_one_share_of_the_disk_down_to_another():
    """ND-019: the least recently used of those that no pod uses, and no more than needed."""
    settings = {"image_gc_high_percent": 70, "image_gc_low_percent": 60, "frozen": True}
    node = Node(Cluster(nodes=1, settings=settings, images=IMAGES))
    for number in (3, 2, 1, 0):  # 9 GB each beside the 8 GiB of the system, of 62.7 GB
        node.run(f"demo/big:{number}", name=f"pod-{number}")
        node.cluster.advance(200)
    for number in (3, 1, 0):
        node.delete(f"pod-{number}", grace_s=0)
    node.run("demo/big:4")
    node.cluster.advance(500)
    world = node.cluster.world
    there = [n for n in range(5) if images.present(world, "node-1", f"demo/big:{n}")]
    assert there == [0, 2, 4]
    assert condition(node, "DiskPressure") == "False"


def test_a_registry_that_is_away(node):
    """PC-022: pulls fail with the runtime's words and back off; what is on the node starts."""
    node.run("nginx:1.27", name="first")
    node.cluster.advance(20)
    node.cluster.inject("registry-down", registry="docker.io")
    node.run("nginx:1.27", name="cached")
    node.run("redis:7", name="new")
    node.cluster.advance(45)
    assert node.container("cached")["ready"] is True
    waiting = node.container("new")["state"]["waiting"]
    assert waiting["reason"] in ("ErrImagePull", "ImagePullBackOff")
    assert 'failed to do request: Head "https://registry-1.docker.io/v2/library/redis/' in "".join(
        text for _, text, _ in node.events("Failed")
    )
    node.cluster.inject("registry-recover", registry="docker.io")
    node.cluster.advance(120)
    assert node.container("new")["ready"] is True


def test_a_pull_takes_its_size_through_the_nodes_bandwidth():
    slow = Cluster(nodes=1, settings={"node_bandwidth_mb_s": 5})
    Node(slow).run("nginx:1.27")
    assert slow.advance_until(lambda c: c.list("Pod")[0]["status"]["phase"] == "Running")
    assert 14_000 < slow.now_ms < 16_000  # 70 MB
