"""5,000 nodes and 150,000 running pods: filled in stretches, then under churn, then rolled.

The kubelet is the fake one (a pod takes a second to start, and no container is simulated).
"""

from __future__ import annotations

import gc
import resource
from time import process_time
from typing import Any

from k8slab.engine import Cluster

from .tools import create, deployment

NODES = 5_000
STRETCHES = (10_000, 50_000, 100_000, 150_000)
SIZE = 1_000  # replicas of most Deployments
ROLLED = 10_000  # replicas of the one that is rolled
CHURN_S = 60
CHURN = 6  # Deployments of SIZE that are rolled in that time


def measure() -> dict[str, float]:
    """CPU seconds by stretch and in all, memory, the speed against real time under churn."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)  # as the server does
    cluster = Cluster(
        NODES,
        seed=7,
        settings={
            "kubelet": "fake",
            "pods_max": 2 * STRETCHES[-1],
            "node_cpu": "32",
            "node_memory": "64Gi",
        },
    )
    cluster.advance(60)
    found: dict[str, float] = {}
    pods = 0
    for stretch in STRETCHES:
        before, began = pods, process_time()
        while pods < stretch:
            size = ROLLED if pods == 0 else SIZE
            _request(cluster, create(_named(f"web-{pods}", size)))
            pods += size
        _settle(cluster)
        taken = process_time() - began
        found[f"large_pods_a_cpu_s_to_{stretch}"] = (stretch - before) / taken
    found["large_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cluster.advance(60)
    found["large_times_real_time_in_churn"] = _churn(cluster)
    began, began_ms = process_time(), cluster.now_ms
    _roll(cluster, "web-0")
    _settle(cluster)
    found["large_rolling_update_cpu_s"] = process_time() - began
    found["large_rolling_update_virtual_s"] = (cluster.now_ms - began_ms) / 1000
    return found


def _churn(cluster: Cluster) -> float:
    """Virtual seconds a CPU second, while 100 pods are replaced each second."""
    began = process_time()
    for turn in range(CHURN):
        _roll(cluster, f"web-{ROLLED + turn * SIZE}")
        cluster.advance(CHURN_S / CHURN)
    return CHURN_S / (process_time() - began)


def _named(name: str, replicas: int) -> dict[str, Any]:
    manifest = deployment(replicas)
    template = manifest["spec"]["template"]
    manifest["metadata"]["name"] = name
    manifest["spec"]["selector"]["matchLabels"]["app"] = name
    template["metadata"]["labels"]["app"] = name
    return manifest


def _roll(cluster: Cluster, name: str) -> None:
    new = [{"name": "app", "image": "nginx:1.28"}]
    patch = {
        "verb": "patch",
        "kind": "Deployment",
        "namespace": "default",
        "name": name,
        "patch_type": "strategic",
        "body": {"spec": {"template": {"spec": {"containers": new}}}},
    }
    _request(cluster, patch)


def _request(cluster: Cluster, request: dict[str, Any]) -> None:
    answer = cluster.request(request)
    assert answer.get("kind") != "Status", answer


def _settle(cluster: Cluster) -> None:
    """Let time pass until every Deployment has all that it wants."""
    for _ in range(600):
        cluster.advance(0.1)
        if all(map(_is_settled, cluster.list("Deployment", "default"))):
            return
    raise AssertionError("not settled in a minute")


def _is_settled(deployment: dict[str, Any]) -> bool:
    status = deployment.get("status") or {}
    wanted = deployment["spec"]["replicas"]
    counts = ("replicas", "updatedReplicas", "availableReplicas")
    current = status.get("observedGeneration") == deployment["metadata"]["generation"]
    return current and all(status.get(count) == wanted for count in counts)
