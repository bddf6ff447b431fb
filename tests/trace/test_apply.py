"""The trace of one apply: what really happened, stage by stage."""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.trace import TITLES, apply_trace, reached, refused, run_to
from k8slab.shell import Shell

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: app
        image: IMAGE
        ports: [{containerPort: 8080}]
        readinessProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 1}
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
"""


def applied(image="shop/api:1.0", nodes=3):
    cluster = Cluster(nodes, seed=7, settings={"frozen": True})
    files = {"web.yaml": WEB.replace("IMAGE", image), "svc.yaml": SERVICE}
    shell = Shell(cluster, files=files)
    shell.run("kubectl apply -f svc.yaml")
    cluster.load("client", url="http://web.default/", rps=20)
    cluster.advance(10)
    assert shell.run("kubectl apply -f web.yaml").exit_code == 0
    return cluster, shell


def numbers(steps):
    return {step.number for step in steps}


def one(steps, number):
    return next(step for step in steps if step.number == number)


def body(**spec):
    template = {
        "metadata": {"labels": {"app": "x"}},
        "spec": {"containers": [{"name": "c", "image": "nginx:1.27"}]},
    }
    return {
        "verb": "create",
        "kind": "Deployment",
        "namespace": "default",
        "name": "x",
        "body": {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "x"},
            "spec": {"selector": {"matchLabels": {"app": "x"}}, "template": template, **spec},
        },
    }


def test_all_twenty_three_steps_happen_and_in_their_order():
    """TR-002, TR-010, TR-011, TR-014, TR-018 to TR-020, TR-025, CP-029: what each step tells."""
    cluster, _ = applied()
    cluster.advance(120)
    steps = apply_trace(cluster)
    assert numbers(steps) == set(TITLES)
    assert [step.at_ms for step in steps] == sorted(step.at_ms for step in steps)
    first = {number: one(steps, number).at_ms for number in TITLES}
    in_order = [1, 7, 9, 10, 11, 12, 13, 15, 16, 17, 18, 20, 21, 22, 23]
    assert [first[it] for it in in_order] == sorted(first[it] for it in in_order)
    assert one(steps, 2).lines == ("POST /apis/apps/v1/namespaces/default/deployments",)
    key, version = one(steps, 7).lines
    assert key == "/registry/deployments/default/web" and version.startswith("resourceVersion ")
    assert one(steps, 8).lines[0] == "201 Created"
    replica_set, born = one(steps, 10), one(steps, 12)
    assert "ownerReference Deployment web" in replica_set.lines
    assert born.object.startswith(replica_set.object.replace("ReplicaSet/", "Pod/") + "-")
    assert any("(chosen)" in line for line in one(steps, 14).lines)
    node = one(steps, 15).lines[0].rpartition(" -> ")[2].strip('"')
    pod = one(steps, 15).object
    kubelets = {step.component for step in steps if step.number == 16 and step.object == pod}
    assert kubelets == {f"kubelet of {node}"}
    assert one(steps, 19).lines == ("no startup probe",)
    assert one(steps, 20).lines[0] == "passed"
    ready = {step.object: step.at_ms for step in steps if step.number == 20}
    endpoints = one(steps, 21)
    names = sorted(pod.rpartition("/")[2] for pod in ready)
    assert endpoints.lines == (f"ready: none -> {names}",)
    assert endpoints.at_ms > max(ready.values())
    for step in steps:
        if step.number == 23:
            assert step.at_ms >= ready[step.object]
    proxies = {step.component for step in steps if step.number == 22}
    assert proxies == {f"kube-proxy of node-{number}" for number in (1, 2, 3)}


def test_a_change_is_a_patch_and_answers_200():
    """TR-002, TR-011, CP-010."""
    cluster, shell = applied()
    cluster.advance(60)
    shell.run("kubectl set image deployment/web app=shop/api:1.1")
    steps = apply_trace(cluster)
    assert (
        one(steps, 2).lines[0].startswith("PATCH /apis/apps/v1/namespaces/default/deployments/web")
    )
    assert one(steps, 8).lines[0] == "200 OK"


def test_a_refused_request_ends_where_it_was_refused():
    """TR-003, TR-004, TR-009: a bad token, a missing right, a field that does not exist."""
    cluster, _ = applied()
    assert one(apply_trace(cluster), 3).lines == ("user kubernetes-admin",)
    assert one(apply_trace(cluster), 4).lines == ("system:masters may do anything",)
    steps = refused(cluster, {**body(), "token": "nonsense"})
    assert (steps[-1].number, steps[-1].lines) == (3, ("HTTP 401",))
    assert steps[-1].refusal == "Unauthorized" and 7 not in numbers(steps)
    steps = refused(cluster, {**body(), "user": "jane"})
    assert (steps[-1].number, steps[-1].lines) == (4, ("HTTP 403",))
    assert steps[-1].refusal.startswith('deployments.apps is forbidden: User "jane" cannot create')
    steps = refused(cluster, body(replica=3))
    assert steps[-1].number == 6 and 'unknown field "spec.replica"' in steps[-1].refusal
    steps = refused(cluster, body(replicas=-1))
    assert steps[-1].number == 6 and "spec.replicas: Invalid value: -1" in steps[-1].refusal


def test_admission_tells_what_it_filled_in():
    """Defaults are shown."""
    cluster, _ = applied()
    admission = one(apply_trace(cluster), 5)
    assert "set spec.progressDeadlineSeconds=600" in admission.lines


def test_kubectl_has_its_answer_before_anything_else_happens():
    """TR-011, TR-012: after the answer all is asynchronous; only the request is there yet."""
    cluster, _ = applied()
    assert numbers(apply_trace(cluster)) == set(range(1, 9))
    cluster.advance(0.011)
    assert 9 in numbers(apply_trace(cluster))


def test_a_bad_image_stops_that_pod_at_its_pull():
    """TR-021: nothing is created, nothing gets ready, no endpoint, no request."""
    cluster, _ = applied(image="shop/nosuch:1")
    cluster.advance(120)
    steps = apply_trace(cluster)
    assert max(numbers(steps)) == 17
    assert any("rror" in line for step in steps if step.number == 17 for line in step.lines)


def test_a_stopped_kubelet_ends_the_trace():
    """The trace is read from what happened, so a component that is off ends it."""
    cluster = Cluster(1, seed=7, settings={"frozen": True})
    cluster.inject("kubelet-stop", node="node-1")
    shell = Shell(cluster, files={"web.yaml": WEB.replace("IMAGE", "shop/api:1.0")})
    shell.run("kubectl apply -f web.yaml")
    cluster.advance(20)
    assert max(numbers(apply_trace(cluster))) == 15


@pytest.mark.parametrize("number", sorted(TITLES)[8:])
def test_the_clock_stops_at_a_step(number):
    """At the first moment of each that follows the answer."""
    cluster, _ = applied()
    assert not reached(cluster, number)
    assert run_to(cluster, number, timeout_s=120)
    lags_ms = 100 if number == 22 else 1000 if number == 23 else 0
    assert cluster.now_ms - one(apply_trace(cluster), number).at_ms <= lags_ms


def test_two_pods_are_at_different_steps_at_one_moment():
    """TR-029: where one node has the image already and the other pulls it."""
    cluster = Cluster(2, seed=7)
    shell = Shell(cluster, files={"web.yaml": WEB.replace("IMAGE", "shop/api:1.0")})
    pinned = '{"spec":{"nodeName":"node-1"}}'
    shell.run(f"kubectl run first --image=shop/api:1.0 --overrides='{pinned}'")
    cluster.advance(60)
    shell.run("kubectl apply -f web.yaml")
    assert run_to(cluster, 18)
    last = {}
    for step in apply_trace(cluster):
        if step.object.startswith("Pod/"):
            last[step.object] = max(step.number, last.get(step.object, 0))
    assert sorted(last.values()) == [17, 19]


def test_the_whole_way_takes_as_long_as_the_pull():
    """TR-028: seconds, or near a minute where the image is large."""
    probe = "        readinessProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 1}\n"

    def seconds(size_mb):
        images = {"site:1": {"size_mb": size_mb, "pull_mb_s": 40}}
        cluster = Cluster(1, seed=7, images=images)
        manifest = WEB.replace("IMAGE", "site:1").replace(probe, "")
        Shell(cluster, files={"web.yaml": manifest}).run("kubectl apply -f web.yaml")
        cluster.advance(120)
        steps = apply_trace(cluster)
        return (max(step.at_ms for step in steps if step.number == 20) - steps[0].at_ms) / 1000

    assert seconds(10) < 5 and 40 < seconds(1600) < 60
