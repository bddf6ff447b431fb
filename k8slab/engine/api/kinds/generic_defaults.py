"""The defaults of kinds that have no file of their own (pkg/apis/*/v1/defaults.go, 1.36)."""

from __future__ import annotations

from collections.abc import Callable

from ...base.objects import Obj, get_in, labels_of, set_in
from .filling import change, change_each, fill, fill_zero
from .podspec_defaults import default_template

_CSI_DRIVER: Obj = {
    "attachRequired": True,
    "podInfoOnMount": False,
    "volumeLifecycleModes": ["Persistent"],
    "storageCapacity": False,
    "fsGroupPolicy": "ReadWriteOnceWithFSType",
    "requiresRepublish": False,
    "seLinuxMount": False,
}
_WEBHOOK: Obj = {
    "failurePolicy": "Fail",
    "matchPolicy": "Equivalent",
    "namespaceSelector": {},
    "objectSelector": {},
    "timeoutSeconds": 10,
}
_SHARES = {"Limited": 30, "Exempt": 0}
_STATUS: dict[str, Obj] = {
    "CertificateSigningRequest": {},
    "HorizontalPodAutoscaler": {"currentMetrics": None, "desiredReplicas": 0},
    "ReplicationController": {"replicas": 0},
    "ResourceClaim": {},
    "ResourceQuota": {},
}


def prepare_status(kind: str) -> Callable[[Obj, Obj | None], Obj] | None:
    """What gives a new object of a kind its empty status, where it is always shown."""
    status = _STATUS.get(kind)
    if status is None:
        return None
    return lambda new, old: {**new, "status": status} if old is None else new


def _controller(obj: Obj) -> Obj:
    """ReplicationController: it selects what its template says, if nothing else."""
    spec = change(fill(obj.get("spec") or {}, {"replicas": 1}), "template", default_template)
    labels = get_in(spec, "template", "metadata", "labels")
    if labels:
        spec = fill_zero(spec, {"selector": labels})
        obj = obj if labels_of(obj) else set_in(obj, ("metadata", "labels"), labels)
    return {**obj, "spec": spec}


def _driver(obj: Obj) -> Obj:
    return {**obj, "spec": fill(obj.get("spec") or {}, _CSI_DRIVER)}


def _endpoints(obj: Obj) -> Obj:
    def subset(it: Obj) -> Obj:
        return change_each(it, "ports", lambda port: fill_zero(port, {"protocol": "TCP"}))

    return change_each(obj, "subsets", subset)


def _flow_schema(obj: Obj) -> Obj:
    return {**obj, "spec": fill_zero(obj.get("spec") or {}, {"matchingPrecedence": 1000})}


def _priority_level(obj: Obj) -> Obj:
    spec = obj.get("spec") or {}
    shares = _SHARES.get(spec.get("type") or "", 0)
    field = (spec.get("type") or "").lower()
    filled = {"nominalConcurrencyShares": shares, "lendablePercent": 0}
    return {**obj, "spec": change(spec, field, lambda it: fill(it, filled))}


def _service_port(client: Obj) -> Obj:
    return change(client, "service", lambda it: fill(it, {"port": 443}))


def _api_service(obj: Obj) -> Obj:
    return change(obj, "spec", _service_port)


def _webhooks(obj: Obj, more: Obj) -> Obj:
    def webhook(it: Obj) -> Obj:
        it = change(fill(it, {**_WEBHOOK, **more}), "clientConfig", _service_port)
        return change_each(it, "rules", lambda rule: fill(rule, {"scope": "*"}))

    return change_each(obj, "webhooks", webhook)


DEFAULTS: dict[str, Callable[[Obj], Obj]] = {
    "APIService": _api_service,
    "CSIDriver": _driver,
    "Endpoints": _endpoints,
    "FlowSchema": _flow_schema,
    "MutatingWebhookConfiguration": lambda it: _webhooks(it, {"reinvocationPolicy": "Never"}),
    "PodTemplate": lambda it: change(it, "template", default_template),
    "PriorityLevelConfiguration": _priority_level,
    "ReplicationController": _controller,
    "ValidatingWebhookConfiguration": lambda it: _webhooks(it, {}),
}
