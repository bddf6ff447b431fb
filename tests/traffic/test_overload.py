"""Load slows processes down, and slow processes fail their probes."""

from k8slab.engine import Cluster

from .test_rollout_500s import SERVICE, deployment

SLOW = {"shop/slow:1": {"latency_ms": 20, "latency_per_rps_ms": 10}}


def test_an_overloaded_pod_leaves_the_endpoints_and_comes_back():
    """PR-005, PR-018: no restart."""
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
    cluster.load("client", url="http://web.default/", rps=50)
    cluster.advance(60)
    assert ready() == 5
    for pod in cluster.list("Pod", "default", "app=web"):
        assert pod["status"]["containerStatuses"][0]["restartCount"] == 0
