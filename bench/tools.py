"""Shared by the measurements: medians, CPU time, a Deployment's manifest."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any


def median_ms(work: Callable[[], Any], times: int = 15) -> float:
    """The median CPU time of ``work``, in milliseconds, after one warm-up run."""
    work()
    taken = []
    for _ in range(times):
        began = process_time()
        work()
        taken.append((process_time() - began) * 1000)
    return median(taken)


def deployment(replicas: int, image: str = "nginx:1.27") -> dict[str, Any]:
    """A Deployment ``web`` as a JSON value."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "app", "image": image}]},
            },
        },
    }


def create(manifest: dict[str, Any]) -> dict[str, Any]:
    """The API request that creates ``manifest`` in the namespace default."""
    return {
        "verb": "create",
        "kind": manifest["kind"],
        "namespace": "default",
        "name": manifest["metadata"]["name"],
        "body": manifest,
    }
