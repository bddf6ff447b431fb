"""Who makes room for whom (truth 08-scheduling-failures; DefaultPreemption, 1.36)."""

import pytest

from k8slab.engine import Cluster
from k8slab.shell import Shell

from .test_placement import create, node_of, pod, said_of

CLASSES = """
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: high}
value: 1000000
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: patient}
value: 1000000
preemptionPolicy: Never
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: middle}
value: 1000
"""

BUDGET = """
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: db}
spec:
  minAvailable: 1
  selector: {matchLabels: {app: db}}
"""


@pytest.fixture
def cluster():
    cluster = Cluster(nodes=2, seed=5, settings={"frozen": True, "node_cpu": "4"})
    applied = Shell(cluster, files={"classes.yaml": CLASSES}).run("kubectl apply -f classes.yaml")
    assert applied.exit_code == 0, applied.stderr
    return cluster


def on(node, **more):
    return {"nodeSelector": {"kubernetes.io/hostname": node}, **more}


def phase_of(cluster, name):
    found = cluster.get("Pod", "default", name)
    return "gone" if found is None else found["status"]["phase"]


def test_the_less_important_pod_makes_room(cluster):
    """It is told why and gets its grace; the important pod takes the place that was kept."""
    create(cluster, pod("low-1", "3", **on("node-1")), pod("low-2", "3", **on("node-2")))
    cluster.advance(30)
    create(cluster, pod("vip", "2", priorityClassName="high"), seconds=0.02)
    vip = cluster.get("Pod", "default", "vip")
    node = vip["status"]["nominatedNodeName"]
    victim = {"node-1": "low-1", "node-2": "low-2"}[node]
    assert said_of(cluster, "vip") == ["0/2 nodes are available: 2 Insufficient cpu."]
    leaving = cluster.get("Pod", "default", victim)
    target = next(it for it in leaving["status"]["conditions"] if it["type"] == "DisruptionTarget")
    assert target["reason"] == "PreemptionByScheduler" and leaving["metadata"]["deletionTimestamp"]
    told = next(it for it in cluster.list("Event", "default") if it["reason"] == "Preempted")
    assert told["message"] == f"Preempted by pod {vip['metadata']['uid']} on node {node}"
    create(cluster, pod("small", "3"))  # would fit on that node, were it not kept
    cluster.advance(60)
    assert node_of(cluster, "vip") == node and node_of(cluster, "small") == ""
    assert "nominatedNodeName" not in cluster.get("Pod", "default", "vip")["status"]


def test_who_never_preempts_waits(cluster):
    create(cluster, pod("low-1", "3", **on("node-1")), pod("low-2", "3", **on("node-2")))
    create(cluster, pod("vip", "2", priorityClassName="patient"))
    cluster.advance(60)
    (said,) = said_of(cluster, "vip")
    assert said.endswith(" deallocate, preemption: not eligible due to preemptionPolicy=Never.")
    assert phase_of(cluster, "low-1") == phase_of(cluster, "low-2") == "Running"


def test_equals_are_no_victims(cluster):
    create(cluster, pod("a", "3", **on("node-1")), pod("b", "3", **on("node-2")), pod("c", "3"))
    (said,) = said_of(cluster, "c")
    assert said.endswith("available: 2 No preemption victims found for incoming pod.")


def test_the_node_whose_victims_matter_least_is_chosen(cluster):
    create(
        cluster,
        pod("middle", "3", priorityClassName="middle", **on("node-1")),
        pod("low", "3", **on("node-2")),
        pod("vip", "2", priorityClassName="high"),
    )
    cluster.advance(60)
    assert (node_of(cluster, "vip"), phase_of(cluster, "middle")) == ("node-2", "Running")
    assert phase_of(cluster, "low") == "gone"


def test_no_more_pods_go_than_must(cluster):
    """Of two small pods one is let back in: the one that runs for longer."""
    create(cluster, pod("old", "1", **on("node-1")))
    cluster.advance(30)
    create(
        cluster,
        pod("young", "1", **on("node-1")),
        pod("third", "1", **on("node-1")),
        pod("full", "4", priorityClassName="high", **on("node-2")),
        pod("vip", "2", priorityClassName="middle"),
    )
    cluster.advance(60)
    assert node_of(cluster, "vip") == "node-1"
    assert [phase_of(cluster, name) for name in ("old", "young", "third")] == [
        "Running",
        "Running",
        "gone",
    ]


def test_a_budget_is_broken_last(cluster):
    create(
        cluster,
        pod("covered", "3", labels={"app": "db"}, **on("node-1")),
        pod("free", "3", **on("node-2")),
    )
    cluster.advance(30)
    assert (
        Shell(cluster, files={"pdb.yaml": BUDGET}).run("kubectl apply -f pdb.yaml").exit_code == 0
    )
    cluster.advance(10)
    create(cluster, pod("vip", "2", priorityClassName="high"))
    cluster.advance(60)
    assert (node_of(cluster, "vip"), phase_of(cluster, "covered")) == ("node-2", "Running")


LEVELS = {-5: "below", 10: "ten", 20: "twenty", 30: "thirty", 40: "forty"}
CHOICES = {
    "the highest priority of the victims is the lowest": (
        {"node-1": [(20, 4)], "node-2": [(10, 4)]},
        "node-2",
    ),
    "of equal highest ones the sum is the least": (
        {"node-1": [(20, 2), (20, 2)], "node-2": [(20, 2), (10, 2)]},
        "node-2",
    ),
    "the highest counts before the sum": (
        {"node-1": [(30, 4)], "node-2": [(20, 2), (20, 2)]},
        "node-2",
    ),
    "the number tips the sum of low ones": (
        {"node-1": [(10, 2), (-5, 1), (-5, 1)], "node-2": [(10, 2), (10, 2)]},
        "node-2",
    ),
    "of equals the one that began last": (
        {"node-1": [(10, 4)], "node-2": [(10, 4)]},
        "node-2",
    ),
    "the earliest of the most important ones counts": (
        {"node-2": [(10, 4)], "node-1": [(10, 4)]},
        "node-1",
    ),
}


@pytest.mark.parametrize(("placed", "chosen"), CHOICES.values(), ids=CHOICES)
def test_the_node_whose_victims_cost_least(cluster, placed, chosen):
    """pickOneNodeForPreemption's order: highest priority, sum, number, and the latest start."""
    classes = "".join(
        "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\n"
        f"metadata: {{name: {name}}}\nvalue: {value}\n---\n"
        for value, name in LEVELS.items()
    )
    Shell(cluster, files={"x.yaml": classes}).run("kubectl apply -f x.yaml")
    for node, pods in placed.items():
        for place, (priority, cpu) in enumerate(pods):
            name = f"on-{node}-{place}"
            made = pod(name, f"{cpu}", priorityClassName=LEVELS[priority], **on(node))
            create(cluster, made, seconds=20)
    create(cluster, pod("vip", "4", priorityClassName="forty"))
    cluster.advance(60)
    assert node_of(cluster, "vip") == chosen


def test_a_claim_for_one_pod_alone_is_taken_over(cluster):
    """ST-004: the less important pod that uses a ReadWriteOncePod claim makes way for the other."""
    volume = """
apiVersion: v1
kind: PersistentVolume
metadata: {name: v}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOncePod], hostPath: {path: /srv/v}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: c}
spec:
  {accessModes: [ReadWriteOncePod], storageClassName: "", resources: {requests: {storage: 1Gi}}}
"""
    Shell(cluster, files={"x.yaml": volume}).run("kubectl apply -f x.yaml")
    cluster.advance(5)
    mine = {"volumes": [{"name": "c", "persistentVolumeClaim": {"claimName": "c"}}]}
    create(cluster, pod("low", "1", **mine), pod("equal", "1", **mine))
    (said,) = said_of(cluster, "equal")
    assert "2 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod" in said
    create(cluster, pod("vip", "1", priorityClassName="high", **mine))
    cluster.advance(60)
    assert (phase_of(cluster, "low"), phase_of(cluster, "vip")) == ("gone", "Running")


def test_a_nomination_is_taken_back_where_nobody_can_make_room(cluster):
    """A nominated node that is taken by a more important pod is kept no longer."""
    stubborn = [pod("low", "3", **on("node-1")), pod("full", "4", **on("node-2"))]
    for each in stubborn:
        deaf = {"image": "busybox:1.36", "command": ["sh", "-c", "sleep 3600"]}
        each["spec"]["containers"][0] |= deaf  # process 1, which ignores SIGTERM
    create(cluster, *stubborn)
    cluster.advance(20)
    create(cluster, pod("vip", "2", priorityClassName="middle"), seconds=0.02)
    node = cluster.get("Pod", "default", "vip")["status"]["nominatedNodeName"]
    for each in ("node-1", "node-2"):
        create(cluster, pod(f"top-{each}", "4", priorityClassName="high", **on(each)), seconds=0.02)
    cluster.advance(120)
    vip = cluster.get("Pod", "default", "vip")
    assert node in ("node-1", "node-2") and "nominatedNodeName" not in vip["status"]
    end = "2 No preemption victims found for incoming pod."
    assert any(said.endswith(end) for said in said_of(cluster, "vip"))
