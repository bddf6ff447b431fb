"""autoscaling/v1 beside the stored autoscaling/v2."""

from __future__ import annotations

import json
from typing import Any

from k8slab.engine import Cluster
from k8slab.kubeapi import desk
from k8slab.kubeapi.asked import Asked

OLD = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers"
NEW = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers"
BODY = {
    "apiVersion": "autoscaling/v1",
    "kind": "HorizontalPodAutoscaler",
    "metadata": {"name": "web"},
    "spec": {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "maxReplicas": 4,
        "targetCPUUtilizationPercentage": 60,
    },
}


def ask(cluster: Cluster, method: str, path: str, body: Any = None, patch: str = "") -> Any:
    headers = {"content-type": f"application/{patch}json", "accept": "application/json"}
    sent = json.dumps(body).encode() if body else b""
    return json.loads(desk.answered(cluster, Asked(method, path, {}, headers, sent)).body)


def test_each_version_shows_the_same_object() -> None:
    """HPA v1: its CPU target is a metric of v2, there and back; defaults are those of v2."""
    cluster = Cluster(nodes=1, settings={"frozen": True})
    made = ask(cluster, "POST", OLD, BODY)
    assert made["apiVersion"] == "autoscaling/v1"
    assert made["spec"] == {**BODY["spec"], "minReplicas": 1}  # type: ignore[dict-item]
    metric = ask(cluster, "GET", f"{NEW}/web")["spec"]["metrics"][0]["resource"]
    assert metric == {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 60}}
    patch = {"spec": {"targetCPUUtilizationPercentage": 70, "maxReplicas": 9}}
    ask(cluster, "PATCH", f"{OLD}/web", patch, "merge-patch+")
    items = ask(cluster, "GET", OLD)["items"]
    assert [item["spec"]["targetCPUUtilizationPercentage"] for item in items] == [70]
    assert ask(cluster, "GET", f"{NEW}/web")["spec"]["maxReplicas"] == 9


def test_discovery_prefers_v2() -> None:
    """Clients that name no version get the stored one."""
    cluster = Cluster(nodes=1, settings={"frozen": True})
    group = ask(cluster, "GET", "/apis/autoscaling")
    assert [it["version"] for it in group["versions"]] == ["v2", "v1"]
    assert group["preferredVersion"]["version"] == "v2"
