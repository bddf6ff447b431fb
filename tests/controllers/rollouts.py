"""Small clusters with a Deployment, for tests of controllers."""

from __future__ import annotations

from typing import Any

from k8slab.engine import Cluster

HEAD = {"namespace": "default", "name": "web", "kind": "Deployment"}


def deployment(replicas: int, image: str = "app:v1", **more: Any) -> dict[str, Any]:
    """A Deployment "web" of the fake kubelet; ``more``: start, ready, term (Go durations), spec."""
    notes = {f"fake/{name}": more.pop(name, "0s") for name in ("start", "ready", "term")}
    if more.pop("never_ready", False):
        notes["fake/never-ready"] = "1"
    template = {
        "metadata": {"labels": {"app": "web"}, "annotations": notes},
        "spec": {"containers": [{"name": "web", "image": image}]},
    }
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "default", "labels": {"app": "web"}},
        "spec": {**spec, "template": template, **more},
    }


def cluster(nodes: int = 3, seed: int = 0) -> Cluster:
    return Cluster(nodes=nodes, seed=seed, settings={"kubelet": "fake", "frozen": True})


def create(c: Cluster, body: dict[str, Any]) -> None:
    c.request({**HEAD, "kind": body["kind"], "verb": "create", "body": body})


def patch(c: Cluster, **spec: Any) -> None:
    body = {"spec": spec}
    c.request({**HEAD, "verb": "patch", "patch_type": "strategic", "body": body})


def set_image(c: Cluster, image: str) -> None:
    patch(c, template={"spec": {"containers": [{"name": "web", "image": image}]}})


def status(c: Cluster) -> dict[str, Any]:
    found = c.get("Deployment", "default", "web")
    assert found is not None
    return found["status"]
