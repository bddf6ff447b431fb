"""The kinds that the API server serves. To add one: a file beside this, and its line here.

The order is that in which ``kubectl get all`` prints its kinds.
"""

from __future__ import annotations

from ..errors import ApiError
from . import (
    configmap,
    deployment,
    endpointslice,
    event,
    lease,
    namespace,
    node,
    pod,
    replicaset,
    secret,
    service,
    serviceaccount,
)
from .base import Column, Kind

KINDS: tuple[Kind, ...] = (
    namespace.KIND,
    node.KIND,
    lease.KIND,
    pod.KIND,
    service.KIND,
    deployment.KIND,
    replicaset.KIND,
    endpointslice.KIND,
    event.KIND,
    configmap.KIND,
    secret.KIND,
    serviceaccount.KIND,
)

_BY_NAME = {kind.kind: kind for kind in KINDS}


def kind_named(name: str) -> Kind:
    """The kind called ``name`` ("Deployment"); ApiError NotFound for one that is not served."""
    kind = _BY_NAME.get(name)
    if kind is None:
        raise ApiError(404, "NotFound", "the server could not find the requested resource", {})
    return kind


__all__ = ["KINDS", "Column", "Kind", "kind_named"]
