"""activeDeadlineSeconds: a pod that is active for too long is ended by its kubelet (1.36)."""

import pytest
import yaml

from k8slab.engine import Cluster
from k8slab.shell import Shell

TOO_LONG = "Pod was active on the node longer than the specified deadline"


@pytest.fixture
def cluster():
    return Cluster(nodes=1, seed=3, settings={"frozen": True})


def make(cluster, command, *, image="busybox:1.36", **spec):
    container = {"name": "c", "image": image, "command": ["sh", "-c", command]}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p"},
        "spec": {"containers": [container], **spec},
    }
    done = Shell(cluster, files={"x.yaml": yaml.safe_dump(pod)}).run("kubectl apply -f x.yaml")
    assert done.exit_code == 0, done.stderr


def status_of(cluster):
    return cluster.get("Pod", "default", "p")["status"]


@pytest.mark.parametrize("image", ["busybox:1.36", "nosuch:1"])
def test_a_pod_is_ended_at_its_deadline(cluster, image):
    """Whether it runs or still waits for its image; it gets its grace, and stays as Failed."""
    make(cluster, "sleep 3600", image=image, activeDeadlineSeconds=30)
    cluster.advance(25)
    assert status_of(cluster)["phase"] != "Failed"
    cluster.advance(60)
    status = status_of(cluster)
    assert (status["phase"], status["reason"]) == ("Failed", "DeadlineExceeded")
    assert status["message"] == TOO_LONG
    told = [e for e in cluster.list("Event") if e["reason"] == "DeadlineExceeded"]
    assert [(e["type"], e["message"]) for e in told] == [("Normal", TOO_LONG)]


def test_until_its_processes_have_ended_the_pod_is_running(cluster):
    """The status manager holds back a final phase while containers may run (mergePodStatus)."""
    make(cluster, "sleep 3600", activeDeadlineSeconds=10, terminationGracePeriodSeconds=20)
    cluster.advance(20)
    status = status_of(cluster)
    assert (status["phase"], status.get("reason")) == ("Running", None)
    cluster.advance(20)
    assert status_of(cluster)["phase"] == "Failed"


def test_a_pod_that_is_done_in_time_is_left_alone(cluster):
    make(cluster, "sleep 5", activeDeadlineSeconds=30, restartPolicy="Never")
    cluster.advance(120)
    assert status_of(cluster)["phase"] == "Succeeded" and "reason" not in status_of(cluster)
