"""Each invariant is broken once on purpose, and is heard to break.

A case brings a small cluster into a state that nobody may bring it into: by writes past the API, in
the name of the controller that would have been at fault.
"""

from __future__ import annotations

import pytest

from k8slab.engine.api import requests
from k8slab.engine.base.clock import Wake
from k8slab.engine.base.objects import Key, key_of, owner_reference, set_in
from k8slab.engine.controllers.replicaset import ReplicaSets
from k8slab.engine.store import Change

from . import walker
from .moves import draw
from .stage import SELECTOR, Restless, Stage
from .walker import Broken, walk


def loop_never_rests(stage):
    stage.walk.cluster.loop.actors["restless"] = Restless()
    stage.world.clock.wake(1, Wake("restless", Key("Pod", "", "x")))
    stage.walk.carry_out({"do": "advance", "ms": 100_000, "slices": 1})


def version_is_given_twice(stage):
    stage.pod("one")
    stage.walk.look()
    stage.world.store.version -= 1
    stage.pod("two")
    stage.world.store.version += 1


def change_is_told_twice(stage):
    pod = stage.pod()
    store = stage.world.store
    store.version += 1
    again = set_in(pod, ("metadata", "resourceVersion"), str(store.version))
    store.log.append(Change(store.version, 0, "ADDED", key_of(pod), again, None, None))


def change_is_kept_quiet(stage):
    pod = stage.pod()
    stage.walk.look()
    stage.world.store._objects["Pod"][key_of(pod)] = set_in(pod, ("spec", "nodeName"), "node-1")


def stale_update_is_accepted(stage):
    handle = requests.handle

    def forgets_the_version(api, request):
        if request["verb"] == "update":
            request = set_in(request, ("body", "metadata", "resourceVersion"), "")
        return handle(api, request)

    stage.replace(requests, "handle", forgets_the_version)
    stage.pod()
    stage.walk.carry_out({"do": "stale", "kind": "Pod", "place": 0})


def too_few_are_available(stage):
    stage.workload("Deployment", replicas=4)
    stage.settle()
    with stage.acting("replicaset"):
        for pod in stage.pods()[:2]:
            stage.mark(pod)


def too_many_pods(stage):
    stage.workload("Deployment", replicas=4)
    stage.settle()
    [replica_set] = stage.walk.cluster.list("ReplicaSet")
    with stage.acting("replicaset"):
        for number in range(2):
            stage.pod(f"more-{number}", replica_set)


def replica_set_outgrows_its_deployment(stage):
    stage.workload("Deployment", replicas=4)
    stage.settle()
    [replica_set] = stage.walk.cluster.list("ReplicaSet")
    with stage.acting("deployment"):
        stage.write(replica_set, "spec", "replicas", value=6)
    stage.pod("what-comes-after")


def two_controllers(stage):
    one, two = stage.workload("ReplicaSet", replicas=0), stage.pod("other")
    references = [owner_reference(one), owner_reference(two)]
    stage.write(stage.pod(), "metadata", "ownerReferences", value=references)


def adoption_without_a_match(stage):
    replica_set = stage.workload("ReplicaSet", replicas=0)
    stranger = stage.pod(labels={"app": "api"})
    with stage.acting("replicaset"):
        references = [owner_reference(replica_set)]
        stage.write(stranger, "metadata", "ownerReferences", value=references)


def replica_set_does_not_converge(stage):
    stage.workload("ReplicaSet", replicas=2)
    stage.silence("replicaset")
    stage.walk.rest()


def pod_moves(stage):
    stage.write(stage.world.api.bind(stage.pod(), "node-1"), "spec", "nodeName", value="node-2")


def node_is_overcommitted(stage):
    container = {"name": "app", "image": "nginx:1.27", "resources": {"requests": {"cpu": "9"}}}
    pod = stage.create("Pod", "big", "v1", containers=[container])
    with stage.acting("scheduler"):
        stage.world.api.bind(pod, "node-1")


def taint_is_ignored(stage):
    node = stage.walk.cluster.get("Node", "", "node-1")
    stage.write(node, "spec", "taints", value=[{"key": "walk", "effect": "NoSchedule"}])
    with stage.acting("scheduler"):
        stage.world.api.bind(stage.pod(), "node-1")


def host_port_is_given_twice(stage):
    port = {"containerPort": 80, "hostPort": 80}
    container = {"name": "app", "image": "nginx:1.27", "ports": [port]}
    with stage.acting("scheduler"):
        for name in ("one", "two"):
            pod = stage.create("Pod", name, "v1", containers=[container])
            stage.world.api.bind(pod, "node-1")


def endpoint_is_missing(stage):
    stage.workload("ReplicaSet", replicas=2)
    stage.create("Service", "web", "v1", selector={"app": "web"}, ports=[{"port": 80}])
    stage.settle()
    [found] = stage.world.store.by("EndpointSlice", "service", "default/web")
    stage.write(found, "endpoints", value=[])


def traffic_goes_astray(stage):
    endpoint_is_missing(stage)
    stage.silence("endpointslice")
    stage.settle(5)


def failed_pod_comes_back(stage):
    pod = stage.write(stage.pod(), "status", value={"phase": "Failed"})
    stage.write(pod, "status", value={"phase": "Running"})


def restarts_are_forgotten(stage):
    pod = stage.pod()
    for count in (3, 2):
        status = {"name": "app", "restartCount": count, "state": {}}
        pod = stage.write(pod, "status", value={"containerStatuses": [status]})


def back_off_trebles(stage):
    pod = stage.pod()
    for restarts, delay in ((1, "10s"), (2, "30s")):
        message = f"back-off {delay} restarting failed container=app"
        ended = {"finishedAt": f"2026-01-05T09:0{restarts}:00Z"}
        status = {
            "name": "app",
            "restartCount": restarts,
            "state": {"waiting": {"reason": "CrashLoopBackOff", "message": message}},
            "lastState": {"terminated": ended},
        }
        pod = stage.write(pod, "status", value={"containerStatuses": [status]})


def pod_goes_without_grace(stage):
    stage.workload("ReplicaSet", replicas=1)
    stage.settle()
    with stage.acting("replicaset"):
        stage.remove(stage.pods()[0])


def finalizer_is_ignored(stage):
    pod = stage.pod(finalizers=["example.com/hold"])
    with stage.acting("replicaset"):
        stage.remove(pod)


def uid_comes_back(stage):
    first = stage.pod("first")
    stage.write(first, "metadata", "name", value="second")


def ordinals_out_of_order(stage):
    owner = stage.workload("StatefulSet", replicas=3, serviceName="web")
    with stage.acting("statefulset"):
        stage.pod("web-2", owner)


def two_daemons(stage):
    owner = stage.workload("DaemonSet")
    with stage.acting("daemonset"):
        for name in ("one", "two"):
            stage.pod(name, owner, "node-1")


def node_lacks_its_daemon(stage):
    stage.workload("DaemonSet")
    stage.silence("daemonset")
    stage.walk.rest()


def job(stage, **spec):
    container = {"name": "app", "image": "busybox:1", "command": ["sleep", "100"]}
    template = {"spec": {"containers": [container], "restartPolicy": "Never"}}
    return stage.create("Job", "job", "batch/v1", template=template, **spec)


def job_runs_too_many(stage):
    owner = job(stage, parallelism=1)
    with stage.acting("job"):
        for number in range(2):
            stage.pod(f"job-{number}", owner)


def cron_job_runs_twice(stage):
    container = {"name": "app", "image": "busybox:1"}
    template = {"spec": {"containers": [container], "restartPolicy": "Never"}}
    owner = stage.create(
        "CronJob", "tick", "batch/v1", schedule="* * * * *", concurrencyPolicy="Forbid",
        jobTemplate={"spec": {"template": template}},
    )  # fmt: skip
    with stage.acting("cronjob"):
        for number in range(2):
            metadata = {
                "name": f"tick-{number}",
                "namespace": "default",
                "ownerReferences": [owner_reference(owner)],
            }
            body = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata}
            stage.world.api.create({**body, "spec": {"template": template}})


def autoscaler(stage, **spec):
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    return stage.create(
        "HorizontalPodAutoscaler", "web", "autoscaling/v2", scaleTargetRef=target, **spec
    )


def autoscaler_goes_too_far(stage):
    deployment = stage.workload("Deployment", replicas=2)
    autoscaler(stage, minReplicas=1, maxReplicas=3)
    stage.settle()
    with stage.acting("horizontal-pod-autoscaler"):
        stage.write(deployment, "spec", "replicas", value=4)


def autoscaler_sleeps(stage):
    stage.workload("Deployment", replicas=5)
    autoscaler(stage, minReplicas=1, maxReplicas=3)
    stage.silence("horizontal-pod-autoscaler")
    stage.walk.rest()


def volume_is_given_twice(stage):
    stage.claim()
    stage.settle()
    [volume] = stage.walk.cluster.list("PersistentVolume")
    other = stage.claim("other")
    stage.write(other, "spec", "volumeName", value=volume["metadata"]["name"])


def disk_is_on_two_nodes(stage):
    stage.claim()
    stage.pod_with_a_disk("one", "node-1")
    stage.settle()
    [attachment] = stage.walk.cluster.list("VolumeAttachment")
    second = set_in(attachment, ("metadata",), {"name": "second"})
    stage.write(second, "spec", "nodeName", value="node-2")


def pod_runs_without_its_disk(stage):
    stage.silence("attachdetach")
    stage.claim()
    stage.pod_with_a_disk("one", "node-1")
    stage.settle()
    [pod] = stage.pods()
    stage.write(pod, "status", "phase", value="Running")


def eviction_breaks_a_budget(stage):
    stage.workload("ReplicaSet", replicas=2)
    budget = {"minAvailable": 2, "selector": SELECTOR}
    stage.create("PodDisruptionBudget", "web", "policy/v1", **budget)
    stage.settle()

    def evict(api, request):
        return api.delete(Key("Pod", request["namespace"], request["name"]))

    stage.replace(requests, "handle", evict)
    stage.walk.carry_out({"do": "evict", "place": 0})


def quota_is_ignored(stage):
    stage.create("ResourceQuota", "quota", "v1", hard={"pods": "1"})
    stage.settle()
    one = stage.pod("one")
    stage.write(one, "metadata", "name", value="two")


def copy_goes_another_way(stage):
    fork = walker.Cluster.fork

    def altered(cluster):
        twin = fork(cluster)
        twin.world.seed += 1
        return twin

    stage.replace(walker.Cluster, "fork", altered)
    stage.workload("ReplicaSet", replicas=3)
    stage.walk.carry_out({"do": "fork", "ms": 20_000})


CASES = [
    (0, loop_never_rests),
    (1, version_is_given_twice),
    (2, change_is_told_twice),
    (2, change_is_kept_quiet),
    (3, stale_update_is_accepted),
    (4, too_few_are_available),
    (5, too_many_pods),
    (5, replica_set_outgrows_its_deployment),
    (6, two_controllers),
    (6, adoption_without_a_match),
    (7, replica_set_does_not_converge),
    (8, pod_moves),
    (9, node_is_overcommitted),
    (10, taint_is_ignored),
    (10, host_port_is_given_twice),
    (11, endpoint_is_missing),
    (12, traffic_goes_astray),
    (13, failed_pod_comes_back),
    (13, restarts_are_forgotten),
    (14, back_off_trebles),
    (15, pod_goes_without_grace),
    (16, finalizer_is_ignored),
    (16, uid_comes_back),
    (17, ordinals_out_of_order),
    (18, two_daemons),
    (18, node_lacks_its_daemon),
    (19, job_runs_too_many),
    (20, cron_job_runs_twice),
    (21, autoscaler_goes_too_far),
    (21, autoscaler_sleeps),
    (22, eviction_breaks_a_budget),
    (23, volume_is_given_twice),
    (23, disk_is_on_two_nodes),
    (23, pod_runs_without_its_disk),
    (24, quota_is_ignored),
    (25, copy_goes_another_way),
]


@pytest.mark.parametrize(("number", "breaks"), CASES)
def test_a_breach_is_heard(number, breaks, monkeypatch):
    for table in ("EACH_CHANGE", "EACH_PAUSE", "AT_REST"):
        only = tuple(entry for entry in getattr(walker, table) if entry[0] == number)
        monkeypatch.setattr(walker, table, only)
    stage = Stage(monkeypatch)
    with pytest.raises(Broken) as caught:
        breaks(stage)
        stage.walk.look()
    assert caught.value.breach.number == number


def test_every_invariant_has_a_case():
    assert {number for number, _ in CASES} == set(range(26))


def test_an_engine_that_fails_is_a_breach(monkeypatch):
    def fails(self, world, key):
        raise RuntimeError("out of order")

    monkeypatch.setattr(ReplicaSets, "reconcile", fails)
    breach = walk(1, draw(1, 2, frozenset()))
    assert (breach.number, breach.text) == (0, "RuntimeError: out of order")
