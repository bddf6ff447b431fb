"""The badge of each object: converged, converging, or stuck with the API's own reason."""

from __future__ import annotations

import pytest

from k8slab.engine import Cluster
from k8slab.labs.picture import Picture
from k8slab.labs.progress import Progress, progress
from k8slab.shell import Shell

BIG = """\
apiVersion: v1
kind: Pod
metadata: {name: big}
spec:
  containers:
  - {name: app, image: "nginx:1.27", resources: {requests: {cpu: 64}}}
"""


def badges(cluster, kind):
    return [progress(obj) for obj in cluster.list(kind, namespace="default")]


@pytest.fixture
def shell():
    return Shell(Cluster(nodes=2, seed=7))


def test_a_rollout_converges_and_says_how_far_it_is(shell):
    """CM-017"""
    shell.run("kubectl create deployment web --image=nginx:1.27 --replicas=3")
    shell.cluster.advance(1)
    assert badges(shell.cluster, "Deployment") == [Progress("converging", "0 of 3 available")]
    assert badges(shell.cluster, "ReplicaSet") == [Progress("converging", "0 of 3 ready")]
    assert {each.state for each in badges(shell.cluster, "Pod")} == {"converging"}
    shell.cluster.advance(30)
    for kind in ("Deployment", "ReplicaSet", "Pod", "Service"):
        assert {each.state for each in badges(shell.cluster, kind)} == {"converged"}, kind
    shell.run("kubectl delete pods --all --wait=false")
    assert set(badges(shell.cluster, "Pod")) == {Progress("converging", "being deleted")}


def test_a_pod_that_fits_nowhere_is_stuck_for_the_schedulers_reason(shell):
    """CM-017"""
    shell.files["big.yaml"] = BIG
    shell.run("kubectl apply -f big.yaml")
    shell.cluster.advance(30)
    [stuck] = badges(shell.cluster, "Pod")
    assert stuck.state == "stuck" and "0/2 nodes are available: 2 Insufficient cpu" in stuck.why


def test_an_image_that_is_not_there_is_stuck_and_after_ten_minutes_the_deployment_too(shell):
    """CM-017"""
    shell.run("kubectl create deployment typo --image=nignx:1.27")
    shell.cluster.advance(120)
    [pod] = badges(shell.cluster, "Pod")
    assert pod.state == "stuck" and pod.why.startswith("ImagePullBackOff: ")
    assert badges(shell.cluster, "Deployment")[0].state == "converging"
    shell.cluster.advance(600)
    [deployment] = badges(shell.cluster, "Deployment")
    assert deployment.state == "stuck"
    assert deployment.why.startswith("ProgressDeadlineExceeded: ")


def test_a_silent_node_is_stuck_for_its_conditions_reason(shell):
    """CM-017"""
    shell.cluster.inject("node-crash", node="node-2")
    shell.cluster.advance(120)
    assert [progress(node).state for node in shell.cluster.list("Node")] == ["converged", "stuck"]
    assert progress(shell.cluster.list("Node")[1]).why == "Kubelet stopped posting node status."


def test_every_object_that_is_drawn_has_its_badge(shell):
    """CM-017"""
    shell.run("kubectl create deployment web --image=nginx:1.27")
    shell.cluster.advance(30)
    drawn = Picture(shell.cluster).state["objects"]
    assert {each["progress"]["state"] for each in drawn.values()} == {"converged"}
