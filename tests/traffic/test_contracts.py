"""Probes and SIGTERM as contracts: what clients and restarts tell of those that are kept or not."""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.apps import Request, answer
from k8slab.engine.base.objects import set_in
from k8slab.engine.nodes.inside import look

from .test_rollout_500s import SERVICE, deployment

IMAGES = {
    "demo/hangs:1": {"hangs": 120, "paths": {"/healthz": {"when": "open"}}},
    "demo/slow:1": {"latency_ms": 1200},
    "demo/rude:1": {"like": "shop/api:1.1", "boot": [], "cold": {}, "term": {"drains": 0}},
    "demo/polite:1": {"like": "shop/api:1.1", "boot": [], "cold": {}, "term": {"drains": 5}},
    "demo/legacy:1": {
        "boot": [["start", 90]],
        "hangs": 200,
        "cold": {"fails": 1.0, "status": 503, "refuses_until": 90},
        "paths": {"/healthz": {"when": "open"}},
    },
    "demo/headed:1": {
        "hangs": 60,
        "paths": {"/healthz": {"when": "open", "header": ["X-Health-Check", "liveness"]}},
    },
}
AS_STATED = {  # 10/15/5/3/1
    "httpGet": {
        "path": "/healthz",
        "port": 8080,
        "httpHeaders": [{"name": "X-Health-Check", "value": "liveness"}],
    },
    "initialDelaySeconds": 10,
    "periodSeconds": 15,
    "timeoutSeconds": 5,
    "failureThreshold": 3,
    "successThreshold": 1,
}


def running(image, advance_s=40, **container):
    cluster = Cluster(nodes=3, seed=7, settings={"frozen": True}, images=IMAGES)
    cluster.world.api.create(SERVICE)
    cluster.world.api.create(deployment(image, **container))
    cluster.load("client", url="http://web.default/", rps=50)
    cluster.advance(advance_s)
    return cluster


def pods(cluster):
    return cluster.list("Pod", "default", "app=web")


def restarts(cluster):
    return sum(each["status"]["containerStatuses"][0]["restartCount"] for each in pods(cluster))


def failed(cluster, t0_ms, t1_ms=None):
    t1_ms = cluster.now_ms if t1_ms is None else t1_ms
    return sum(sample["failed"] for sample in cluster.samples("client", t0_ms, t1_ms))


def roll(cluster, watch_s=120):
    began_ms = cluster.now_ms
    stored = cluster.get("Deployment", "default", "web")
    path = ("spec", "template", "metadata", "annotations")
    cluster.world.api.update(set_in(stored, path, {"rolled": "1"}))
    cluster.advance(watch_s)
    return failed(cluster, began_ms)


READY = {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 1}


def test_a_graceful_shutdown_drops_nothing():
    """PC-020, EC-006: the same rollout fails requests without SIGTERM handling, none with it."""
    rude, polite = (
        running(image, readinessProbe=READY) for image in ("demo/rude:1", "demo/polite:1")
    )
    assert roll(rude) > 0
    assert roll(polite) == 0


def test_a_short_pre_stop_cures_the_race():
    """PC-020: the endpoint is gone before SIGTERM comes."""
    hook = {"preStop": {"sleep": {"seconds": 5}}}
    cured = running("demo/rude:1", readinessProbe=READY, lifecycle=hook)
    assert roll(cured) == 0


@pytest.mark.parametrize(("probed", "ready"), [(False, True), (True, False)])
def test_running_does_not_mean_serving(probed, ready):
    """PC-017: without a probe a pod that answers 500 is Ready; with one it is not."""
    probe = {"httpGet": {"path": "/healthz", "port": 8000}, "periodSeconds": 2}
    cluster = running("acme/api:sha-abc1234", 12, **({"readinessProbe": probe} if probed else {}))
    for pod in pods(cluster):
        assert pod["status"]["phase"] == "Running"
        assert pod["status"]["containerStatuses"][0]["ready"] is ready
        run = look(cluster.world, "default", pod["metadata"]["name"]).run
        assert answer(run, Request(8000, "/orders")).outcomes[0].status == 500


@pytest.mark.parametrize(("timeout_s", "restarted"), [(1, True), (2, False)])
def test_a_probe_that_is_too_aggressive_restarts_healthy_pods(timeout_s, restarted):
    """PR-019, PR-036: a slow but healthy answer is late for a timeout of one second."""
    probe = {"httpGet": {"path": "/", "port": 8080}, "timeoutSeconds": timeout_s}
    cluster = running("demo/slow:1", 200, livenessProbe={**probe, "periodSeconds": 10})
    assert (restarts(cluster) > 0) is restarted


def test_a_probe_that_is_too_loose_sends_traffic_to_dead_pods():
    """PR-019, PR-036: the later a wedged pod is noticed, the more requests fail."""
    lost = []
    for period_s in (2, 30):
        probe = {"httpGet": {"path": "/", "port": 8080}, "periodSeconds": period_s}
        cluster = running("demo/polite:1", 60, readinessProbe=probe)
        began_ms = cluster.now_ms
        cluster.inject("container-hang", pod=pods(cluster)[0]["metadata"]["name"])
        cluster.advance(120)
        lost.append(failed(cluster, began_ms))
    assert 0 < 4 * lost[0] < lost[1]


def test_a_service_routes_to_a_pod_as_soon_as_its_rules_have_come():
    """PR-021: between Ready and the first request lie the endpoint and the proxy alone."""
    probe = {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 1}
    cluster = Cluster(nodes=1, seed=7, settings={"frozen": True}, images=IMAGES)
    cluster.world.api.create(SERVICE)
    only = set_in(deployment("demo/polite:1", readinessProbe=probe), ("spec", "replicas"), 1)
    cluster.world.api.create(only)
    cluster.load("client", url="http://web.default/", rps=10)

    def ready(cluster):
        deployed = cluster.get("Deployment", "default", "web")
        return deployed.get("status", {}).get("readyReplicas") == 1

    assert cluster.advance_until(ready, 60)
    ready_ms = cluster.now_ms
    cluster.advance(10)
    samples = cluster.samples("client", 0, cluster.now_ms)
    good = [sample["t_ms"] for sample in samples if sample["failed"] < sample["requests"]]
    assert ready_ms - 1000 < good[0] <= ready_ms + 2500


def test_a_startup_probe_serves_a_slow_boot_better_than_a_huge_delay():
    """PR-008: both survive the boot of 90 s; the app that hangs later is noticed sooner."""
    get = {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 10}
    delayed = {"livenessProbe": {**get, "initialDelaySeconds": 300}}
    started = {"livenessProbe": get, "startupProbe": {**get, "failureThreshold": 30}}
    slow, soon = (running("demo/legacy:1", 180, **probes) for probes in (delayed, started))
    assert restarts(slow) == restarts(soon) == 0
    for cluster in (slow, soon):
        cluster.advance(110)
    assert restarts(slow) == 0 < restarts(soon)
    slow.advance(110)
    assert restarts(slow) > 0


def test_without_either_the_slow_boot_never_ends():
    """PR-008: the default liveness probe kills it in its boot, again and again."""
    get = {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 10}
    assert restarts(running("demo/legacy:1", 180, livenessProbe=get)) >= 5


def test_the_stated_liveness_probe_looks_every_15_s_and_gives_up_at_the_third():
    """PR-030, YM-022: first look 10 to 25 s after the start; the hung app is restarted."""
    cluster = running("demo/headed:1", 50, livenessProbe=AS_STATED)
    name = pods(cluster)[0]["metadata"]["name"]
    inside = look(cluster.world, "default", name)
    started_ms = inside.record["started_ms"]
    worker_ms = cluster.world.note("kubelet", ("Pod", "default", name))["worker_ms"]
    ticks = [worker_ms + 15_000 * turn for turn in range(20)]
    first_ms = next(tick for tick in ticks if tick >= started_ms + 10_000)
    assert 10_000 <= first_ms - started_ms <= 25_000
    assert inside.record["probes"]["liveness"]["ok"] is True
    wedged_ms = started_ms + 60_000
    looks = [tick for tick in ticks if tick >= wedged_ms]

    def stopped(cluster):
        return any(
            event["reason"] == "Killing" and event["involvedObject"]["name"] == name
            for event in cluster.list("Event", "default")
        )

    assert cluster.advance_until(stopped, 200)
    assert looks[2] - 2_000 <= cluster.now_ms <= looks[2] + 6_000


def test_all_three_probes_can_be_set_and_their_verdicts_seen():
    """PR-001: ``look(...).record["probes"]`` has a verdict for each."""
    get = {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 2}
    cluster = running("demo/polite:1", startupProbe=get, livenessProbe=get, readinessProbe=get)
    inside = look(cluster.world, "default", pods(cluster)[0]["metadata"]["name"])
    verdicts = {name: state["ok"] for name, state in inside.record["probes"].items()}
    assert verdicts == {"startup": True, "liveness": True, "readiness": True}


@pytest.mark.parametrize(("probed", "loses"), [(True, False), (False, True)])
def test_a_20_s_warm_up_rolls_out_without_an_error_behind_a_readiness_probe(probed, loses):
    """PR-035: the quiz's answer, run live."""
    ready = {"httpGet": {"path": "/ready", "port": 8080}, "periodSeconds": 2}
    cluster = running("shop/api:1.1", 90, **({"readinessProbe": ready} if probed else {}))
    assert (roll(cluster, 240) > 0) is loses
