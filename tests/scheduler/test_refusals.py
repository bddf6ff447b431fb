"""Why a pod fits nowhere, in the real scheduler's words (truth 08-scheduling-failures)."""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key, set_in
from k8slab.engine.scheduler.scheduler import Scheduler

HELPLESS = (
    ". no new claims to deallocate, preemption: 0/5 nodes are available: "
    "5 Preemption is not helpful for scheduling."
)
NO_VICTIMS = HELPLESS.replace(
    "5 Preemption is not helpful for scheduling", "5 No preemption victims found for incoming pod"
)
SSD = {"key": "disk", "operator": "In", "values": ["ssd"]}
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


@pytest.fixture
def world():
    world = Cluster(nodes=5, settings={"frozen": True, "kubelet": "none"}).world
    for node in world.store.list("Node"):
        allocatable = {"cpu": "4", "memory": "8Gi", "pods": "110"}
        status = {**node.get("status", {}), "allocatable": allocatable}
        world.api.update_status(set_in(node, ("spec",), {}), status)
    return world


def spec_of(requests=None, limits=None, **more):
    resources = {"requests": requests or {}, "limits": limits or {}}
    return {"containers": [{"name": "c", "image": "app:v1", "resources": resources}], **more}


def messages_of(world, spec, name="p"):
    metadata = {"name": name, "namespace": "default", "labels": {"app": name}}
    world.api.create({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
    Scheduler().reconcile(world, Key("Pod", "default", name))
    events = world.store.list("Event", "default")
    return [event["message"] for event in events if event["involvedObject"]["name"] == name]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (spec_of({"cpu": "100"}), "5 Insufficient cpu"),
        (spec_of({"memory": "100Gi"}), "5 Insufficient memory"),
        (spec_of({"cpu": "5", "memory": "100Gi"}), "5 Insufficient cpu, 5 Insufficient memory"),
        (spec_of(limits={"nvidia.com/gpu": "1"}), "5 Insufficient nvidia.com/gpu"),
        (
            spec_of(nodeSelector={"disk": "ssd"}),
            "5 node(s) didn't match Pod's node affinity/selector",
        ),
        (
            spec_of(
                affinity={
                    "nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [{"matchExpressions": [SSD]}]}}
                }
            ),
            "5 node(s) didn't match Pod's node affinity/selector",
        ),
        (
            spec_of(
                affinity={
                    "podAffinity": {
                        REQUIRED: [
                            {
                                "topologyKey": "kubernetes.io/hostname",
                                "labelSelector": {"matchLabels": {"app": "nosuch"}},
                            }
                        ]
                    }
                }
            ),
            "5 node(s) didn't match pod affinity rules",
        ),
        (
            spec_of(
                topologySpreadConstraints=[
                    {
                        "maxSkew": 1,
                        "topologyKey": "rack",
                        "whenUnsatisfiable": "DoNotSchedule",
                        "labelSelector": {"matchLabels": {"app": "p"}},
                    }
                ]
            ),
            "5 node(s) didn't match pod topology spread constraints (missing required label)",
        ),
    ],
)
def test_a_pod_that_fits_nowhere_says_why(world, spec, said):
    assert messages_of(world, spec) == [f"0/5 nodes are available: {said}{HELPLESS}"]


def test_a_pod_that_would_fit_an_emptier_node_says_that_no_victims_were_found(world):
    for number in range(5):
        messages_of(world, spec_of({"cpu": "3"}), f"big-{number}")
    [message] = messages_of(world, spec_of({"cpu": "3"}), "late")
    assert message == f"0/5 nodes are available: 5 Insufficient cpu{NO_VICTIMS}"


def test_cordon_comes_before_taint_and_taint_before_resources(world):
    first, second = world.store.list("Node")[:2]
    world.api.update(set_in(first, ("spec", "unschedulable"), True))
    taint = {"key": "t", "value": "v", "effect": "NoSchedule"}
    world.api.update(set_in(second, ("spec", "taints"), [taint]))
    [message] = messages_of(world, spec_of({"cpu": "5"}))
    said = "1 node(s) had untolerated taint(s), 1 node(s) were unschedulable, 3 Insufficient cpu"
    assert message == f"0/5 nodes are available: {said}{HELPLESS}"


def test_a_gated_pod_waits_and_says_so(world):
    messages_of(world, spec_of(schedulingGates=[{"name": "example.com/wait"}]))
    pod = world.store.get(Key("Pod", "default", "p"))
    [condition] = [c for c in pod["status"]["conditions"] if c["type"] == "PodScheduled"]
    assert (condition["status"], condition["reason"]) == ("False", "SchedulingGated")
    assert condition["lastTransitionTime"] == pod["metadata"]["creationTimestamp"]
    assert "nodeName" not in pod["spec"]


def test_a_waiting_pod_is_placed_once_a_node_takes_it(world):
    messages_of(world, spec_of(nodeSelector={"disk": "ssd"}))
    node = world.store.list("Node")[2]
    labels = {**(node["metadata"].get("labels") or {}), "disk": "ssd"}
    world.clock.now_ms += 2_000
    world.api.update(set_in(node, ("metadata", "labels"), labels))
    assert Scheduler().reconcile(world, Key("Pod", "default", "p")) is None
    bound = world.store.get(Key("Pod", "default", "p"))["spec"]["nodeName"]
    assert bound == node["metadata"]["name"]


def test_a_cluster_without_nodes():
    """Nothing refused the pod, whatever it asks; a node that joins is enough to try anew."""
    cluster = Cluster(nodes=0, settings={"frozen": True, "kubelet": "none"})
    spread = {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}
    spec = spec_of(topologySpreadConstraints=[{**spread, "labelSelector": {"matchLabels": {}}}])
    assert messages_of(cluster.world, spec) == ["no nodes available to schedule pods"]


def test_terms_that_name_different_nodes_leave_none_to_ask(world):
    """NodeAffinity's PreFilter: matchFields that exclude each other."""
    fields = [
        {"key": "metadata.name", "operator": "In", "values": [name]}
        for name in ("node-1", "node-2")
    ]
    required = {"nodeSelectorTerms": [{"matchFields": fields}]}
    spec = spec_of(affinity={"nodeAffinity": {REQUIRED: required}})
    assert messages_of(world, spec) == [
        "0/5 nodes are available: pod affinity terms conflict. not found"
    ]


def test_a_node_that_is_named_and_not_there(world):
    field = {"key": "metadata.name", "operator": "In", "values": ["node-9"]}
    required = {"nodeSelectorTerms": [{"matchFields": [field]}]}
    spec = spec_of(affinity={"nodeAffinity": {REQUIRED: required}})
    said = "5 node(s) didn't satisfy plugin(s) [NodeAffinity]"
    assert messages_of(world, spec) == [f"0/5 nodes are available: {said}{HELPLESS}"]


ZONE = "topology.kubernetes.io/zone"
BETA_ZONE = "failure-domain.beta.kubernetes.io/zone"


@pytest.mark.parametrize(
    ("of_volume", "refused"),
    [
        ({ZONE: "a"}, 1),
        ({ZONE: "a__b"}, 0),
        ({ZONE: "c"}, 2),
        ({BETA_ZONE: "b"}, 1),
        ({"topology.kubernetes.io/region": "r"}, 2),
    ],
)
def test_a_volume_with_a_zone_is_used_there(world, of_volume, refused):
    """VolumeZone: of five nodes one is in zone a, one in zone b, and the others have no zone."""
    for node, zone in zip(world.store.list("Node"), "ab", strict=False):
        world.api.update(set_in(node, ("metadata", "labels"), {ZONE: zone}))
    claim = {"namespace": "default", "name": "c"}
    head = {"apiVersion": "v1", "metadata": {"name": "v", "labels": of_volume}}
    size = {"storage": "1Gi"}
    source = {"accessModes": ["ReadWriteOnce"], "capacity": size, "hostPath": {"path": "/srv"}}
    world.api.create({**head, "kind": "PersistentVolume", "spec": {**source, "claimRef": claim}})
    done = {"pv.kubernetes.io/bind-completed": "yes"}
    asked = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": size}, "volumeName": "v"}
    world.api.create(
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {**claim, "annotations": done},
            "spec": {**asked, "storageClassName": ""},
        }
    )
    volumes = [{"name": "c", "persistentVolumeClaim": {"claimName": "c"}}]
    term = {"topologyKey": "kubernetes.io/os", "labelSelector": {"matchLabels": {"no": "such"}}}
    nowhere = {"podAffinity": {REQUIRED: [term]}}
    [message] = messages_of(world, spec_of(volumes=volumes, affinity=nowhere))
    said = [f"{5 - refused} node(s) didn't match pod affinity rules"]
    said += [f"{refused} node(s) had no available volume zone"] if refused else []
    assert message == f"0/5 nodes are available: {', '.join(sorted(said))}{HELPLESS}"
