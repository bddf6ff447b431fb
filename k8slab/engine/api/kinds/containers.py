"""Validation of the containers of a pod spec (core validation, 1.36)."""

from __future__ import annotations

from collections.abc import Mapping

from ...base import names
from ...base.objects import Obj
from .environment import validate_environment, validate_environment_sources
from .faults import Faults, duplicate, forbidden, invalid, required, too_long, unsupported
from .mounts import validate_devices, validate_mounts
from .probes import validate_lifecycle, validate_probe
from .resources import validate_resources
from .securitycontext import validate_container_security

_PROTOCOLS = ("SCTP", "TCP", "UDP")
_PULL_POLICIES = ("Always", "IfNotPresent", "Never")
_MESSAGE_POLICIES = ("File", "FallbackToLogsOnError")
_RESTART_POLICIES = ("Always", "Never", "OnFailure")
_RESTART_ACTIONS = ("Restart", "RestartAllContainers")
_RULES_MAX = 20
_RESIZES = ("NotRequired", "RestartContainer")
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_NOT_FOR_INIT = ("lifecycle", *_PROBES)


def validate_containers(spec: Obj, volumes: Mapping[str, Obj], path: str) -> Faults:
    """Faults of containers and init containers; ``volumes`` are those that can be mounted."""
    containers = spec.get("containers") or []
    faults: Faults = [] if containers else [required(f"{path}.containers")]
    seen: list[str] = []
    grace_s = spec.get("terminationGracePeriodSeconds")
    for index, container in enumerate(containers):
        at = f"{path}.containers[{index}]"
        faults += validate_container(container, spec, volumes, at)
        faults += _name_taken(container, seen, at) + _hooks(container, at, grace_s)
        faults += _restart_rules(container, at)
    faults += _port_conflicts(containers, f"{path}.containers")
    for index, container in enumerate(spec.get("initContainers") or ()):
        at = f"{path}.initContainers[{index}]"
        faults += validate_container(container, spec, volumes, at)
        faults += _restart_rules(container, at) + _name_taken(container, seen, at)
        faults += _port_conflicts([container], f"{path}.initContainers")
        faults += _init(container, at, grace_s)
    return faults


def _name_taken(container: Obj, seen: list[str], path: str) -> Faults:
    name = container.get("name")
    if name in seen:
        return [duplicate(f"{path}.name", name)]
    if name:
        seen.append(name)
    return []


def _hooks(container: Obj, path: str, grace_s: int | None) -> Faults:
    faults: Faults = []
    if container.get("lifecycle"):
        faults += validate_lifecycle(container["lifecycle"], f"{path}.lifecycle", grace_s)
    for kind in _PROBES:
        if container.get(kind) is not None:
            faults += validate_probe(kind, container[kind], f"{path}.{kind}", grace_s)
    return faults


def _init(container: Obj, path: str, grace_s: int | None) -> Faults:
    if container.get("restartPolicy") == "Always":
        return _hooks(container, path, grace_s)
    why = "may not be set for init containers without restartPolicy=Always"
    return [
        forbidden(f"{path}.{name}", why)
        for name in _NOT_FOR_INIT
        if container.get(name) is not None
    ]


def _restart_rules(container: Obj, path: str) -> Faults:
    """A container's own policy, and the rules by exit code that go with one."""
    policy, rules = container.get("restartPolicy"), container.get("restartPolicyRules") or []
    faults: Faults = []
    at = f"{path}.restartPolicy"
    if policy is None and rules:
        faults.append(required(at, "must specify restartPolicy when restart rules are used"))
    elif policy is not None and policy not in _RESTART_POLICIES:
        faults.append(unsupported(at, policy, _RESTART_POLICIES))
    if len(rules) > _RULES_MAX:
        faults.append(too_long(f"{path}.restartPolicyRules", _RULES_MAX))
    for index, rule in enumerate(rules):
        at, codes = f"{path}.restartPolicyRules[{index}]", rule.get("exitCodes")
        if rule.get("action") not in _RESTART_ACTIONS:
            faults.append(unsupported(f"{at}.action", rule.get("action") or "", ("Restart",)))
        if codes is None:
            faults.append(required(f"{at}.exitCodes", "must be specified"))
        elif codes.get("operator") not in ("In", "NotIn"):
            operator = codes.get("operator") or ""
            faults.append(unsupported(f"{at}.exitCodes.operator", operator, ("In", "NotIn")))
    return faults


def validate_container(container: Obj, spec: Obj, volumes: Mapping[str, Obj], path: str) -> Faults:
    """Faults of what every kind of container has (validateContainerCommon)."""
    faults: Faults = []
    name = container.get("name")
    if not name:
        faults.append(required(f"{path}.name"))
    else:
        faults += [invalid(f"{path}.name", name, why) for why in names.dns_label(name)]
    if not container.get("image"):
        faults.append(required(f"{path}.image"))
    faults += _enum(container, "terminationMessagePolicy", _MESSAGE_POLICIES, path)
    faults += _ports(container.get("ports") or [], f"{path}.ports")
    faults += validate_environment(container.get("env") or [], f"{path}.env")
    faults += validate_environment_sources(container.get("envFrom") or [], f"{path}.envFrom")
    faults += validate_mounts(container, volumes, f"{path}.volumeMounts")
    faults += validate_devices(container, volumes, f"{path}.volumeDevices")
    faults += _enum(container, "imagePullPolicy", _PULL_POLICIES, path)
    resources, claims = container.get("resources") or {}, spec.get("resourceClaims") or []
    faults += validate_resources(resources, f"{path}.resources", claims)
    faults += _resize(container.get("resizePolicy") or [], spec, f"{path}.resizePolicy")
    context, host_users = container.get("securityContext") or {}, spec.get("hostUsers")
    at = f"{path}.securityContext"
    return faults + validate_container_security(context, at, host_users=host_users is not False)


def padded_images(spec: Obj, path: str) -> Faults:
    """Images with blanks around them, which only a Pod may not have: a template may."""
    why = "must not have leading or trailing whitespace"
    return [
        invalid(f"{path}.{name}[{index}].image", container["image"], why)
        for name in ("containers", "initContainers")
        for index, container in enumerate(spec.get(name) or ())
        if (container.get("image") or "") != (container.get("image") or "").strip()
    ]


def _resize(policies: list[Obj], spec: Obj, path: str) -> Faults:
    faults: Faults = []
    seen: list[str] = []
    for index, policy in enumerate(policies):
        resource, restart = policy.get("resourceName") or "", policy.get("restartPolicy") or ""
        if resource in seen:
            faults.append(duplicate(f"{path}[{index}]", resource))
        seen.append(resource)
        for value, known in ((resource, ("cpu", "memory")), (restart, _RESIZES)):
            if not value:
                faults.append(required(path))
            elif value not in known:
                faults.append(unsupported(path, value, known))
        if spec.get("restartPolicy") == "Never" and restart != "NotRequired":
            why = "must be 'NotRequired' when `restartPolicy` is 'Never'"
            faults.append(invalid(path, restart, why))
    return faults


def _enum(obj: Obj, field: str, values: tuple[str, ...], path: str) -> Faults:
    value = obj.get(field)
    return [] if value in values else [unsupported(f"{path}.{field}", value or "", values)]


def _ports(ports: list[Obj], path: str) -> Faults:
    faults: Faults = []
    seen: list[str] = []
    for index, port in enumerate(ports):
        at = f"{path}[{index}]"
        name = port.get("name")
        if name:
            wrong = names.port_name(name)
            faults += [invalid(f"{at}.name", name, why) for why in wrong]
            if not wrong and name in seen:
                faults.append(duplicate(f"{at}.name", name))
            seen.append(name)
        number = port.get("containerPort") or 0
        if number == 0:
            faults.append(required(f"{at}.containerPort"))
        else:
            faults += [
                invalid(f"{at}.containerPort", number, it) for it in names.port_number(number)
            ]
        host = port.get("hostPort") or 0
        if host:
            faults += [invalid(f"{at}.hostPort", host, why) for why in names.port_number(host)]
        faults += _enum(port, "protocol", _PROTOCOLS, at)
    return faults


def _port_conflicts(containers: list[Obj], path: str) -> Faults:
    """Two containers may not ask for one port of the host."""
    faults: Faults = []
    seen: list[str] = []
    for index, container in enumerate(containers):
        for at, port in enumerate(container.get("ports") or ()):
            host = port.get("hostPort")
            if not host:
                continue
            wanted = f"{port.get('protocol')}/{port.get('hostIP') or ''}/{host}"
            if wanted in seen:
                where = f"{path}[{index}].ports[{at}].hostPort"
                faults.append(duplicate(where, wanted))
            seen.append(wanted)
    return faults
