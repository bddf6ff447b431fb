"""In-place resize of pods: pods/resize, what the kubelet grants, and what it says (1.36)."""

import json

import pytest
import yaml

from k8slab.engine import Cluster
from k8slab.engine.base.conditions import condition_of
from k8slab.shell import Shell

HAS = {"requests": {"cpu": "1", "memory": "64Mi"}, "limits": {"cpu": "2", "memory": "128Mi"}}


@pytest.fixture
def cluster():
    cluster = Cluster(nodes=1, seed=3, settings={"frozen": True, "node_cpu": "4"})
    make(cluster, "p", HAS)
    return cluster


def make(cluster, name, resources, **more):
    container = {"name": "c", "image": "nginx:1.27", "resources": resources, **more}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {"containers": [container]},
    }
    done = Shell(cluster, files={"x.yaml": yaml.safe_dump(pod)}).run("kubectl apply -f x.yaml")
    assert done.exit_code == 0, done.stderr
    cluster.advance(20)


def resize(cluster, name="p", **resources):
    container = {"name": "c", "resources": resources, "image": "other:1"}
    patch = json.dumps({"spec": {"containers": [container]}})
    line = f"kubectl patch pod {name} --subresource resize --patch '{patch}'"
    done = Shell(cluster).run(line)
    cluster.advance(20)
    return done


def pod_of(cluster, name="p"):
    return cluster.get("Pod", "default", name)


def status_of(cluster, name="p"):
    return pod_of(cluster, name)["status"]["containerStatuses"][0]


def told(cluster):
    found = [e for e in cluster.list("Event") if e["reason"].startswith("Resize")]
    return {(e["type"], e["reason"], e["message"]) for e in found}


def test_a_running_container_is_given_more(cluster):
    """Nothing but the resources is taken over, and the process goes on."""
    resize(cluster, requests={"cpu": "1500m"}, limits={"cpu": "3"})
    pod, status = pod_of(cluster), status_of(cluster)
    assert pod["spec"]["containers"][0]["image"] == "nginx:1.27"
    assert pod["metadata"]["generation"] == pod["status"]["observedGeneration"] == 2
    assert status["resources"] == pod["spec"]["containers"][0]["resources"]
    assert status["allocatedResources"] == {"cpu": "1500m", "memory": "64Mi"}
    assert status["restartCount"] == 0
    what = (
        '{"containers":[{"name":"c","resources":{"limits":{"cpu":"3","memory":"128Mi"},'
        '"requests":{"cpu":"1500m","memory":"64Mi"}}}],"generation":2}'
    )
    assert told(cluster) == {
        ("Normal", "ResizeStarted", f"Pod resize started: {what}"),
        ("Normal", "ResizeCompleted", f"Pod resize completed: {what}"),
    }


def test_what_the_node_could_never_grant_is_infeasible(cluster):
    resize(cluster, requests={"cpu": "8"}, limits={"cpu": "8"})
    pending = condition_of(pod_of(cluster), "PodResizePending")
    why = "Node didn't have enough capacity: cpu, requested: 8000, capacity: 4000"
    assert (pending["reason"], pending["message"]) == ("Infeasible", why)
    assert status_of(cluster)["resources"] == HAS
    [(kind, reason, message)] = told(cluster)
    assert (kind, reason) == ("Warning", "ResizeInfeasible")
    assert message.endswith(f'"generation":2,"error":"{why}"}}')
    resize(cluster, requests={"cpu": "1"}, limits={"cpu": "2"})
    assert condition_of(pod_of(cluster), "PodResizePending") is None


def test_what_others_have_now_is_waited_for(cluster):
    make(cluster, "q", {"requests": {"cpu": "2"}})
    make(cluster, "r", {"requests": {"cpu": "1"}})
    resize(cluster, "q", requests={"cpu": "3"})
    pending = condition_of(pod_of(cluster, "q"), "PodResizePending")
    why = "Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000"
    assert (pending["reason"], pending["message"]) == ("Deferred", why)
    assert status_of(cluster, "q")["allocatedResources"]["cpu"] == "2"
    assert Shell(cluster).run("kubectl delete pod p --now").exit_code == 0
    cluster.advance(60)
    assert condition_of(pod_of(cluster, "q"), "PodResizePending") is None
    assert status_of(cluster, "q")["allocatedResources"]["cpu"] == "3"


def test_a_container_may_ask_to_be_started_anew(cluster):
    policy = [{"resourceName": "memory", "restartPolicy": "RestartContainer"}]
    make(cluster, "q", HAS, resizePolicy=policy)
    resize(cluster, "q", requests={"cpu": "500m"})
    assert status_of(cluster, "q")["restartCount"] == 0
    resize(cluster, "q", limits={"memory": "256Mi"})
    assert status_of(cluster, "q")["restartCount"] == 1
    killed = [e["message"] for e in cluster.list("Event") if e["reason"] == "Killing"]
    assert killed == ["Container c resize requires restart"]


REFUSED = {
    "the class changes": (
        {"requests": {"cpu": "2", "memory": "128Mi"}},
        'spec: Invalid value: "Guaranteed": Pod QOS Class may not change as a result of resizing',
    ),
    "an amount is taken away": (
        {"limits": {"cpu": None}},
        "spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed",
    ),
    "another resource": (
        {"requests": {"ephemeral-storage": "1Gi"}},
        "spec: Forbidden: only cpu and memory resources are mutable",
    ),
    "more than its limit": (
        {"requests": {"cpu": "3"}},
        "must be less than or equal to cpu limit of 2",
    ),
}


@pytest.mark.parametrize(("asked", "why"), REFUSED.values(), ids=REFUSED)
def test_what_a_resize_may_not_do(cluster, asked, why):
    done = resize(cluster, **asked)
    assert done.exit_code == 1 and why in done.stderr
    assert status_of(cluster)["resources"] == HAS
