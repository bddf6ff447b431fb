"""What objects use of a ResourceQuota, by the names of its resources (pkg/quota/v1, 1.36)."""

from __future__ import annotations

from fractions import Fraction

from ..base.objects import Obj, Objs, get_in
from ..base.podresources import Amounts, pod_total
from ..base.quantity import parse_quantity
from ..base.selectors import matcher
from ..base.times import parse_rfc3339
from .kinds.base import Kind
from .kinds.pod import qos_class

_COUNTED = frozenset({"pods", "services", "replicationcontrollers", "resourcequotas", "secrets",
                      "configmaps", "persistentvolumeclaims"})  # fmt: skip
_PLAIN = ("cpu", "memory", "ephemeral-storage")
_STORAGE_CLASS = ".storageclass.storage.k8s.io/"
_DELETION = ("deletionTimestamp", "deletionGracePeriodSeconds")
_ONE = Fraction(1)


def usage_of(kind: Kind, obj: Obj, now_unix_ms: int | None = None) -> Amounts:
    """What one object uses, of every resource that a quota could bound.

    With a time: a pod that should long have ended uses nothing then but its count of objects.
    """
    resource = f"{kind.plural}.{kind.group}" if kind.group else kind.plural
    used = {f"count/{resource}": _ONE}
    if kind.group:
        return used
    if kind.kind == "Pod":
        outstayed = now_unix_ms is not None and free_at_unix_ms(obj, now_unix_ms) < now_unix_ms
        return used if outstayed else used | _pod_usage(obj)
    if kind.plural in _COUNTED:
        used[kind.plural] = _ONE
    if kind.kind == "Service":
        used |= _service_usage(obj)
    if kind.kind == "PersistentVolumeClaim":
        used |= _claim_usage(obj)
    return used


def free_at_unix_ms(pod: Obj, default: int) -> int:
    """Until when a pod that is being deleted is charged: twice its grace (QuotaV1Pod)."""
    due, grace_s = (pod["metadata"].get(it) for it in _DELETION)
    if due is None or grace_s is None:
        return default
    return parse_rfc3339(due) + int(grace_s) * 1000


def _pod_usage(pod: Obj) -> Amounts:
    """Pods that have ended use nothing but their count of objects."""
    if get_in(pod, "status", "phase") in ("Succeeded", "Failed"):
        return {}
    used = {"pods": _ONE}
    for what in ("requests", "limits"):
        for name, amount in pod_total(pod["spec"], what).items():
            used[f"{what}.{name}"] = amount
            if what == "requests" and (name in _PLAIN or name.startswith("hugepages-")):
                used[name] = amount
    return used


def _service_usage(service: Obj) -> Amounts:
    spec = service["spec"]
    used = {"services.nodeports": Fraction(0), "services.loadbalancers": Fraction(0)}
    ports = Fraction(len(spec.get("ports") or ()))
    if spec["type"] == "NodePort":
        used["services.nodeports"] = ports
    elif spec["type"] == "LoadBalancer":
        used["services.loadbalancers"] = _ONE
        if spec.get("allocateLoadBalancerNodePorts", True):
            used["services.nodeports"] = ports
    return used


def _claim_usage(claim: Obj) -> Amounts:
    spec = claim["spec"]
    storage = parse_quantity(get_in(spec, "resources", "requests", "storage", default="0"))
    used = {"requests.storage": storage}
    class_name = spec.get("storageClassName")
    if class_name:
        used[f"{class_name}{_STORAGE_CLASS}requests.storage"] = storage
        used[f"{class_name}{_STORAGE_CLASS}persistentvolumeclaims"] = _ONE
    return used


def in_scope(quota: Obj, kind: Kind, obj: Obj) -> bool:
    """Whether an object counts for a quota: one with scopes counts the pods within them."""
    spec = quota["spec"]
    scopes = [{"scopeName": name, "operator": "Exists"} for name in spec.get("scopes") or ()]
    scopes += get_in(spec, "scopeSelector", "matchExpressions", default=[])
    if not scopes:
        return True
    return kind.kind == "Pod" and all(_within(scope, obj) for scope in scopes)


def _within(scope: Obj, pod: Obj) -> bool:
    spec, name = pod["spec"], scope["scopeName"]
    match name:
        case "Terminating":
            return (spec.get("activeDeadlineSeconds") or 0) > 0
        case "NotTerminating":
            return not spec.get("activeDeadlineSeconds")
        case "BestEffort" | "NotBestEffort":
            return (qos_class(spec) == "BestEffort") is (name == "BestEffort")
        case "CrossNamespacePodAffinity":
            return any("namespaceSelector" in it or it.get("namespaces") for it in _terms(spec))
        case "PriorityClass":
            operator, values = scope["operator"], scope.get("values")
            requirement = {"key": name, "operator": operator, "values": values}
            labels = {name: spec["priorityClassName"]} if spec.get("priorityClassName") else {}
            return matcher({"matchExpressions": [requirement]})(labels)
        case _:
            return False


def _terms(spec: Obj) -> Objs:
    """All terms of a pod's affinity to and against other pods."""
    found: Objs = []
    for side in ("podAffinity", "podAntiAffinity"):
        rules: Obj = get_in(spec, "affinity", side, default={})
        found += rules.get("requiredDuringSchedulingIgnoredDuringExecution") or ()
        preferred = rules.get("preferredDuringSchedulingIgnoredDuringExecution") or ()
        found += [it["podAffinityTerm"] for it in preferred]
    return found


def add(first: Amounts, second: Amounts) -> Amounts:
    """The sum of two usages."""
    zero = Fraction(0)
    names = dict.fromkeys((*first, *second))
    return {name: first.get(name, zero) + second.get(name, zero) for name in names}
