"""The EndpointSlice controller: which pods a Service sends to (endpointslice controller, 1.36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..base.objects import Key, Obj, Objs, is_deleting, key_of, labels_of, owner_reference
from ..base.pods import node_of, pod_is_ready
from ..base.reason import how_many
from ..control import World
from ..control.loop import Watch
from .service_pods import Ports, has_endpoint, ports_of, selected, services_of_pod

SIZE_MAX = 100
MANAGED_BY = "endpointslice-controller.k8s.io"
TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time"


class EndpointSlices:
    """Keeps a Service's slices equal to its selected pods; existing endpoints keep their place."""

    name = "endpointslice"
    lag_ms = 12

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"Service": _itself, "Pod": services_of_pod, "EndpointSlice": _service_of_slice}

    def reconcile(self, world: World, key: Key) -> int | None:
        service = world.store.get(key)
        if service is None or not _is_ours(service):
            return None
        pods = [pod for pod in selected(world, service) if has_endpoint(pod)]
        slices = [
            it
            for it in world.store.by("EndpointSlice", "service", f"{key.namespace}/{key.name}")
            if labels_of(it).get("endpointslice.kubernetes.io/managed-by") == MANAGED_BY
            and not is_deleting(it)
        ]
        world.read(f"{how_many(len(pods), 'pod')} with an address, selected by Service {key.name}")
        desired: dict[Ports, dict[str, Obj]] = {}
        for pod in pods:
            endpoint = _endpoint(world, service, pod)
            desired.setdefault(ports_of(service, pod), {})[pod["metadata"]["uid"]] = endpoint
        _compare(world, desired, slices)
        _reconcile(world, service, desired, slices)
        return None


def _itself(world: World, obj: Obj) -> Iterable[Key]:
    yield key_of(obj)


def _service_of_slice(world: World, obj: Obj) -> Iterable[Key]:
    name = labels_of(obj).get("kubernetes.io/service-name")
    if name:
        yield Key("Service", obj["metadata"]["namespace"], name)


def _is_ours(service: Obj) -> bool:
    """Services without a selector keep the slices that people write; ExternalName has none."""
    spec = service["spec"]
    return (
        bool(spec.get("selector"))
        and spec.get("type") != "ExternalName"
        and not is_deleting(service)
    )


def _endpoint(world: World, service: Obj, pod: Obj) -> Obj:
    serving = pod_is_ready(pod)
    published = bool(service["spec"].get("publishNotReadyAddresses"))
    metadata = pod["metadata"]
    endpoint: dict[str, Any] = {
        "addresses": [pod["status"]["podIP"]],
        "conditions": {
            "ready": published or (serving and not is_deleting(pod)),
            "serving": serving,
            "terminating": is_deleting(pod),
        },
        "nodeName": node_of(pod),
        "targetRef": {
            "kind": "Pod",
            "namespace": metadata["namespace"],
            "name": metadata["name"],
            "uid": metadata["uid"],
        },
    }
    if pod["spec"].get("hostname") and pod["spec"].get("subdomain") == service["metadata"]["name"]:
        endpoint["hostname"] = pod["spec"]["hostname"]
    node = world.store.get(Key("Node", "", node_of(pod)))
    zone = labels_of(node).get("topology.kubernetes.io/zone") if node is not None else None
    if zone:
        endpoint["zone"] = zone
    if endpoint["conditions"]["ready"] and (hints := _hints(service, endpoint)):
        endpoint["hints"] = hints
    return endpoint


def _hints(service: Obj, endpoint: Obj) -> dict[str, Any]:
    """Who is to use the endpoint, by spec.trafficDistribution (KEP-4444, KEP-3015)."""
    wanted = service["spec"].get("trafficDistribution")
    if wanted not in ("PreferClose", "PreferSameZone", "PreferSameNode"):
        return {}
    hints = {"forZones": [{"name": endpoint["zone"]}]} if "zone" in endpoint else {}
    if wanted == "PreferSameNode":
        hints["forNodes"] = [{"name": endpoint["nodeName"]}]
    return hints


def _compare(world: World, desired: dict[Ports, dict[str, Obj]], slices: Objs) -> None:
    want = [endpoint for group in desired.values() for endpoint in group.values()]
    have = [endpoint for it in slices for endpoint in it.get("endpoints") or ()]
    for what in ("ready", "terminating"):
        counts = [sum(bool(it["conditions"][what]) for it in group) for group in (want, have)]
        world.compare(f"{what} endpoints", *counts)


def _reconcile(
    world: World, service: Obj, desired: dict[Ports, dict[str, Obj]], slices: Objs
) -> None:
    """Update in place, fill up, reuse what is left over for what does not fit, delete the rest."""
    left_over = [it for it in slices if _ports_of(it) not in desired]
    for ports, group in (desired or {(): {}}).items():
        same = [it for it in slices if _ports_of(it) == ports and it not in left_over]
        for endpoints, it in placed_in(group, same) or [([], None)]:
            if it is None and left_over:
                it = left_over.pop(0)
            elif it is not None and not endpoints and desired:
                world.api.delete(key_of(it))
                continue
            _write(world, service, ports, endpoints, it)
    for it in left_over:
        world.api.delete(key_of(it))


def _ports_of(obj: Obj) -> Ports:
    return tuple(tuple(port.items()) for port in obj.get("ports") or ())


def placed_in(group: dict[str, Obj], slices: Objs) -> list[tuple[Objs, Obj | None]]:
    """(endpoints, slice that holds them or None for a new one): who is there keeps its place.

    Those that are new fill the slices that change in any case; what is left of them goes together
    into the slice that has just the room, else into new ones (reconcileByPortMapping).
    """
    left = dict(group)
    placed: list[tuple[Objs, Obj | None]] = []
    untouched: list[Objs] = []
    changed: list[Objs] = []
    for it in slices:
        had = it.get("endpoints") or []
        uids = [endpoint["targetRef"]["uid"] for endpoint in had]
        kept = [left.pop(uid) for uid in uids if uid in left]
        placed.append((kept, it))
        if kept:
            (untouched if kept == had else changed).append(kept)
    for endpoints in changed:
        _fill(endpoints, left)
    roomy = [it for it in untouched if len(it) + len(left) <= SIZE_MAX]
    if left and roomy:
        _fill(max(roomy, key=len), left)
    empty = [endpoints for endpoints, _ in placed if not endpoints]
    for endpoints in empty:
        _fill(endpoints, left)
    rest = list(left.values())
    chunks = [rest[start : start + SIZE_MAX] for start in range(0, len(rest), SIZE_MAX)]
    return [*placed, *((chunk, None) for chunk in chunks)]


def _fill(endpoints: Objs, left: dict[str, Obj]) -> None:
    while left and len(endpoints) < SIZE_MAX:
        endpoints.append(left.pop(next(iter(left))))


def _write(world: World, service: Obj, ports: Ports, endpoints: Objs, existing: Obj | None) -> None:
    labels = {
        **labels_of(service),
        "endpointslice.kubernetes.io/managed-by": MANAGED_BY,
        "kubernetes.io/service-name": service["metadata"]["name"],
    }
    if service["spec"].get("clusterIP") == "None":
        labels["service.kubernetes.io/headless"] = ""
    content = {
        "addressType": "IPv4",
        "endpoints": endpoints or None,
        "ports": [dict(port) for port in ports] or ([] if endpoints else None),
    }
    if existing is None:
        metadata = {
            "generateName": f"{service['metadata']['name']}-",
            "namespace": service["metadata"]["namespace"],
            "labels": labels,
            "annotations": {TRIGGER_TIME: world.timestamp()},
            "ownerReferences": [owner_reference(service)],
        }
        head = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice"}
        world.api.create({**head, "metadata": metadata, **content})
        return
    same = all(existing.get(field) == value for field, value in content.items())
    if same and labels_of(existing) == labels:
        return
    annotations = {TRIGGER_TIME: world.timestamp()}
    metadata = {**existing["metadata"], "labels": labels, "annotations": annotations}
    world.api.update({**existing, "metadata": metadata, **content})
