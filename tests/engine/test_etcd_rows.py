"""etcd is what a cluster is: one door to it, a key for each object, and a restart from it."""

import re
from pathlib import Path

from bench.tools import create, deployment
from k8slab.engine import Cluster, etcd
from k8slab.engine.base.objects import key_of

ENGINE = Path(__file__).parents[2] / "k8slab" / "engine"
WRITES = re.compile(r"\bstore\.(write|delete|load)\(")


def running():
    cluster = Cluster(nodes=3, seed=7, settings={"frozen": True})
    cluster.request(create(deployment(10)))
    cluster.advance(60)
    return cluster


def test_only_the_api_writes_the_store():
    """CP-003: the API server alone writes to etcd (a boot and a restore fill a new one)."""
    writers = {
        str(path.relative_to(ENGINE))
        for path in ENGINE.rglob("*.py")
        if WRITES.search(path.read_text()) and path.parts[-2] != "store"
    }
    assert {name for name in writers if not name.startswith("api/")} == {"boot.py", "cluster.py"}


def test_every_object_has_a_key_of_its_own():
    """CP-013: /registry/pods/<ns>/<name>; the stored value is the object, with its version."""
    cluster = running()
    store = cluster.world.store
    objects = [obj for kind in store.kinds() for obj in store.list(kind)]
    paths = [etcd.path_of(key_of(obj)) for obj in objects]
    assert len(set(paths)) == len(paths) > 200
    assert all(path.startswith("/registry/") for path in paths)
    pod = cluster.list("Pod", "default")[0]
    assert etcd.path_of(key_of(pod)) == f"/registry/pods/default/{pod['metadata']['name']}"


def test_a_cluster_is_what_is_stored():
    """CP-014: restored from its store it goes on identically; Events are gone after an hour."""
    cluster = running()
    twin = Cluster.restore(cluster.snapshot())
    for each in (cluster, twin):
        each.inject("node-crash", node="node-2")
        each.advance(900)
    assert twin.snapshot() == cluster.snapshot()
    assert cluster.list("Event", "default")
    cluster.inject("node-recover", node="node-2")
    cluster.advance(4000)
    assert cluster.list("Event", "default") == [] and len(cluster.list("Pod", "default")) == 10


def test_components_meet_through_the_api_alone():
    """CP-002, CM-011: no controller, kubelet, scheduler or proxy imports another of them."""
    rooms = {"controllers", "scheduler", "nodes", "network", "traffic"}
    allowed = {("network", "nodes"), ("traffic", "network"), ("traffic", "nodes")}
    for path in ENGINE.rglob("*.py"):
        room = path.relative_to(ENGINE).parts[0]
        found = re.findall(r"^from \.\.+(\w+)", path.read_text(), re.MULTILINE)
        met = {(room, other) for other in found if other in rooms and other != room}
        assert room not in rooms or met <= allowed, path


def test_every_change_names_who_asked_the_api_for_it():
    """CP-002, CM-002: a controller, a kubelet, the scheduler or a person made it."""
    cluster = running()
    actors = {change.cause.actor for change in cluster.changes(since=0) if change.cause}
    assert actors <= {*cluster.loop.actors, "learner"}
    pods = [it for it in cluster.changes(since=0) if it.key.kind == "Pod" and it.type == "ADDED"]
    assert {change.cause.actor for change in pods} == {"replicaset"}
    assert all(change.cause.compared for change in pods)


def test_an_edit_of_the_template_makes_a_second_replica_set():
    """CP-033: one with a hash at first, another after the image was changed."""
    cluster = running()
    (first,) = cluster.list("ReplicaSet", "default")
    name = "pod-template-hash"
    assert first["metadata"]["name"] == f"web-{first['metadata']['labels'][name]}"
    body = [
        {"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "nginx:1.28"}
    ]
    request = {"verb": "patch", "kind": "Deployment", "namespace": "default", "name": "web"}
    cluster.request({**request, "patch_type": "json", "body": body})
    cluster.advance(120)
    sets = {
        it["metadata"]["labels"][name]: it["spec"]["replicas"]
        for it in cluster.list("ReplicaSet", "default")
    }
    assert len(sets) == 2 and sets[first["metadata"]["labels"][name]] == 0
