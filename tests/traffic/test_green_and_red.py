"""What looks green and fails: pods that run while their clients see errors."""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.base.objects import set_in

from .test_rollout_500s import READY, SERVICE, deployment

PHASES = {
    "demo/migrates:1": "run migrations",
    "demo/caches:1": "warm caches",
    "demo/connects:1": "fill the connection pool",
    "demo/learns:1": "load the ML model",
}
DONE = {"paths": {"/ready": {"when": "warm"}}, "cold": {"fails": 0.5, "refuses_until": 0.5}}
IMAGES = {image: {**DONE, "boot": [[phase, 20]]} for image, phase in PHASES.items()}


def running(image="shop/api:1.0", **container):
    """Five warm pods of the first version, under load."""
    cluster = Cluster(nodes=3, seed=7, settings={"frozen": True}, images=IMAGES)
    cluster.world.api.create(SERVICE)
    cluster.world.api.create(deployment(image, **container))
    cluster.load("client", url="http://web.default/", rps=50)
    cluster.advance(90)
    return cluster


def edit(cluster, kind, path, value):
    stored = cluster.get(kind, "default", "web")
    cluster.world.api.update(set_in(stored, path, value))


def failed(cluster, since_ms):
    return sum(it["failed"] for it in cluster.samples("client", since_ms, cluster.now_ms))


def roll(image, **container):
    cluster = running(**container)
    since_ms = cluster.now_ms
    edit(cluster, "Deployment", ("spec",), deployment(image, **container)["spec"])
    return cluster, since_ms


@pytest.mark.parametrize("image", IMAGES)
def test_each_phase_of_a_boot_alone_costs_requests_without_a_probe(image):
    """RO-025: migrations, caches, connections, a model: the container runs, the app does not."""
    cluster, since_ms = roll(image)
    cluster.advance(200)
    assert failed(cluster, since_ms) > 0
    cluster, since_ms = roll(image, readinessProbe=READY)
    cluster.advance(300)
    assert failed(cluster, since_ms) == 0
    assert cluster.get("Deployment", "default", "web")["status"]["updatedReplicas"] == 5


def test_pods_are_green_while_users_see_errors():
    """RO-022: in the same seconds every pod is Running and ready, and requests fail."""
    cluster, _ = roll("shop/api:1.1")
    both = 0
    for _ in range(60):
        cluster.advance(1)
        statuses = [pod["status"] for pod in cluster.list("Pod", "default")]
        green = all(it.get("containerStatuses", [{}])[0].get("ready") for it in statuses)
        both += green and failed(cluster, cluster.now_ms - 1000) > 0
    assert both > 20


def test_a_wrong_selector_leaves_requests_without_an_endpoint():
    """WL-029: no endpoint, not an old one: all requests fail until the selector is right."""
    cluster = running()
    since_ms = cluster.now_ms
    edit(cluster, "Service", ("spec", "selector"), {"app": "wbe"})
    cluster.advance(10)
    (endpoint_slice,) = cluster.list("EndpointSlice", "default", "kubernetes.io/service-name=web")
    assert not endpoint_slice["endpoints"]
    assert failed(cluster, since_ms + 2000) == 8 * 50
    edit(cluster, "Service", ("spec", "selector"), {"app": "web"})
    cluster.advance(2)
    mended_ms = cluster.now_ms
    cluster.advance(10)
    assert failed(cluster, mended_ms) == 0
