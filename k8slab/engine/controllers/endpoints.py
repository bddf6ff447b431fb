"""The Endpoints controller: one object with all addresses of a Service (endpoint controller, 1.36).

The API is deprecated since 1.33 and nothing in the cluster reads it; the controller still runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..base.objects import Key, Obj, Objs, is_deleting, key_of, labels_of
from ..base.pods import node_of, pod_is_ready
from ..base.reason import how_many
from ..control import World
from ..control.loop import Watch
from .service_pods import Ports, has_endpoint, ports_of, selected, services_of_pod

MANAGED_BY = "endpoints.kubernetes.io/managed-by"
OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity"
TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time"
HEADLESS = "service.kubernetes.io/headless"
ADDRESSES_MAX = 1000


class EndpointsObjects:
    """Keeps a Service's Endpoints object equal to its selected pods."""

    name = "endpoint"
    lag_ms = 15

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"Service": _itself, "Pod": services_of_pod, "Endpoints": _itself_as_service}

    def reconcile(self, world: World, key: Key) -> int | None:
        service = world.store.get(key)
        existing = world.store.get(Key("Endpoints", key.namespace, key.name))
        if service is None:
            if existing is not None and MANAGED_BY in labels_of(existing):
                world.api.delete(key_of(existing))
            return None
        if not _is_ours(service):
            return None
        subsets, truncated = _subsets(world, service)
        _write(world, service, subsets, truncated, existing)
        return None


def _itself(world: World, obj: Obj) -> Iterable[Key]:
    yield key_of(obj)


def _itself_as_service(world: World, obj: Obj) -> Iterable[Key]:
    yield Key("Service", obj["metadata"]["namespace"], obj["metadata"]["name"])


def _is_ours(service: Obj) -> bool:
    spec = service["spec"]
    selects = spec.get("selector") and spec.get("type") != "ExternalName"
    return bool(selects) and not is_deleting(service)


def _subsets(world: World, service: Obj) -> tuple[Objs, bool]:
    """The addresses by ports, ready and not, at most 1,000, ready ones first; whether some were
    left out.

    Pods that terminate are in it only where not ready ones are published.
    """
    published = bool(service["spec"].get("publishNotReadyAddresses"))
    pods = [
        pod
        for pod in selected(world, service)
        if has_endpoint(pod) and (published or not is_deleting(pod))
    ]
    world.read(
        f"{how_many(len(pods), 'pod')} with an address, selected by Service {key_of(service).name}"
    )
    groups: dict[Ports, dict[str, Objs]] = {}
    pods.sort(key=lambda it: (not (published or pod_is_ready(it)), str(it["status"]["podIP"])))
    for pod in sorted(pods[:ADDRESSES_MAX], key=lambda it: str(it["status"]["podIP"])):
        ports = ports_of(service, pod)
        if ports or not service["spec"].get("ports"):
            field = "addresses" if published or pod_is_ready(pod) else "notReadyAddresses"
            group = groups.setdefault(ports, {})
            group.setdefault(field, []).append(_address(service, pod))
    subsets = [_subset(ports, group) for ports, group in sorted(groups.items())]
    return subsets, len(pods) > ADDRESSES_MAX


def _subset(ports: Ports, group: dict[str, Objs]) -> Obj:
    """Addresses of the same ports; a port without a name says none."""
    said = [{name: value for name, value in port if value != ""} for port in ports]
    return {**group, **({"ports": said} if said else {})}


def _address(service: Obj, pod: Obj) -> Obj:
    metadata, spec = pod["metadata"], pod["spec"]
    names = {field: metadata[field] for field in ("name", "namespace", "uid")}
    address: dict[str, Any] = {
        "ip": pod["status"]["podIP"],
        "nodeName": node_of(pod),
        "targetRef": {"kind": "Pod", **names},
    }
    if spec.get("hostname") and spec.get("subdomain") == service["metadata"]["name"]:
        address["hostname"] = spec["hostname"]
    return address


def _write(
    world: World, service: Obj, subsets: Objs, truncated: bool, existing: Obj | None
) -> None:
    labels = {**labels_of(service), MANAGED_BY: "endpoint-controller"}
    if service["spec"].get("clusterIP") == "None":
        labels[HEADLESS] = ""
    capacity = {OVER_CAPACITY: "truncated"} if truncated else {}
    content = {"subsets": subsets} if subsets else {}
    if existing is None:
        names = {field: service["metadata"][field] for field in ("name", "namespace")}
        annotations = {TRIGGER_TIME: world.timestamp(), **capacity}
        metadata = {**names, "labels": labels, "annotations": annotations}
        head = {"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata}
        world.api.create({**head, **content})
        return
    said = {**(existing["metadata"].get("annotations") or {})}
    same = existing.get("subsets", []) == subsets and labels_of(existing) == labels
    if same and (said.pop(OVER_CAPACITY, None) is not None) is truncated:
        return
    said.pop(OVER_CAPACITY, None)
    annotations = {**said, **capacity}
    annotations[TRIGGER_TIME] = world.timestamp()
    metadata = {**existing["metadata"], "labels": labels, "annotations": annotations}
    rest = {key: value for key, value in existing.items() if key != "subsets"}
    world.api.update({**rest, "metadata": metadata, **content})
