"""The kinds that the API server serves. To add one: a file beside this, and its line here."""

from __future__ import annotations

from ..errors import ApiError
from .base import Column, Kind

KINDS: tuple[Kind, ...] = (
    Kind("Namespace", "namespaces", namespaced=False, short_names=("ns",), status=True),
    Kind("Node", "nodes", namespaced=False, short_names=("no",), status=True),
    Kind("Lease", "leases", group="coordination.k8s.io"),
    Kind("Pod", "pods", short_names=("po",), categories=("all",), status=True, generation=True),
    Kind("ReplicaSet", "replicasets", group="apps", short_names=("rs",), categories=("all",),
         status=True, scale=True, generation=True),
    Kind("Deployment", "deployments", group="apps", short_names=("deploy",), categories=("all",),
         status=True, scale=True, generation=True),
    Kind("Service", "services", short_names=("svc",), categories=("all",), status=True),
    Kind("EndpointSlice", "endpointslices", group="discovery.k8s.io", generation=True),
    Kind("Event", "events", short_names=("ev",)),
    Kind("ConfigMap", "configmaps", short_names=("cm",)),
    Kind("ServiceAccount", "serviceaccounts", short_names=("sa",)),
)

_BY_NAME = {kind.kind: kind for kind in KINDS}


def kind_named(name: str) -> Kind:
    """The kind called ``name`` ("Deployment"); ApiError NotFound for one that is not served."""
    kind = _BY_NAME.get(name)
    if kind is None:
        raise ApiError(404, "NotFound", "the server could not find the requested resource", {})
    return kind


__all__ = ["KINDS", "Column", "Kind", "kind_named"]
