"""Validation of a pod spec, of a Pod and of every template (core validation, 1.36)."""

from __future__ import annotations

from ...base import names
from ...base.memo import by_identity
from ...base.objects import Obj
from ...base.selectors import matcher
from .containers import validate_containers
from .faults import Faults, duplicate, forbidden, invalid, required, unsupported
from .internal import internal
from .labelselector import is_empty, validate_label_selector
from .meta import validate_labelling, validate_labels
from .placement import validate_affinity, validate_spread, validate_tolerations
from .resolution import validate_dns, validate_host_aliases
from .resources import validate_pod_resources, validate_resources
from .securitycontext import validate_pod_security
from .volumes import validate_volumes

_RESTART_POLICIES = ("Always", "OnFailure", "Never")
_DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_PREEMPTION_POLICIES = ("PreemptLowerPriority", "Never")
_SYSTEMS = ("linux", "windows")
_DEADLINE_MAX_S = 2147483647
_DEADLINE_KINDS = {
    "deployment": "ReplicaSet",
    "daemonset": "DaemonSet",
    "statefulset": "StatefulSet",
}


@by_identity
def validate_pod_spec(spec: Obj, path: str) -> Faults:
    """Every fault of a pod spec, in the server's order. Remembered for a shared spec."""
    faults, volumes = validate_volumes(spec.get("volumes") or [], f"{path}.volumes")
    faults += _claims(spec.get("resourceClaims") or [], f"{path}.resourceClaims")
    faults += validate_containers(spec, volumes, path)
    if spec.get("resources") is not None:
        faults += validate_pod_resources(spec["resources"], spec, f"{path}.resources")
    faults += _enums(spec, path)
    faults += validate_labels(spec.get("nodeSelector") or {}, f"{path}.nodeSelector")
    faults += validate_pod_security(spec, f"{path}.securityContext")
    faults += validate_affinity(spec.get("affinity") or {}, f"{path}.affinity")
    faults += validate_dns(spec, f"{path}.dnsConfig")
    faults += _gates(spec, path)
    faults += validate_spread(
        spec.get("topologySpreadConstraints") or [], f"{path}.topologySpreadConstraints"
    )
    faults += _host_users(spec, path)
    faults += _names(spec, path, ("serviceAccountName", "nodeName")) + _deadline(spec, path)
    faults += _names(spec, path, ("hostname", "subdomain"))
    faults += validate_tolerations(spec.get("tolerations") or [], f"{path}.tolerations")
    faults += validate_host_aliases(spec.get("hostAliases") or [], f"{path}.hostAliases")
    faults += _names(spec, path, ("priorityClassName", "runtimeClassName"))
    preemption = spec.get("preemptionPolicy")
    if preemption == "":
        faults.append(required(f"{path}.preemptionPolicy"))
    elif preemption is not None and preemption not in _PREEMPTION_POLICIES:
        at = f"{path}.preemptionPolicy"
        faults.append(unsupported(at, preemption, _PREEMPTION_POLICIES))
    if spec.get("overhead") is not None:
        faults += validate_resources({"limits": spec["overhead"]}, f"{path}.overhead", [])
    return faults + _system(spec, f"{path}.os")


def _enums(spec: Obj, path: str) -> Faults:
    faults: Faults = []
    for field, values in (("restartPolicy", _RESTART_POLICIES), ("dnsPolicy", _DNS_POLICIES)):
        value = spec.get(field)
        if value not in values:
            faults.append(unsupported(f"{path}.{field}", value or "", values))
    return faults


_RULES = {"hostname": names.dns_label, "subdomain": names.dns_label}


def _names(spec: Obj, path: str, fields: tuple[str, ...]) -> Faults:
    return [
        invalid(f"{path}.{field}", spec[field], why)
        for field in fields
        if spec.get(field)
        for why in _RULES.get(field, names.dns_subdomain)(spec[field])
    ]


def _claims(claims: list[Obj], path: str) -> Faults:
    """What the pod claims of devices (validatePodResourceClaims)."""
    faults: Faults = []
    seen: list[str] = []
    for index, claim in enumerate(claims):
        at, name = f"{path}[{index}]", claim.get("name") or ""
        if not name:
            faults.append(required(f"{at}.name"))
        elif name in seen:
            faults.append(duplicate(f"{at}.name", name))
        else:
            faults += [invalid(f"{at}.name", name, why) for why in names.dns_label(name)]
        seen.append(name)
        said = [it for it in _CLAIM_SOURCES if claim.get(it) is not None]
        if len(said) != 1:
            told = internal(claim, "PodResourceClaim")
            faults.append(invalid(at, told, _CLAIM_BOTH if said else _CLAIM_NONE))
        for field in said:
            wrong = names.dns_subdomain(claim[field])
            faults += [invalid(f"{at}.{field}", claim[field], why) for why in wrong]
    return faults


_CLAIM_SOURCES = ("resourceClaimName", "resourceClaimTemplateName")
_CLAIM_BOTH = "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
_CLAIM_NONE = "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"


def _gates(spec: Obj, path: str) -> Faults:
    faults: Faults = []
    for index, gate in enumerate(spec.get("readinessGates") or ()):
        at, kind = f"{path}.readinessGates[{index}].conditionType", gate.get("conditionType") or ""
        faults += [invalid(at, kind, why) for why in names.qualified_name(kind)]
    seen: list[str] = []
    for index, gate in enumerate(spec.get("schedulingGates") or ()):
        at, name = f"{path}.schedulingGates[{index}]", gate.get("name") or ""
        faults += [invalid(at, name, why) for why in names.qualified_name(name)]
        if name in seen:
            faults.append(duplicate(at, name))
        seen.append(name)
    return faults


def _host_users(spec: Obj, path: str) -> Faults:
    """A pod with a user namespace of its own cannot have the host's others."""
    if spec.get("hostUsers") is not False:
        return []
    fields = {"hostNetwork": "hostNetwork", "hostPID": "HostPID", "hostIPC": "HostIPC"}
    return [
        forbidden(f"{path}.{told}", "when `hostUsers` is false")
        for field, told in fields.items()
        if spec.get(field)
    ]


def _deadline(spec: Obj, path: str) -> Faults:
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is None or 1 <= deadline <= _DEADLINE_MAX_S:
        return []
    why = f"must be between 1 and {_DEADLINE_MAX_S}, inclusive"
    return [invalid(f"{path}.activeDeadlineSeconds", deadline, why)]


def _system(spec: Obj, path: str) -> Faults:
    """An operating system, and a pod that has nothing of the other (validateOS)."""
    system = spec.get("os")
    if system is None:
        return []
    name = system.get("name") or ""
    if not name:
        return [required(f"{path}.name")]
    return [] if name in _SYSTEMS else [unsupported(path, name, _SYSTEMS)]


def validate_workload_template(
    spec: Obj, path: str, kind: str, *, why_no_selector: str = "invalid label selector"
) -> Faults:
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
            return [*faults, invalid(at, selector, why_no_selector)]
    faults += labels_not_selected(selector, template, f"{path}.template")
    faults += validate_template(template, f"{path}.template")
    return faults + always_restarts(template.get("spec") or {}, f"{path}.template.spec", kind)


def validate_template(template: Obj, path: str) -> Faults:
    """Faults of a pod template (ValidatePodTemplateSpec)."""
    spec = template.get("spec") or {}
    faults = validate_labelling(template.get("metadata") or {}, path)
    faults += validate_pod_spec(spec, f"{path}.spec")
    if spec.get("ephemeralContainers"):
        why = "ephemeral containers not allowed in pod template"
        faults.append(forbidden(f"{path}.spec.ephemeralContainers", why))
    return faults


def labels_not_selected(selector: Obj | None, template: Obj, path: str) -> Faults:
    """A fault where a selector does not select the pods of its own template."""
    labels = (template.get("metadata") or {}).get("labels")
    if matcher(selector)(labels or {}):
        return []
    why = "`selector` does not match template `labels`"
    return [invalid(f"{path}.metadata.labels", labels, why)]


def always_restarts(spec: Obj, path: str, kind: str) -> Faults:
    """Faults of a template whose pods have to restart, whatever they end with."""
    faults: Faults = []
    policy = spec.get("restartPolicy")
    if policy != "Always":
        faults.append(unsupported(f"{path}.restartPolicy", policy, ("Always",)))
    if spec.get("activeDeadlineSeconds") is not None:
        why = f"activeDeadlineSeconds in {_DEADLINE_KINDS[kind]} is not Supported"
        faults.append(forbidden(f"{path}.activeDeadlineSeconds", why))
    return faults
