"""Load slows processes down, and slow processes fail their probes."""

from itertools import pairwise

from k8slab.engine import Cluster

from .test_rollout_500s import SERVICE, deployment

SLOW = {"shop/slow:1": {"latency_ms": 20, "latency_per_rps_ms": 10}}


def addresses(cluster):
    """What the Service leads to: the ready addresses of its slices."""
    slices = cluster.list("EndpointSlice", "default", "kubernetes.io/service-name=web")
    endpoints = [it for slice_ in slices for it in slice_.get("endpoints") or ()]
    return [it["addresses"][0] for it in endpoints if it["conditions"]["ready"]]


def test_under_a_load_that_is_too_high_the_endpoints_flap():
    """PR-018: with the defaults of 10 s, 1 s and 3, out and in again, several times."""
    cluster = Cluster(nodes=3, seed=7, settings={"frozen": True}, images=SLOW)
    cluster.world.api.create(SERVICE)
    probe = {"httpGet": {"path": "/", "port": 8080}}
    cluster.world.api.create(deployment("shop/slow:1", readinessProbe=probe))
    cluster.load("client", url="http://web.default/", rps=50)
    cluster.advance(60)
    assert len(addresses(cluster)) == 5
    cluster.load("client", url="http://web.default/", rps=1000)
    counts = []
    for _ in range(300):
        cluster.advance(1)
        counts.append(len(addresses(cluster)))
    turns = [(a, b) for a, b in pairwise(counts) if a != b]
    assert sum(a > b for a, b in turns) >= 3 <= sum(a < b for a, b in turns)


def test_an_overloaded_pod_leaves_the_endpoints_and_comes_back():
    """PR-004, PR-005: and it is never restarted."""
    cluster = Cluster(nodes=3, seed=7, settings={"frozen": True}, images=SLOW)
    cluster.world.api.create(SERVICE)
    probe = {"httpGet": {"path": "/", "port": 8080}, "periodSeconds": 5}
    cluster.world.api.create(deployment("shop/slow:1", readinessProbe=probe))
    cluster.load("client", url="http://web.default/", rps=50)
    cluster.advance(60)

    def ready():
        return cluster.get("Deployment", "default", "web")["status"].get("readyReplicas", 0)

    assert ready() == 5
    cluster.load("client", url="http://web.default/", rps=1000)
    assert cluster.advance_until(lambda _: ready() < 5, timeout_s=60)
    cluster.advance(1)
    assert len(addresses(cluster)) == ready() < 5
    cluster.load("client", url="http://web.default/", rps=50)
    cluster.advance(60)
    assert ready() == len(addresses(cluster)) == 5
    for pod in cluster.list("Pod", "default", "app=web"):
        assert pod["status"]["containerStatuses"][0]["restartCount"] == 0
