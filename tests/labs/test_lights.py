"""What the page is told of the probes of a pod."""

from __future__ import annotations

import pytest

from k8slab.engine import Cluster
from k8slab.labs.picture import Picture
from k8slab.shell import Shell

POD = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: api
    image: IMAGE
    PROBES
  - {name: agent, image: "busybox:1.36", command: [sleep, 1d]}
"""
LOOK = "{httpGet: {path: /ready, port: 8080}, periodSeconds: 5, failureThreshold: 60}"
ALIVE = "{httpGet: {path: /live, port: 8080}, periodSeconds: 5, failureThreshold: 3}"


def lights(cluster):
    """The probes of the pod, as the page is told of them."""
    return Picture(cluster).state["objects"]["Pod/default/web"]["probes"]


@pytest.mark.parametrize(
    ("probes", "at_1_s", "at_10_s", "at_60_s"),
    [
        ("readinessProbe: LOOK", "waiting", "failing", "ok"),
        ("livenessProbe: ALIVE", "waiting", "ok", "ok"),
        ("startupProbe: LOOK", "waiting", "waiting", "ok"),
        ("readinessProbe: {httpGet: {path: /nosuch, port: 81}}", "waiting", "failing", "failing"),
    ],
)
def test_a_probe_waits_fails_and_passes(probes, at_1_s, at_10_s, at_60_s):
    """PR-001: of each container that has one; the app pulls, starts, and is warm after 20 s."""
    text = POD.replace("IMAGE", "shop/api:1.0").replace("PROBES", probes)
    text = text.replace("LOOK", LOOK).replace("ALIVE", ALIVE)
    cluster = Cluster(nodes=1, settings={"frozen": True})
    assert Shell(cluster, files={"pod.yaml": text}).run("kubectl apply -f pod.yaml").exit_code == 0
    name = probes.partition("Probe")[0]
    for seconds, said in ((1, at_1_s), (9, at_10_s), (50, at_60_s)):
        cluster.advance(seconds)
        assert lights(cluster) == {"api": {name: said}}, seconds


def test_the_others_wait_for_the_startup_probe():
    """PR-001, PR-006."""
    probes = f"startupProbe: {LOOK}\n    livenessProbe: {ALIVE}\n    readinessProbe: {LOOK}"
    text = POD.replace("IMAGE", "shop/api:1.0").replace("PROBES", probes)
    cluster = Cluster(nodes=1, settings={"frozen": True})
    Shell(cluster, files={"pod.yaml": text}).run("kubectl apply -f pod.yaml")
    cluster.advance(10)
    assert set(lights(cluster)["api"].values()) == {"waiting"}
    cluster.advance(50)
    assert lights(cluster)["api"] == {"startup": "ok", "liveness": "ok", "readiness": "ok"}
    cluster.inject("container-hang", pod="web", container="api")
    cluster.advance_until(lambda _: lights(cluster)["api"]["liveness"] == "failing", 60)
    assert lights(cluster)["api"]["liveness"] == "failing"
