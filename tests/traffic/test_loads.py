"""Loads by interval: the same numbers at every slicing, and every failure has a cause."""

import pytest

from k8slab.engine import Cluster, traffic
from k8slab.engine.base.objects import key_of
from k8slab.engine.network import send

from .test_rollout_500s import READY, SERVICE, deployment


def cluster_under_load(rps=50):
    cluster = Cluster(nodes=3, seed=7, settings={"frozen": True})
    cluster.world.api.create(SERVICE)
    cluster.world.api.create(deployment("shop/api:1.0", readinessProbe=READY))
    cluster.load("client", url="http://web.default/", rps=rps)
    return cluster


def test_slices_of_time_do_not_matter():
    whole, sliced = cluster_under_load(), cluster_under_load()
    whole.advance(60)
    seen = []
    for _ in range(120):
        sliced.advance(0.5)
        seen = sliced.samples("client", 0, sliced.now_ms)
    assert seen == whole.samples("client", 0, whole.now_ms)


def test_the_past_survives_a_snapshot():
    cluster = cluster_under_load()
    cluster.advance(60)
    twin = Cluster.restore(cluster.snapshot())
    for each in (cluster, twin):
        each.advance(60)
    assert twin.samples("client", 0, 120_000) == cluster.samples("client", 0, 120_000)


@pytest.mark.parametrize("rps", [1, 0.3, 50, 20_000])
def test_every_request_is_counted_once(rps):
    cluster = cluster_under_load(rps)
    cluster.advance(60)
    samples = cluster.samples("client", 0, 60_000)
    requests = sum(sample["requests"] for sample in samples)
    assert requests == pytest.approx(60 * rps, abs=1 + rps / 500)
    for sample in samples:
        assert sum(sample["causes"].values()) == sample["failed"]
    sums = {field: sum(sample[field] for sample in samples) for field in ("requests", "failed")}
    assert traffic.totals(cluster.world, "client") == sums


def test_a_dead_node_times_out_until_its_endpoints_drop():
    """ND-015: after the grace period of 50 s; a request says which hop refused."""
    cluster = cluster_under_load()
    cluster.advance(120)
    pods = cluster.list("Pod", "default", "app=web")
    node = pods[0]["spec"]["nodeName"]
    mine = sum(pod["spec"]["nodeName"] == node for pod in pods)
    at_ms = cluster.now_ms
    cluster.inject("node-crash", node=node)
    cluster.advance(40)
    down = cluster.samples("client", at_ms + 1000, cluster.now_ms)
    share = sum(s["failed"] for s in down) / sum(s["requests"] for s in down)
    assert share == pytest.approx(mine / 5, abs=0.05)
    assert {cause for s in down for cause in s["causes"]} == {
        f"{node} is down: connection timed out"
    }
    cluster.advance(30)
    assert cluster.samples("client", cluster.now_ms - 5000, cluster.now_ms)[-1]["failed"] == 0
    cluster.advance(400)
    running = [
        pod for pod in cluster.list("Pod", "default", "app=web") if pod["spec"]["nodeName"] != node
    ]
    assert len(running) == 5
    cluster.inject("node-recover", node=node)
    cluster.advance(120)
    assert len(cluster.list("Pod", "default", "app=web")) == 5


def test_one_request_hop_by_hop():
    cluster = cluster_under_load()
    cluster.advance(1)
    refused = send(cluster.world, "http://web.default/")
    assert refused.cause == "no endpoints: connection refused by kube-proxy REJECT"
    assert send(cluster.world, "http://nope.default/").cause == "no such host: nope.default"
    cluster.advance(90)
    url = "http://web.default.svc.cluster.local:80/ready"
    trace = send(cluster.world, url)
    assert trace.ok and trace.status == 200
    assert trace.hops[0] == "DNS web.default.svc.cluster.local"
    assert trace.hops[-1] == f"pod {trace.pod} on {trace.node}"
    ip = cluster.get("Pod", "default", trace.pod)["status"]["podIP"]
    assert send(cluster.world, f"http://{ip}:8080/").pod == trace.pod


def test_dots_agree_with_the_counts():
    cluster = cluster_under_load()
    cluster.advance(90)
    t1_ms = cluster.now_ms
    [sample] = cluster.samples("client", t1_ms - 1000, t1_ms)
    dots = traffic.dots(cluster.world, "client", t1_ms - 1000, t1_ms, most=1000)
    assert len(dots) == sample["requests"]
    assert sum(not dot["ok"] for dot in dots) == sample["failed"]


def test_a_quiet_cluster_under_load_does_nothing():
    cluster = cluster_under_load()
    cluster.advance(300)
    before = cluster.loop.reconciles
    cluster.advance(600)
    assert cluster.loop.reconciles == before


def test_two_services_that_change_at_once_are_both_followed():
    """The second Service's rules come after the first one's have woken every load."""
    cluster = Cluster(nodes=3, seed=7, settings={"frozen": True})
    cluster.world.api.create(deployment("shop/api:1.0"))
    shut = {"selector": {"app": "nobody"}, "ports": [{"port": 80, "targetPort": 8080}]}
    names = ("cart", "mail", "pay")
    for name in names:
        meta = {"name": name, "namespace": "default"}
        service = {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": shut}
        cluster.world.api.create(service)
        cluster.load(name, url=f"http://{name}.default/", rps=10)
    cluster.advance(60)
    for name in names:
        service = cluster.get("Service", "default", name)
        spec = {**service["spec"], "selector": {"app": "web"}}
        cluster.world.api.update({**service, "spec": spec})
    cluster.advance(10)
    for name in names:
        samples = cluster.samples(name, cluster.now_ms - 5_000, cluster.now_ms)
        assert sum(sample["failed"] for sample in samples) == 0


def test_a_failed_request_is_among_the_dots_however_few_there_are():
    cluster = Cluster(nodes=1, seed=7)
    cluster.load("client", url="http://nowhere.default/", rps=3)
    cluster.advance(3)
    dots = traffic.dots(cluster.world, "client", 0, 3000, 4)
    assert len(dots) == 4
    assert not any(dot["ok"] for dot in dots)


def test_a_client_sits_somewhere():
    """NW-006, NW-018: from the internet nothing answers; a pod's requests are spread."""
    cluster = cluster_under_load()
    cluster.advance(60)
    [first, *_] = cluster.list("Pod", "default", "app=web")
    pod = f"default/{first['metadata']['name']}"
    cluster.load("inner", url="http://web/", rps=10, source=pod)
    cluster.load("outer", url="http://web.default.svc.cluster.local/", rps=10, source="outside")
    cluster.advance(5)
    t1_ms = cluster.now_ms
    assert traffic.failed(cluster.world, "inner", t1_ms - 3000, t1_ms) == 0
    assert traffic.failed(cluster.world, "outer", t1_ms - 3000, t1_ms) == 30
    spread = cluster.samples("inner", t1_ms - 3000, t1_ms)[0]["by_pod"]
    assert len(spread) == 5
    cluster.world.api.delete(key_of(first))
    cluster.advance(60)
    gone = cluster.samples("inner", cluster.now_ms - 3000, cluster.now_ms)[0]["causes"]
    assert list(gone) == [f"there is no pod {first['metadata']['name']} that could ask"]
