"""The rollout that 500s: what fails follows from boot, endpoint and proxy timing.

Stated: 5 replicas, an image that warms up for 20 s and fails a fifth of its requests until then,
50 requests a second. How many fail, and when, is what the engine says (PR-022, PR-024, PR-026,
PR-034, RO-014, RO-015, TE-015; EC-005: without the probe requests fail, with it none).
"""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.base.objects import set_in

READY = {"httpGet": {"path": "/ready", "port": 8080}, "periodSeconds": 2}
EARLY = {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 2}
PATIENT = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}


def deployment(image, strategy=PATIENT, min_ready_s=15, **container):
    spec = {
        "replicas": 5,
        "selector": {"matchLabels": {"app": "web"}},
        "minReadySeconds": min_ready_s,
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "api", "image": image, **container}]},
        },
    }
    if strategy:
        spec["strategy"] = strategy
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": spec,
    }


SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]},
}


@pytest.fixture(scope="module")
def settled():
    """Version 1.0 runs, warm, under load."""
    cluster = Cluster(nodes=3, seed=7, settings={"frozen": True})
    cluster.world.api.create(SERVICE)
    cluster.world.api.create(deployment("shop/api:1.0"))
    cluster.load("client", url="http://web.default/", rps=50)
    cluster.advance(120)
    return cluster


class Rollout:
    """Roll to version 1.1 with some settings, and watch the client for ``watch_s``."""

    def __init__(self, settled, watch_s=240, **how):
        self.cluster = settled.fork()
        self.began_ms = self.cluster.now_ms
        wanted = deployment("shop/api:1.1", **how)
        stored = self.cluster.get("Deployment", "default", "web")
        self.cluster.world.api.update(set_in(stored, ("spec",), wanted["spec"]))
        self.cluster.advance(watch_s)
        self.samples = self.cluster.samples("client", self.began_ms, self.cluster.now_ms)

    @property
    def failed(self):
        return sum(sample["failed"] for sample in self.samples)

    def bad_seconds(self):
        return [sample for sample in self.samples if sample["failed"]]

    @property
    def span_s(self):
        bad = self.bad_seconds()
        return (bad[-1]["t_ms"] - bad[0]["t_ms"]) / 1000 + 1 if bad else 0

    @property
    def share_while_failing(self):
        """The share of requests that failed between the first and the last failure."""
        bad = self.bad_seconds()
        during = [s for s in self.samples if bad[0]["t_ms"] <= s["t_ms"] <= bad[-1]["t_ms"]]
        return self.failed / sum(sample["requests"] for sample in during)

    def restarts(self):
        pods = self.cluster.list("Pod", "default", "app=web")
        return [p["status"]["containerStatuses"][0]["restartCount"] for p in pods]

    def done(self):
        status = self.cluster.get("Deployment", "default", "web")["status"]
        return status.get("updatedReplicas") == 5 and status.get("availableReplicas") == 5


def test_without_a_readiness_probe_4_percent_fail_for_90_s(settled):
    rollout = Rollout(settled)
    assert rollout.done()
    assert 0.03 <= rollout.share_while_failing <= 0.05
    assert 80 <= rollout.span_s <= 110
    causes = {cause for sample in rollout.samples for cause in sample["causes"]}
    assert causes and all("process is booting" in cause for cause in causes)
    assert rollout.samples[-1]["failed"] == 0


def test_the_default_strategy_without_min_ready_seconds_is_far_worse(settled):
    patient, hasty = Rollout(settled), Rollout(settled, strategy=None, min_ready_s=0)
    peak = max(sample["failed"] / sample["requests"] for sample in hasty.samples)
    assert peak >= 0.15
    assert peak > 2 * max(s["failed"] / s["requests"] for s in patient.samples)


def test_a_readiness_probe_on_ready_fails_none(settled):
    rollout = Rollout(settled, readinessProbe=READY)
    assert rollout.done()
    assert rollout.failed == 0


def test_a_readiness_probe_that_answers_early_still_fails_some(settled):
    rollout = Rollout(settled, readinessProbe=EARLY)
    assert rollout.failed > 0


def test_a_liveness_probe_instead_restarts_in_a_loop(settled):
    liveness = {"httpGet": {"path": "/ready", "port": 8080}, "periodSeconds": 5}
    rollout = Rollout(settled, livenessProbe=liveness)
    assert not rollout.done()
    assert max(rollout.restarts()) >= 3


@pytest.mark.parametrize(
    ("container", "fails"),
    [({}, True), ({"lifecycle": {"preStop": {"sleep": {"seconds": 5}}}}, False)],
)
def test_an_app_that_dies_on_sigterm_needs_a_pre_stop_sleep(container, fails):
    """A terminating pod still gets requests until every node's rules have followed."""
    image = {"like": "shop/api:1.0", "term": {"drains": 0, "code": 143}}
    cluster = Cluster(nodes=3, seed=7, images={"shop/abrupt:1": image})
    cluster.world.api.create(SERVICE)
    cluster.world.api.create(deployment("shop/abrupt:1", readinessProbe=READY, **container))
    cluster.load("client", url="http://web.default/", rps=50)
    cluster.advance(120)
    began_ms = cluster.now_ms
    again = ("spec", "template", "metadata", "annotations")
    stored = cluster.get("Deployment", "default", "web")
    cluster.world.api.update(set_in(stored, again, {"again": "1"}))
    cluster.advance(240)
    failed = sum(s["failed"] for s in cluster.samples("client", began_ms, cluster.now_ms))
    assert (failed > 0) is fails
