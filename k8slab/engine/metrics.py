"""The API of metrics-server: ``metrics.k8s.io/v1beta1`` NodeMetrics and PodMetrics.

It is an addon: where the cluster has none (``addon``), the API has no such group, as ``kubectl
top`` then says (metrics-server 0.8: a scrape every 15 s, and a rate from two scrapes).
"""

from __future__ import annotations

from typing import Any

from .api import authorization
from .api.errors import ApiError, not_found
from .api.kinds import Kind
from .base.objects import Key, Obj, labels_of
from .base.pods import node_of
from .base.selectors import parse_selector
from .base.times import rfc3339
from .control import World
from .nodes.machine import machine
from .nodes.usage import Usage, container_usage, lives, node_usage

GROUP, VERSION = "metrics.k8s.io", "v1beta1"
SCRAPE_MS = 15_000
ADDON = Key("Addon", "", "metrics-server")
KINDS = {
    "NodeMetrics": Kind("NodeMetrics", "nodes", group=GROUP, version=VERSION, namespaced=False),
    "PodMetrics": Kind("PodMetrics", "pods", group=GROUP, version=VERSION),
}


def available(world: World) -> bool:
    """Whether the cluster has a metrics-server: the setting, or what was done since."""
    return bool(world.note("addon", ADDON, world.settings.metrics_server))


def handle(world: World, request: Obj) -> Obj:
    """``get`` or ``list`` of ``PodMetrics`` or ``NodeMetrics`` (a request as in ``api.requests``).

    Options: label_selector. ApiError 404 without a metrics-server, and for one that has no metrics
    (yet).
    """
    kind = KINDS[request["kind"]]
    if not available(world):
        raise ApiError(404, "NotFound", "the server could not find the requested resource")
    authorization.check(world.api, kind, request)
    name, namespace = request.get("name") or "", request.get("namespace") or ""
    found = _nodes(world) if kind.kind == "NodeMetrics" else _pods(world, namespace)
    if request["verb"] == "list":
        selects = parse_selector((request.get("options") or {}).get("label_selector") or "")
        items = [item for item in found if selects(labels_of(item))]
        return {
            "kind": f"{kind.kind}List",
            "apiVersion": kind.api_version,
            "metadata": {},
            "items": items,
        }
    for item in found:
        if item["metadata"]["name"] == name:
            return item
    raise not_found(kind.plural, GROUP, f"{namespace}/{name}" if kind.namespaced else name)


def _scraped_ms(world: World) -> int:
    return world.now_ms - world.now_ms % SCRAPE_MS


def _nodes(world: World) -> list[Obj]:
    at_ms = _scraped_ms(world)
    found = []
    for node in world.store.list("Node"):
        name = node["metadata"]["name"]
        state = machine(world, name)
        if at_ms < SCRAPE_MS or not state["up"] or state["since_ms"] > at_ms - SCRAPE_MS > 0:
            continue
        usage = node_usage(world, name, at_ms - SCRAPE_MS, at_ms)
        found.append(_item(world, "NodeMetrics", node, at_ms, {"usage": _amounts(usage)}))
    return found


def _pods(world: World, namespace: str) -> list[Obj]:
    at_ms = _scraped_ms(world)
    found = []
    for pod in world.store.list("Pod", namespace or None):
        if not node_of(pod) or not machine(world, node_of(pod))["up"]:
            continue
        used = _containers(world, pod, at_ms)
        if used is not None:
            found.append(_item(world, "PodMetrics", pod, at_ms, {"containers": used}))
    return found


def _containers(world: World, pod: Obj, at_ms: int) -> list[Obj] | None:
    """Each running container's usage; None where one of them has not been scraped twice."""
    found = []
    for container in pod["spec"]["containers"]:
        ran = lives(world, pod, container)
        if not ran or ran[-1][1] <= world.now_ms or ran[-1][0] > at_ms - SCRAPE_MS:
            return None
        usage = container_usage(world, pod, container, at_ms - SCRAPE_MS, at_ms)
        found.append({"name": container["name"], "usage": _amounts(usage)})
    return found


def _amounts(usage: Usage) -> dict[str, str]:
    return {"cpu": f"{round(usage.cpu_m * 1_000_000)}n", "memory": f"{usage.memory >> 10}Ki"}


def _item(world: World, kind: str, of: Obj, at_ms: int, what: dict[str, Any]) -> Obj:
    metadata = {
        field: of["metadata"][field]
        for field in ("name", "namespace", "labels")
        if field in of["metadata"]
    }
    told = rfc3339(world.settings.start_unix_ms + at_ms)
    return {
        "kind": kind,
        "apiVersion": f"{GROUP}/{VERSION}",
        "metadata": {**metadata, "creationTimestamp": world.timestamp()},
        "timestamp": told,
        "window": f"{SCRAPE_MS // 1000}s",
        **what,
    }
