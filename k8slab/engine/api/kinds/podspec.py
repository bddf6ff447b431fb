"""Validation of a pod spec, of a Pod and of every template (core validation, 1.36)."""

from __future__ import annotations

from ...base import names
from ...base.memo import by_identity
from ...base.objects import Obj
from ...base.selectors import matcher
from .containers import validate_containers
from .faults import Faults, duplicate, forbidden, invalid, negative, required, unsupported
from .labelselector import is_empty, validate_label_selector
from .meta import validate_labelling, validate_labels
from .placement import validate_affinity, validate_spread, validate_tolerations
from .volumes import validate_volumes

_RESTART_POLICIES = ("Always", "Never", "OnFailure")
_DNS_POLICIES = ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None")
_GRACE_MAX = 2147483647
_DEADLINE_KINDS = {
    "deployment": "ReplicaSet",
    "replicaset": "ReplicaSet",
    "daemonset": "DaemonSet",
    "statefulset": "StatefulSet",
}


@by_identity
def validate_pod_spec(spec: Obj, path: str) -> Faults:
    """Every fault of a pod spec, in the server's order. Remembered for a shared spec."""
    faults, volumes = validate_volumes(spec.get("volumes") or [], f"{path}.volumes")
    faults += validate_containers(spec, volumes, path)
    faults += _enums(spec, path)
    faults += validate_labels(spec.get("nodeSelector") or {}, f"{path}.nodeSelector")
    faults += validate_affinity(spec.get("affinity") or {}, f"{path}.affinity")
    gates = spec.get("schedulingGates") or ()
    faults += [
        duplicate(f"{path}.schedulingGates[{index}]", gate["name"])
        for index, gate in enumerate(gates)
        if gate in gates[:index]
    ]
    faults += validate_spread(
        spec.get("topologySpreadConstraints") or [], f"{path}.topologySpreadConstraints"
    )
    faults += _names(spec, path) + _seconds(spec, path)
    return faults + validate_tolerations(spec.get("tolerations") or [], f"{path}.tolerations")


def _enums(spec: Obj, path: str) -> Faults:
    faults: Faults = []
    for field, values in (("restartPolicy", _RESTART_POLICIES), ("dnsPolicy", _DNS_POLICIES)):
        value = spec.get(field)
        if value not in values:
            faults.append(unsupported(f"{path}.{field}", value or "", values))
    return faults


def _names(spec: Obj, path: str) -> Faults:
    faults: Faults = []
    for field, rule in (
        ("serviceAccountName", names.dns_subdomain),
        ("nodeName", names.dns_subdomain),
        ("hostname", names.dns_label),
        ("subdomain", names.dns_label),
        ("priorityClassName", names.dns_subdomain),
    ):
        value = spec.get(field)
        if value:
            faults += [invalid(f"{path}.{field}", value, why) for why in rule(value)]
    return faults


def _seconds(spec: Obj, path: str) -> Faults:
    faults: Faults = []
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is not None and not 1 <= deadline <= _GRACE_MAX:
        why = f"must be between 1 and {_GRACE_MAX}, inclusive"
        faults.append(invalid(f"{path}.activeDeadlineSeconds", deadline, why))
    grace = spec.get("terminationGracePeriodSeconds")
    if grace is not None:
        faults += negative(f"{path}.terminationGracePeriodSeconds", grace)
    return faults


def validate_workload_template(spec: Obj, path: str, kind: str) -> Faults:
    """Faults of ``selector`` and ``template`` of a spec whose pods must always restart.

    A selector that is no selector ends it there; one that is missing selects nothing.
    """
    selector, template = spec.get("selector"), spec.get("template") or {}
    at = f"{path}.selector"
    if selector is None:
        faults = [required(at)]
    else:
        faults = validate_label_selector(selector, at)
        if is_empty(selector):
            faults.append(invalid(at, selector, f"empty selector is invalid for {kind}"))
        elif faults:
            return [*faults, invalid(at, selector, "invalid label selector")]
    labels = (template.get("metadata") or {}).get("labels")
    if not matcher(selector)(labels or {}):
        why = "`selector` does not match template `labels`"
        faults.append(invalid(f"{path}.template.metadata.labels", labels, why))
    faults += validate_template(template, f"{path}.template")
    return faults + _always_restarts(template.get("spec") or {}, f"{path}.template.spec", kind)


def validate_template(template: Obj, path: str) -> Faults:
    """Faults of a pod template (ValidatePodTemplateSpec)."""
    faults = validate_labelling(template.get("metadata") or {}, path)
    return faults + validate_pod_spec(template.get("spec") or {}, f"{path}.spec")


def _always_restarts(spec: Obj, path: str, kind: str) -> Faults:
    faults: Faults = []
    policy = spec.get("restartPolicy")
    if policy in _RESTART_POLICIES and policy != "Always":
        faults.append(unsupported(f"{path}.restartPolicy", policy, ("Always",)))
    if spec.get("activeDeadlineSeconds") is not None:
        why = f"activeDeadlineSeconds in {_DEADLINE_KINDS[kind]} is not Supported"
        faults.append(forbidden(f"{path}.activeDeadlineSeconds", why))
    return faults
