"""The kinds that every API server serves. To add one: a file beside this, and its line here.

A kind without a file is in ``generic``'s table; a file takes that kind's place.
"""

from __future__ import annotations

from . import (
    admissionpolicy,
    configmap,
    controllerrevision,
    cronjob,
    customresourcedefinition,
    daemonset,
    deployment,
    endpointslice,
    event,
    horizontalpodautoscaler,
    ingress,
    job,
    lease,
    limitrange,
    namespace,
    networkpolicy,
    node,
    persistentvolume,
    persistentvolumeclaim,
    pod,
    poddisruptionbudget,
    priorityclass,
    rbac,
    replicaset,
    resourcequota,
    secret,
    service,
    serviceaccount,
    statefulset,
    storageclass,
    volumeattachment,
)
from .base import Column, Kind
from .generic import GENERIC

_OWN: tuple[Kind, ...] = (
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
    controllerrevision.KIND,
    cronjob.KIND,
    daemonset.KIND,
    job.KIND,
    persistentvolume.KIND,
    persistentvolumeclaim.KIND,
    poddisruptionbudget.KIND,
    statefulset.KIND,
    storageclass.KIND,
    limitrange.KIND,
    resourcequota.KIND,
    priorityclass.KIND,
    *rbac.KINDS,
    *admissionpolicy.KINDS,
    *ingress.KINDS,
    horizontalpodautoscaler.KIND,
    networkpolicy.KIND,
    customresourcedefinition.KIND,
    volumeattachment.KIND,
)


def _sorted() -> tuple[Kind, ...]:
    """All kinds by group and plural, as ``kubectl api-resources`` prints them."""
    by_resource = {(kind.group, kind.plural): kind for kind in (*GENERIC, *_OWN)}
    return tuple(by_resource[resource] for resource in sorted(by_resource))


KINDS: tuple[Kind, ...] = _sorted()

__all__ = ["KINDS", "Column", "Kind"]
