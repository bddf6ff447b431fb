"""EndpointSlices from Endpoints that people write (endpointslice mirroring controller, 1.36).

A Service without a selector has no pods; who gives it an Endpoints object of its name says where it
leads. kube-proxy reads slices alone, so they are made of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..base.objects import (
    Key,
    Obj,
    Objs,
    annotations_of,
    is_deleting,
    key_of,
    labels_of,
    owner_reference,
)
from ..control import World
from ..control.loop import Watch

MANAGED_BY = "endpointslicemirroring-controller.k8s.io"
MANAGED_LABEL = "endpointslice.kubernetes.io/managed-by"
SKIP = "endpointslice.kubernetes.io/skip-mirror"
SERVICE = "kubernetes.io/service-name"
NOT_COPIED = (
    "kubectl.kubernetes.io/last-applied-configuration",
    "endpoints.kubernetes.io/last-change-trigger-time",
)


class EndpointSliceMirroring:
    """Keeps one slice for each subset of a mirrored Endpoints object."""

    name = "endpointslice-mirroring"
    lag_ms = 15

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"Endpoints": _itself, "Service": _endpoints_of}

    def reconcile(self, world: World, key: Key) -> int | None:
        endpoints = world.store.get(key)
        slices = [
            it
            for it in world.store.by("EndpointSlice", "service", f"{key.namespace}/{key.name}")
            if labels_of(it).get(MANAGED_LABEL) == MANAGED_BY and not is_deleting(it)
        ]
        wanted = _wanted(world, endpoints)
        world.compare("mirrored slices", len(wanted), len(slices))
        if endpoints is not None:
            for index, content in enumerate(wanted):
                _write(world, endpoints, content, slices[index] if index < len(slices) else None)
        for it in slices[len(wanted) :]:
            world.api.delete(key_of(it))
        return None


def _itself(world: World, endpoints: Obj) -> Iterable[Key]:
    yield key_of(endpoints)


def _endpoints_of(world: World, service: Obj) -> Iterable[Key]:
    if not service["spec"].get("selector"):
        yield Key("Endpoints", service["metadata"]["namespace"], service["metadata"]["name"])


def _wanted(world: World, endpoints: Obj | None) -> Objs:
    """The content of each slice; none for Endpoints that are not to be mirrored."""
    if endpoints is None or labels_of(endpoints).get(SKIP) == "true":
        return []
    metadata = endpoints["metadata"]
    service = world.store.get(Key("Service", metadata["namespace"], metadata["name"]))
    if service is None or service["spec"].get("selector"):
        return []
    return [_content(subset) for subset in endpoints.get("subsets") or ()]


def _content(subset: Obj) -> Obj:
    fields = (("addresses", True), ("notReadyAddresses", False))
    return {
        "addressType": "IPv4",
        "endpoints": [
            _endpoint(address, ready)
            for field, ready in fields
            for address in subset.get(field) or ()
        ],
        "ports": [
            {
                "name": port.get("name", ""),
                "port": port["port"],
                "protocol": port.get("protocol", "TCP"),
            }
            for port in subset.get("ports") or ()
        ],
    }


def _endpoint(address: Obj, ready: bool) -> Obj:
    fields = ("hostname", "nodeName", "targetRef")
    more: Obj = {field: address[field] for field in fields if field in address}
    return {"addresses": [address["ip"]], "conditions": {"ready": ready}, **more}


def _write(world: World, endpoints: Obj, content: Obj, existing: Obj | None) -> None:
    name, namespace = endpoints["metadata"]["name"], endpoints["metadata"]["namespace"]
    labels = {**labels_of(endpoints), MANAGED_LABEL: MANAGED_BY, SERVICE: name}
    annotations = {
        key: value for key, value in annotations_of(endpoints).items() if key not in NOT_COPIED
    }
    if existing is None:
        metadata: dict[str, Any] = {
            "generateName": f"{name}-",
            "namespace": namespace,
            "labels": labels,
            **({"annotations": annotations} if annotations else {}),
            "ownerReferences": [owner_reference(endpoints)],
        }
        head = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice"}
        world.api.create({**head, "metadata": metadata, **content})
        return
    metadata = {**existing["metadata"], "labels": labels}
    metadata.pop("annotations", None)
    if annotations:
        metadata["annotations"] = annotations
    world.api.update({**existing, "metadata": metadata, **content})
