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
    """CP-003: besides the API server nobody writes to etcd (a boot and a restore fill a new one)."""
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
