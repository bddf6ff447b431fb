"""kubectl describe: one file a kind. To add one: a function, and its line in DESCRIBERS."""

from __future__ import annotations

from collections.abc import Callable

from k8slab.engine.base.objects import Obj

from ..session import Session
from . import (
    batch,
    hpa,
    ingress,
    limits,
    network,
    node,
    plain,
    pod,
    rbac,
    service,
    sets,
    storage,
    workloads,
)
from .lines import Lines

Describer = Callable[[Session, Obj, Lines], None]

DESCRIBERS: dict[str, Describer] = {
    "ClusterRole": rbac.role,
    "ClusterRoleBinding": rbac.binding,
    "CSINode": storage.csi_node,
    "ConfigMap": plain.config_map,
    "CronJob": batch.cron_job,
    "DaemonSet": sets.daemon_set,
    "Deployment": workloads.deployment,
    "HorizontalPodAutoscaler": hpa.autoscaler,
    "Job": batch.job,
    "Endpoints": network.endpoints,
    "EndpointSlice": service.endpoint_slice,
    "IPAddress": network.ip_address,
    "Ingress": ingress.ingress,
    "IngressClass": network.ingress_class,
    "LimitRange": limits.limit_range,
    "Namespace": plain.namespace,
    "NetworkPolicy": network.policy,
    "Node": node.node,
    "PersistentVolume": storage.volume,
    "PersistentVolumeClaim": storage.claim,
    "Pod": pod.pod,
    "PodDisruptionBudget": sets.disruption_budget,
    "PriorityClass": storage.priority_class,
    "ReplicaSet": workloads.replica_set,
    "ReplicationController": workloads.replication_controller,
    "ResourceQuota": limits.resource_quota,
    "Role": rbac.role,
    "RoleBinding": rbac.binding,
    "Secret": plain.secret,
    "Service": service.service,
    "ServiceCIDR": ingress.service_cidr,
    "ServiceAccount": plain.service_account,
    "StatefulSet": sets.stateful_set,
    "StorageClass": storage.storage_class,
    "VolumeAttributesClass": storage.attributes_class,
}
WITHOUT_EVENTS = frozenset(
    {
        *("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"),
        *("LimitRange", "Namespace", "NetworkPolicy", "ResourceQuota", "Secret"),
    }
)


def describe(session: Session, obj: Obj, *, with_events: bool = True) -> str:
    """The description of an object; ``with_events`` ends it with its events."""
    lines = Lines()
    DESCRIBERS.get(obj["kind"], plain.anything)(session, obj, lines)
    if with_events and obj["kind"] not in WITHOUT_EVENTS:
        lines.events(session, obj)
    return lines.aligned()


__all__ = ["DESCRIBERS", "describe"]
