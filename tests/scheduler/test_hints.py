"""Which changes have a pod tried anew, plugin by plugin (the QueueingHint functions of 1.36)."""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key, set_in
from k8slab.shell import Shell

from .test_placement import create, pod

ZONE = "topology.kubernetes.io/zone"
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


@pytest.fixture
def cluster():
    return Cluster(nodes=2, seed=5, settings={"frozen": True, "node_cpu": "4"})


def run(cluster, *lines):
    for line in lines:
        done = Shell(cluster).run(f"kubectl {line}")
        assert done.exit_code == 0, done.stderr
        cluster.advance(1)


def allow(cluster, node, **amounts):
    """Change what a node can take, as a kubelet would."""
    world = cluster.world
    found = world.store.get(Key("Node", "", node))
    allocatable = {**found["status"]["allocatable"], **amounts}
    world.api.update_status(found, set_in(found["status"], ("allocatable",), allocatable))
    cluster.advance(1)


def attempts(cluster, name="p"):
    """How often it was said that a pod fits nowhere."""
    told = [it for it in cluster.list("Event") if it["involvedObject"]["name"] == name]
    counts = [
        (it.get("series") or {}).get("count") or it.get("count") or 1
        for it in told
        if it["reason"] == "FailedScheduling"
    ]
    return sum(counts)


def near(key, app):
    term = {"topologyKey": key, "labelSelector": {"matchLabels": {"app": app}}}
    return {"affinity": {"podAffinity": {REQUIRED: [term]}}}


def far(key, app):
    term = {"topologyKey": key, "labelSelector": {"matchLabels": {"app": app}}}
    return {"affinity": {"podAntiAffinity": {REQUIRED: [term]}}}


CORDONED = ["cordon node-1", "cordon node-2"]
TAINTED = ["taint node node-1 a=1:NoSchedule", "taint node node-2 a=1:NoSchedule"]
CASES = {
    "cordoned: another label": (CORDONED, {}, "label node node-1 x=y", False),
    "cordoned: another taint": (CORDONED, {}, "taint node node-1 b=1:NoSchedule", False),
    "tainted: one more taint": (TAINTED, {}, "taint node node-1 b=1:NoSchedule", False),
    "tainted: one taint of two goes": (
        [*TAINTED, "taint node node-1 b=1:NoSchedule"],
        {},
        "taint node node-1 b-",
        False,
    ),
    "selector: another label": ([], {"nodeSelector": {"a": "b"}}, "label node node-1 x=y", False),
    "selector: another value": ([], {"nodeSelector": {"a": "b"}}, "label node node-1 a=c", False),
    "selector: a node is tainted": (
        [],
        {"nodeSelector": {"a": "b"}},
        "taint node node-1 b=1:NoSchedule",
        True,
    ),
    "affinity: another label": ([], near(ZONE, "x"), "label node node-1 x=y", False),
    "affinity: the node joins a zone": ([], near(ZONE, "x"), f"label node node-1 {ZONE}=a", True),
    "affinity: a stranger is placed": ([], near(ZONE, "x"), "run q --image=nginx:1.27", False),
    "affinity: one that matches is placed elsewhere": (
        [],
        near(ZONE, "x"),
        "run q --image=nginx:1.27 --labels=app=x",
        True,
    ),
    "affinity: one that has ended matches from now on": (
        ["run q --image=busybox --restart=Never -- true"],
        near(ZONE, "x"),
        "label pod q app=x",
        False,
    ),
}


@pytest.mark.parametrize(("before", "spec", "change", "tried"), CASES.values(), ids=CASES)
def test_a_change_that_does_not_suffice(cluster, before, spec, change, tried):
    run(cluster, *before)
    create(cluster, pod("p", "1", **spec))
    had = attempts(cluster)
    assert had == 1
    run(cluster, change)
    assert (attempts(cluster) > had) is tried


def test_room_that_is_enough_or_not(cluster):
    """NodeResourcesFit: the node must take the pod, and more than before of what it asks for."""
    create(cluster, pod("p", "6"))
    assert attempts(cluster) == 1
    allow(cluster, "node-1", cpu="5")
    assert attempts(cluster) == 1
    allow(cluster, "node-1", cpu="7")
    assert cluster.get("Pod", "default", "p")["spec"]["nodeName"] == "node-1"


def test_less_room_helps_nobody(cluster):
    create(cluster, pod("big-1", "3", nodeSelector={"kubernetes.io/hostname": "node-1"}))
    create(cluster, pod("big-2", "3", nodeSelector={"kubernetes.io/hostname": "node-2"}))
    create(cluster, pod("p", "3"))
    assert attempts(cluster) == 1
    allow(cluster, "node-1", memory="6Gi")
    allow(cluster, "node-1", cpu="3500m")
    assert attempts(cluster) == 1


def test_a_port_that_is_free_again(cluster):
    """NodePorts: a pod that goes helps where it had a port that is asked for."""

    def with_port(name, node, port):
        made = pod(name, "100m", **node)
        made["spec"]["containers"][0]["ports"] = [{"containerPort": 80, "hostPort": port}]
        return made

    for node in ("node-1", "node-2"):
        on = {"nodeSelector": {"kubernetes.io/hostname": node}}
        create(cluster, with_port(f"web-{node}", on, 80), with_port(f"other-{node}", on, 81))
    create(cluster, with_port("p", {}, 80))
    assert attempts(cluster) == 1
    run(cluster, "delete pod other-node-1 --now")
    cluster.advance(40)
    assert attempts(cluster) == 1
    run(cluster, "delete pod web-node-1 --now")
    cluster.advance(40)
    assert cluster.get("Pod", "default", "p")["spec"]["nodeName"] == "node-1"


def test_a_pod_that_is_kept_away_is_tried_when_the_other_one_goes(cluster):
    """InterPodAffinity: anti-affinity, of the pod or of the one that was there."""
    create(cluster, pod("x", "100m", labels={"app": "x"}, **far("kubernetes.io/os", "p")))
    create(cluster, pod("p", "100m", labels={"app": "p"}))
    create(cluster, pod("q", "100m", labels={"app": "q"}, **far("kubernetes.io/os", "x")))
    assert (attempts(cluster), attempts(cluster, "q")) == (1, 1)
    run(cluster, "delete pod x --now")
    cluster.advance(40)
    for name in ("p", "q"):
        assert cluster.get("Pod", "default", name)["spec"].get("nodeName")


def test_a_pod_that_is_made_smaller_leaves_room(cluster):
    """NodeResourcesFit: in-place resize frees what others wait for."""
    for node in ("node-1", "node-2"):
        on = {"nodeSelector": {"kubernetes.io/hostname": node}}
        create(cluster, pod(f"big-{node}", "3", **on))
    create(cluster, pod("p", "2"))
    assert attempts(cluster) == 1
    less = '{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"1"}}}]}}'
    run(cluster, f"patch pod big-node-1 --subresource resize --patch '{less}'")
    cluster.advance(5)
    assert cluster.get("Pod", "default", "p")["spec"]["nodeName"] == "node-1"
