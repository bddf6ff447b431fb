"""A cluster as manifests: what clients have made in it, to be applied to another one."""

from __future__ import annotations

from collections.abc import Callable

from k8slab.engine import Cluster
from k8slab.engine.base.objects import (
    Key,
    Obj,
    controller_of,
    drop_in,
    get_in,
    is_deleting,
    key_of,
)
from k8slab.kubectl.printers.yaml_text import to_yaml

NOTHING = "# Nobody has made anything in this cluster yet.\n"
_OF_THE_CLUSTER = frozenset(
    {"Node", "Lease", "Event", "EndpointSlice", "Endpoints", "ControllerRevision", "CSINode"}
)
_NEEDED_FIRST = (
    "Namespace",
    "CustomResourceDefinition",
    "PriorityClass",
    "RuntimeClass",
    "StorageClass",
    "IngressClass",
    "ServiceAccount",
    "ClusterRole",
    "Role",
    "ClusterRoleBinding",
    "RoleBinding",
    "LimitRange",
    "ResourceQuota",
    "NetworkPolicy",
    "ConfigMap",
    "Secret",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Service",
)
_NEEDED_LAST = (
    "PodDisruptionBudget",
    "HorizontalPodAutoscaler",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
)
_METADATA = frozenset(
    {"name", "namespace", "labels", "annotations", "finalizers"}  # all else is the server's
)
_NOTES = (
    "kubectl.kubernetes.io/last-applied-configuration",
    "deployment.kubernetes.io/",
    "deprecated.daemonset.template.generation",
    "pv.kubernetes.io/",
    "volume.kubernetes.io/",
    "kubernetes.io/service-account.uid",
    "kubernetes.io/metadata.name",
)
"""Beginnings of the names of labels and annotations that the cluster writes itself."""
_JOB_LABELS = (
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-name",
    "controller-uid",
    "job-name",
)
_TOKEN = "kube-api-access-"
_BOUND = "pv.kubernetes.io/bound-by-controller"


def manifests(cluster: Cluster) -> str:
    """All that clients have made, as YAML documents in an order that applies to a new cluster.

    Without what the cluster adds: status, addresses, bindings, bookkeeping, what controllers own.
    """
    named = _named_in_journal(cluster)
    kinds = [kind for kind in cluster.world.api.discovery.kinds if not kind.virtual]
    found = {
        key_of(obj): obj
        for kind in kinds
        if kind.kind not in _OF_THE_CLUSTER
        for obj in cluster.list(kind.kind)
        if _is_made(obj, named)
    }
    if not found:
        return NOTHING
    found |= _accounts_of_pods(cluster, found)
    ordered = sorted(found, key=lambda key: (_rank(key.kind), key))
    return "---\n".join(to_yaml(clean(found[key])) for key in ordered)


def clean(obj: Obj) -> Obj:
    """An object as a person would have written it, defaults aside."""
    kind = obj["kind"]
    if kind in _CLEANERS:
        obj = _CLEANERS[kind](obj)
    obj = drop_in(obj, ("status",))
    metadata = {name: value for name, value in obj["metadata"].items() if name in _METADATA}
    for field in ("labels", "annotations"):
        metadata[field] = {
            name: value
            for name, value in (metadata.get(field) or {}).items()
            if not name.startswith(_NOTES)
        }
    finalizers = metadata.get("finalizers") or ()
    metadata["finalizers"] = [it for it in finalizers if not it.startswith("kubernetes.io/")]
    return {**obj, "metadata": {name: value for name, value in metadata.items() if value}}


def _named_in_journal(cluster: Cluster) -> set[Key]:
    requests = (
        entry.command["request"] for entry in cluster.journal if entry.command["do"] == "request"
    )
    return {
        Key(request["kind"], request.get("namespace") or "", request.get("name") or "")
        for request in requests
        if request["verb"] != "delete" and not request.get("subresource")
    }


def _is_made(obj: Obj, named: set[Key]) -> bool:
    """Whether a client wrote it: the journal names it, or (``generateName``) it has managers."""
    written = key_of(obj) in named or "managedFields" in obj["metadata"]
    return written and controller_of(obj) is None and not is_deleting(obj)


def _accounts_of_pods(cluster: Cluster, found: dict[Key, Obj]) -> dict[Key, Obj]:
    """The ServiceAccounts of pods in new namespaces: there, a pod comes before its controller."""
    keys = {
        Key("ServiceAccount", key.namespace, get_in(pod, "spec", "serviceAccountName"))
        for key, pod in found.items()
        if key.kind == "Pod" and Key("Namespace", "", key.namespace) in found
    }
    accounts = {key: cluster.get(*key) for key in sorted(keys)}
    return {key: account for key, account in accounts.items() if account is not None}


def _rank(kind: str) -> int:
    if kind in _NEEDED_FIRST:
        return _NEEDED_FIRST.index(kind)
    return len(_NEEDED_FIRST) + (_NEEDED_LAST.index(kind) + 1 if kind in _NEEDED_LAST else 0)


def _namespace(obj: Obj) -> Obj:
    return drop_in(obj, ("spec",))


def _service(obj: Obj) -> Obj:
    obj = drop_in(obj, ("spec", "healthCheckNodePort"))
    if get_in(obj, "spec", "clusterIP") == "None":
        return obj
    return drop_in(drop_in(obj, ("spec", "clusterIP")), ("spec", "clusterIPs"))


def _pod(obj: Obj) -> Obj:
    for field in ("nodeName", "priority", "preemptionPolicy", "ephemeralContainers"):
        obj = drop_in(obj, ("spec", field))
    spec = dict(obj["spec"])
    for field in ("containers", "initContainers"):
        if field in spec:
            spec[field] = [_without_token(it, "volumeMounts") for it in spec[field]]
    return {**obj, "spec": _without_token(spec, "volumes")}


def _without_token(value: Obj, field: str) -> Obj:
    """A pod's spec, or a container, without the volume of the ServiceAccount's token."""
    left = [it for it in value.get(field) or () if not it["name"].startswith(_TOKEN)]
    return {**value, field: left} if left else drop_in(value, (field,))


def _job(obj: Obj) -> Obj:
    if get_in(obj, "spec", "manualSelector"):
        return obj
    obj = drop_in(obj, ("spec", "selector"))
    for labels in (("metadata", "labels"), ("spec", "template", "metadata", "labels")):
        for name in _JOB_LABELS:
            obj = drop_in(obj, (*labels, name)) if get_in(obj, *labels) else obj
    return obj


def _claim(obj: Obj) -> Obj:
    is_bound = get_in(obj, "metadata", "annotations", _BOUND) == "yes"
    return drop_in(obj, ("spec", "volumeName")) if is_bound else obj


def _volume(obj: Obj) -> Obj:
    if get_in(obj, "spec", "claimRef") is None:
        return obj
    for field in ("uid", "resourceVersion"):
        obj = drop_in(obj, ("spec", "claimRef", field))
    is_bound = get_in(obj, "metadata", "annotations", _BOUND) == "yes"
    return drop_in(obj, ("spec", "claimRef")) if is_bound else obj


def _secret(obj: Obj) -> Obj:
    is_token = obj.get("type") == "kubernetes.io/service-account-token"
    return drop_in(obj, ("data",)) if is_token else obj


_CLEANERS: dict[str, Callable[[Obj], Obj]] = {
    "Namespace": _namespace,
    "Service": _service,
    "Pod": _pod,
    "Job": _job,
    "PersistentVolumeClaim": _claim,
    "PersistentVolume": _volume,
    "Secret": _secret,
}
