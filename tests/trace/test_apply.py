"""The trace of one apply: what really happened, stage by stage."""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.network import iptables
from k8slab.engine.trace import TITLES, apply_trace, reached, run_to
from k8slab.shell import Shell

from .applies import WEB, applied, numbers, one


def test_all_twenty_three_steps_happen_and_in_their_order():
    """TR-002, TR-010, TR-011, TR-014, TR-016 to TR-020, TR-025, CP-029: what each step tells."""
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
    replica_set, born, queued = one(steps, 10), one(steps, 12), one(steps, 13)
    assert "ownerReference Deployment web" in replica_set.lines
    assert born.object.startswith(replica_set.object.replace("ReplicaSet/", "Pod/") + "-")
    assert born.lines[0].endswith("no nodeName") and "set spec.serviceAccountName" in born.lines
    assert len([step for step in steps if step.number == 12]) == 2
    assert queued.lines[1] == "nodeName is empty: into the scheduling queue"
    assert any("(chosen)" in line for line in one(steps, 14).lines)
    node = one(steps, 15).lines[0].rpartition(" -> ")[2].strip('"')
    pod = one(steps, 15).object
    kubelets = {step.component for step in steps if step.number == 16 and step.object == pod}
    assert kubelets == {f"kubelet of {node}"}
    pulled = [line for step in steps if step.number == 17 for line in step.lines]
    assert sum("in 1.9s" in line for line in pulled) == 2
    assert one(steps, 19).lines == ("no startup probe",)
    ready = {it.object: it.at_ms for it in steps if it.number == 20 and it.lines[0] == "passed"}
    endpoints = one(steps, 21)
    names = sorted(pod.rpartition("/")[2] for pod in ready)
    assert endpoints.lines == (f"ready: none -> {names}",)
    assert endpoints.at_ms > max(ready.values())
    for step in steps:
        if step.number == 23:
            assert step.at_ms >= ready[step.object]
    proxies = {step.component for step in steps if step.number == 22}
    assert proxies == {f"kube-proxy of node-{number}" for number in (1, 2, 3)}


def test_each_component_is_told_before_it_acts():
    """TR-013, TR-015, TR-017, TR-020, CP-012: a watch event of the object, then the queue key."""
    cluster, _ = applied()
    cluster.advance(120)
    steps = apply_trace(cluster)
    for told, did, event, what in (
        (9, 10, "ADDED", "Deployment/default/web"),
        (11, 12, "ADDED", one(steps, 10).object),
        (13, 15, "ADDED", one(steps, 12).object),
        (16, 17, "MODIFIED", one(steps, 12).object),
    ):
        first = next(it for it in steps if it.number == told and it.object == what)
        assert first.lines[0] == f"watch event {event} {what}"
        assert first.at_ms <= one(steps, did).at_ms
    assert "queue key default/web" in one(steps, 9).lines
    changes = {(it.type, str(it.key)) for it in cluster.changes()}
    assert ("ADDED", "Deployment/default/web") in changes


def test_kubectl_reads_its_configuration_and_asks_before_it_posts():
    """TR-001: the file, the context and the URL; what -v=6 shows of the real requests."""
    cluster, shell = applied()
    config, url = one(apply_trace(cluster), 1).lines
    context = shell.run("kubectl config current-context").stdout.strip()
    assert config == f"~/.kube/config, context {context}"
    assert url.endswith("/apis/apps/v1/namespaces/default/deployments")
    shell.files["more.yaml"] = WEB.replace("IMAGE", "shop/api:1.0").replace("web", "more")
    asked = shell.run("kubectl apply -v=6 -f more.yaml")
    assert asked.stderr.index("GET") < asked.stderr.index("POST")


def test_limit_ranger_acts_on_the_pods():
    """TR-008: nothing of it at step 5, its defaults on each pod at step 12."""
    cluster = Cluster(1, seed=7, settings={"frozen": True})
    limits = {"type": "Container", "default": {"cpu": "200m"}}
    limit_range = {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "l"}}
    cluster.request(
        {
            "verb": "create",
            "kind": "LimitRange",
            "namespace": "default",
            "name": "l",
            "body": {**limit_range, "spec": {"limits": [limits]}},
        }
    )
    shell = Shell(cluster, files={"web.yaml": WEB.replace("IMAGE", "shop/api:1.0")})
    shell.run("kubectl apply -f web.yaml")
    cluster.advance(1)
    steps = apply_trace(cluster)
    assert not any("cpu" in line for line in one(steps, 5).lines)
    text = "LimitRanger plugin set: cpu request for container app; cpu limit for container app"
    assert text in one(steps, 12).lines


def test_containers_come_after_the_sandbox_and_the_init_containers():
    """TR-022: sandbox and network, then init containers, then the others."""
    cluster = Cluster(1, seed=7)
    init = "initContainers: [{name: first, image: 'busybox:1', command: [sh, -c, 'exit 0']}]"
    manifest = WEB.replace("IMAGE", "shop/api:1.0").replace(
        "      containers:", f"      {init}\n      containers:"
    )
    Shell(cluster, files={"web.yaml": manifest}).run("kubectl apply -f web.yaml")
    cluster.advance(60)
    steps = apply_trace(cluster)
    pod = one(steps, 12).object
    lines = [line for it in steps if it.number == 18 and it.object == pod for line in it.lines]
    ip = cluster.get("Pod", "default", pod.rpartition("/")[2])["status"]["podIP"]
    assert lines[0].startswith("sandbox and volumes since ") and lines[0].endswith(f" gave {ip}")
    assert lines == [
        lines[0],
        "spec.initContainers{first}: Container created",
        "spec.initContainers{first}: Container started",
        "spec.containers{app}: Container created",
        "spec.containers{app}: Container started",
    ]


def test_probes_are_told_attempt_by_attempt():
    """TR-023, TR-024: what failed and how often, then what passed; and where there is no probe."""
    cluster = Cluster(1, seed=7)
    startup = "startupProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 2}"
    manifest = WEB.replace("IMAGE", "shop/api:1.0").replace("readinessProbe:", startup + " #")
    manifest = manifest.replace("periodSeconds: 2}", "periodSeconds: 2, failureThreshold: 30}")
    Shell(cluster, files={"web.yaml": manifest}).run("kubectl apply -f web.yaml")
    cluster.advance(120)
    steps = apply_trace(cluster)
    pod = one(steps, 12).object
    attempts = [it.lines[0] for it in steps if it.number == 19 and it.object == pod]
    assert attempts[0].startswith("Startup probe failed: ") and attempts[0].endswith("(x1)")
    failed = [it for it in attempts if it.startswith("Startup probe failed: HTTP")]
    assert [int(it.rpartition("x")[2][:-1]) for it in failed] == list(range(1, len(failed) + 1))
    assert len(failed) > 3 and attempts[-1] == "passed"
    assert one(steps, 20).lines[0] == "no readiness probe: ready as soon as it runs"


def test_the_rules_that_a_node_gained_are_those_that_it_has():
    """TR-026: a row for each node with its rules' difference, each at a moment of its own."""
    cluster, _ = applied()
    cluster.advance(120)
    rows = [step for step in apply_trace(cluster) if step.number == 22]
    assert len({row.at_ms for row in rows}) == 3
    for row in rows:
        saved = iptables.save(cluster.world, row.component.rpartition(" ")[2])
        gained = [line[2:] for line in row.lines if line.startswith("+ ")]
        assert gained and all(line in saved for line in gained)
        assert sum("--to-destination 10.244." in line for line in gained) == 2
        assert sum("--probability 0.50000000000" in line for line in gained) == 1
        lost = [line[2:] for line in row.lines if line.startswith("- ")]
        assert lost and not any(line in saved for line in lost)
        assert all("has no endpoints" in line for line in lost)


def test_the_first_request_that_a_new_pod_answered():
    """TR-027: which load's, and how long after the apply; never before the rules had the pod."""
    cluster, _ = applied()
    began_ms = cluster.now_ms
    cluster.advance(120)
    steps = apply_trace(cluster)
    synced_ms = min(step.at_ms for step in steps if step.number == 22)
    rows = [step for step in steps if step.number == 23]
    assert len(rows) == 2
    for row in rows:
        assert row.at_ms >= synced_ms
        after_s = (row.at_ms - began_ms) / 1000
        assert row.lines == (f"GET http://web.default/, within {after_s:g} s of the apply",)
        second = next(
            it
            for it in cluster.samples("client", began_ms, cluster.now_ms)
            if row.object.rpartition("/")[2] in it["by_pod"]
        )
        assert second["t_ms"] + 1000 == row.at_ms


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


def test_admission_tells_what_it_filled_in():
    """TR-005: the defaults of a new object; of a change nothing that was there before."""
    cluster, shell = applied()
    told = one(apply_trace(cluster), 5).lines
    assert "set spec.progressDeadlineSeconds=600" in told and "metadata" not in str(told)
    cluster.advance(60)
    shell.run("kubectl set image deployment/web app=shop/api:1.1")
    assert one(apply_trace(cluster), 5).lines == ()


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
    assert sorted(last.values()) == [17, 20]


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


def test_the_first_step_names_the_contexts_server():
    """KF-009: another context, another address in step 1."""
    cluster, shell = applied()
    assert one(apply_trace(cluster), 1).lines[1].startswith("https://127.0.0.1:6443/apis/apps/v1")
    cluster_of_its_own = "--server=https://127.0.0.1:6443/ --insecure-skip-tls-verify=true"
    for line in (
        f"kubectl config set-cluster lab {cluster_of_its_own}",
        "kubectl config set-context lab --cluster=lab --user=kubernetes-admin",
        "kubectl config use-context lab",
        "kubectl scale deployment web --replicas=3",
    ):
        assert shell.run(line).exit_code == 0
    step = one(apply_trace(cluster), 1)
    assert step.lines[0] == "~/.kube/config, context lab"
    assert step.lines[1].startswith("https://127.0.0.1:6443/apis/apps/v1")
