"""What the texts promise of single manifests, held against a running cluster."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from k8slab.engine.base.pods import pod_is_active, pod_is_ready
from k8slab.engine.base.times import parse_rfc3339

from .shelf import Lab


@pytest.fixture
def lab() -> Lab:
    return Lab()


def condition(pod: dict[str, Any], name: str) -> dict[str, Any]:
    """A pod's condition."""
    return next(it for it in pod["status"]["conditions"] if it["type"] == name)


def ready_after_s(pod: dict[str, Any]) -> float:
    """From the start of the pod's container to its Ready, in seconds."""
    started = pod["status"]["containerStatuses"][0]["state"]["running"]["startedAt"]
    ready = condition(pod, "Ready")["lastTransitionTime"]
    return (parse_rfc3339(ready) - parse_rfc3339(started)) / 1000


def sizes(lab: Lab, seconds: int, app: str) -> Iterator[tuple[int, int]]:
    """How many pods there are, and how many are ready, at each 100 ms of a span."""
    for _ in range(seconds * 10):
        lab.cluster.advance(0.1)
        pods = lab.cluster.list("Pod", selector=f"app={app}")
        active = [pod for pod in pods if pod_is_active(pod)]
        yield len(active), sum(pod_is_ready(pod) for pod in active)


def test_a_block_scalar_keeps_its_lines_and_indentation(lab: Lab) -> None:
    """YM-015: four keys; the file's text exactly, its last line's end included."""
    lab.apply("app-config.yaml")
    config = lab.cluster.get("ConfigMap", "production", "app-config")
    assert config
    assert sorted(config["data"]) == ["DATABASE_HOST", "DATABASE_PORT", "LOG_LEVEL", "config.yaml"]
    text = "server:\n  port: 8080\n  timeout: 30s\nfeatures:\n  - search\n"
    assert config["data"]["config.yaml"] == text


def test_without_a_probe_a_pod_is_ready_once_its_container_runs(lab: Lab) -> None:
    """YM-001: 3/3; then 5, then 2, pods made or deleted to match; one ReplicaSet through it all."""
    lab.apply("my-app.yaml")
    lab.cluster.advance(30)
    pods = lab.cluster.list("Pod", "default")
    assert [ready_after_s(pod) for pod in pods] == [0, 0, 0]
    for count in (5, 2):
        lab.kubectl(f"scale deployment my-app --replicas={count}")
        lab.cluster.advance(30)
        ready = [pod for pod in lab.cluster.list("Pod", "default") if pod_is_ready(pod)]
        assert len(ready) == len(lab.cluster.list("Pod", "default")) == count
    assert len(lab.cluster.list("ReplicaSet")) == 1


def test_a_readiness_probe_waits_for_its_delay_and_its_period(lab: Lab) -> None:
    """YM-003: the API is warm at 20 s, and looked at from 5 s on, each 10 s; undo works."""
    lab.apply("api.yaml")
    lab.cluster.advance(60)
    assert all(20 <= ready_after_s(pod) <= 30 for pod in lab.cluster.list("Pod", "default"))
    image = "get deploy api -o jsonpath={..image}"
    assert lab.kubectl(image) == "acme/api:sha-abc1234"
    lab.kubectl("set image deployment/api api=acme/api:sha-def5678")
    lab.cluster.advance(120)
    assert lab.kubectl(image) == "acme/api:sha-def5678"
    lab.kubectl("rollout undo deployment/api")
    lab.cluster.advance(120)
    assert lab.kubectl(image) == "acme/api:sha-abc1234"
    assert lab.kubectl("get deploy api -o jsonpath={.status.availableReplicas}") == "3"


def test_a_bare_pod_leaves_nothing(lab: Lab) -> None:
    """YM-010."""
    lab.apply("example-pod.yaml")
    lab.cluster.advance(10)
    assert lab.kubectl("get pods --no-headers").split()[1:3] == ["1/1", "Running"]
    lab.kubectl("delete pod example-pod")
    lab.cluster.advance(120)
    assert lab.cluster.list("Pod") == []


def test_an_update_stays_within_surge_and_unavailable(lab: Lab) -> None:
    """YM-011: never above 4 pods, never below 2 ready, and the update does both."""
    lab.apply("web-app.yaml")
    lab.cluster.advance(60)
    lab.kubectl("set image deployment/web-app web-app=myapp:2.2.0 -n production")
    seen = list(sizes(lab, 90, "web-app"))
    assert max(total for total, _ in seen) == 4
    assert min(ready for _, ready in seen) == 2
    assert seen[-1] == (3, 3)


def test_a_service_answers_by_its_name(lab: Lab) -> None:
    """YM-012: port 80 of the Service is port 8080 of three pods."""
    lab.apply("web-app.yaml")
    lab.apply("web-app-svc.yaml")
    lab.cluster.advance(60)
    (endpoint_slice,) = lab.cluster.list("EndpointSlice", "production")
    assert len(endpoint_slice["endpoints"]) == 3
    assert endpoint_slice["ports"][0]["port"] == 8080
    lab.cluster.load("client", url="http://web-app-svc.production/", rps=30)
    since = lab.cluster.now_ms
    lab.cluster.advance(20)
    assert requests(lab, since) == (600, 0)


def requests(lab: Lab, since_ms: int) -> tuple[int, int]:
    """How many requests the client sent since a moment, and how many of them failed."""
    samples = lab.cluster.samples("client", since_ms, lab.cluster.now_ms)
    return round(sum(it["requests"] for it in samples)), round(sum(it["failed"] for it in samples))
