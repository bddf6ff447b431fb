"""Pods that name their node, and that it refuses (kubelet predicates, 1.36)."""

import pytest
import yaml

from k8slab.engine import Cluster
from k8slab.shell import Shell

AFFINITY = "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"
PORTS = "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports"
TAINTS = "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate"
WEB = [{"containerPort": 80, "hostPort": 80}]
SHORT = "Node didn't have enough resource: "


@pytest.fixture
def cluster():
    settings = {"frozen": True, "node_cpu": "4", "node_memory": "4Gi", "node_pods": 5}
    cluster = Cluster(nodes=1, seed=3, settings=settings)
    make(cluster, "there", requests={"cpu": "3", "memory": "1Gi"}, ports=WEB)
    return cluster


def make(cluster, name, *, requests=None, ports=(), **spec):
    container = {"name": "c", "image": "nginx:1.27", "ports": list(ports)}
    limits = {name: it for name, it in (requests or {}).items() if "/" in name}
    container["resources"] = {"requests": requests or {}, "limits": limits}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {"nodeName": "node-1", "containers": [container], **spec},
    }
    done = Shell(cluster, files={"x.yaml": yaml.safe_dump(pod)}).run("kubectl apply -f x.yaml")
    assert done.exit_code == 0, done.stderr
    cluster.advance(30)
    return cluster.get("Pod", "default", name)


def run(cluster, line):
    done = Shell(cluster).run(line)
    assert done.exit_code == 0, done.stderr
    return done.stdout


CASES = {
    "cpu": (
        {"requests": {"cpu": "1500m"}},
        "OutOfcpu",
        f"{SHORT}cpu, requested: 1500, used: 3000, capacity: 4000",
    ),
    "memory": (
        {"requests": {"memory": "4Gi"}},
        "OutOfmemory",
        f"{SHORT}memory, requested: 4294967296, used: 1073741824, capacity: 4190109696",
    ),
    "selector": ({"nodeSelector": {"disk": "ssd"}}, "NodeAffinity", AFFINITY),
    "ports": ({"ports": WEB}, "NodePorts", PORTS),
    "resources come first": (
        {"requests": {"cpu": "2"}, "nodeSelector": {"disk": "ssd"}},
        "OutOfcpu",
        f"{SHORT}cpu, requested: 2000, used: 3000, capacity: 4000",
    ),
}


@pytest.mark.parametrize(("asked", "reason", "message"), CASES.values(), ids=CASES)
def test_a_pod_that_does_not_fit_its_node_fails(cluster, asked, reason, message):
    pod = make(cluster, "p", **asked)
    status = pod["status"]
    assert (status["phase"], status["reason"]) == ("Failed", reason)
    assert status["message"] == f"Pod was rejected: {message}"
    assert run(cluster, "kubectl get pod p --no-headers").split()[1:3] == ["0/1", reason]
    told = [e for e in cluster.list("Event") if e["involvedObject"]["name"] == "p"]
    assert [(e["type"], e["reason"], e["message"]) for e in told] == [("Warning", reason, message)]


def test_only_a_taint_that_drives_pods_away_counts(cluster):
    run(cluster, "kubectl taint node node-1 a=1:NoSchedule")
    assert make(cluster, "p")["status"]["phase"] == "Running"
    run(cluster, "kubectl delete pod p there --now")
    cluster.advance(30)
    run(cluster, "kubectl taint node node-1 b=1:NoExecute")
    assert make(cluster, "q") is None  # refused, and taken away by the taint's controller
    assert TAINTS in [event["message"] for event in cluster.list("Event")]
    tolerant = [{"key": "b", "operator": "Exists"}]
    assert make(cluster, "r", tolerations=tolerant)["status"]["phase"] == "Running"


def test_a_node_takes_no_more_pods_than_it_may(cluster):
    for number in range(4):
        assert make(cluster, f"p{number}")["status"]["phase"] == "Running"
    status = make(cluster, "late")["status"]
    assert status["reason"] == "OutOfpods"
    assert status["message"].endswith(f"{SHORT}pods, requested: 1, used: 5, capacity: 5")


def test_a_resource_that_the_node_does_not_have_at_all_is_not_its_concern(cluster):
    """Extended resources are the cluster's, a kubelet drops those that it does not know."""
    pod = make(cluster, "p", requests={"example.com/dongle": "1"})
    assert pod["status"]["phase"] == "Running"
