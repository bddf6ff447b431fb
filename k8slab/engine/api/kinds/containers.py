"""Validation of the containers of a pod spec (core validation, 1.36)."""

from __future__ import annotations

from ...base import names
from ...base.objects import Obj
from .faults import Faults, duplicate, forbidden, invalid, not_found, required, unsupported
from .probes import validate_lifecycle, validate_probe
from .resources import validate_resources

_PROTOCOLS = ("SCTP", "TCP", "UDP")
_PULL_POLICIES = ("Always", "IfNotPresent", "Never")
_MESSAGE_POLICIES = ("FallbackToLogsOnError", "File")
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_NOT_FOR_INIT = ("lifecycle", *_PROBES)


def validate_containers(spec: Obj, volumes: frozenset[str], path: str) -> Faults:
    """Faults of containers and init containers; ``volumes`` are the volumes that can be mounted."""
    containers = spec.get("containers") or []
    if not containers:
        return [required(f"{path}.containers")]
    faults: Faults = []
    seen: list[str] = []
    grace_s = spec.get("terminationGracePeriodSeconds")
    for index, container in enumerate(containers):
        at = f"{path}.containers[{index}]"
        faults += _common(container, volumes, at) + _name_taken(container, seen, at)
        faults += _hooks(container, at, grace_s)
    for index, container in enumerate(spec.get("initContainers") or ()):
        at = f"{path}.initContainers[{index}]"
        faults += _common(container, volumes, at) + _name_taken(container, seen, at)
        faults += _init(container, at, grace_s)
    return faults + _port_conflicts(containers, path)


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
        faults += validate_lifecycle(container["lifecycle"], f"{path}.lifecycle")
    for kind in _PROBES:
        if container.get(kind) is not None:
            faults += validate_probe(kind, container[kind], f"{path}.{kind}", grace_s)
    return faults


def _init(container: Obj, path: str, grace_s: int | None) -> Faults:
    policy = container.get("restartPolicy")
    if policy == "Always":
        return _hooks(container, path, grace_s)
    faults: Faults = []
    if policy is not None:
        faults.append(unsupported(f"{path}.restartPolicy", policy, ("Always",)))
    why = "may not be set for init containers without restartPolicy=Always"
    return faults + [
        forbidden(f"{path}.{name}", why)
        for name in _NOT_FOR_INIT
        if container.get(name) is not None
    ]


def _common(container: Obj, volumes: frozenset[str], path: str) -> Faults:
    faults: Faults = []
    name, image = container.get("name"), container.get("image")
    if not name:
        faults.append(required(f"{path}.name"))
    else:
        faults += [invalid(f"{path}.name", name, why) for why in names.dns_label(name)]
    if not image:
        faults.append(required(f"{path}.image"))
    elif image != image.strip():
        why = "must not have leading or trailing whitespace"
        faults.append(invalid(f"{path}.image", image, why))
    faults += _enum(container, "terminationMessagePolicy", _MESSAGE_POLICIES, path)
    faults += _ports(container.get("ports") or [], f"{path}.ports")
    faults += _env(container.get("env") or [], f"{path}.env")
    faults += _mounts(container.get("volumeMounts") or [], volumes, f"{path}.volumeMounts")
    faults += _enum(container, "imagePullPolicy", _PULL_POLICIES, path)
    faults += validate_resources(container.get("resources") or {}, f"{path}.resources")
    return faults + _security(container.get("securityContext") or {}, f"{path}.securityContext")


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


def _env(variables: list[Obj], path: str) -> Faults:
    faults: Faults = []
    for index, variable in enumerate(variables):
        at = f"{path}[{index}]"
        name = variable.get("name")
        if not name:
            faults.append(required(f"{at}.name"))
        else:
            faults += [invalid(f"{at}.name", name, why) for why in names.environment_name(name)]
        source = variable.get("valueFrom")
        if source is not None:
            faults += _env_source(source, variable.get("value") or "", f"{at}.valueFrom")
    return faults


_SOURCES: dict[str, tuple[str, ...]] = {
    "fieldRef": ("fieldPath",),
    "resourceFieldRef": ("resource",),
    "configMapKeyRef": ("name", "key"),
    "secretKeyRef": ("name", "key"),
    "fileKeyRef": ("volumeName", "path", "key"),
}
_ENV_FIELDS = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)


def _env_source(source: Obj, value: str, path: str) -> Faults:
    said = [name for name in _SOURCES if source.get(name) is not None]
    faults: Faults = []
    for name in said:
        faults += [
            required(f"{path}.{name}.{field}")
            for field in _SOURCES[name]
            if not source[name].get(field)
        ]
        if name == "fieldRef":
            faults += _field_ref(source[name].get("fieldPath") or "", f"{path}.fieldRef.fieldPath")
    if not said:
        choices = ", ".join(
            f"`{name}`" for name in ("fieldRef", "resourceFieldRef", "configMapKeyRef")
        )
        faults.append(invalid(path, "", f"must specify one of: {choices} or `secretKeyRef`"))
    elif value:
        faults.append(invalid(path, "", "may not be specified when `value` is not empty"))
    if len(said) > 1:
        faults.append(invalid(path, "", "may not have more than one field specified at a time"))
    return faults


def _field_ref(field: str, path: str) -> Faults:
    if not field or field.startswith(("metadata.labels['", "metadata.annotations['")):
        return []
    if field.startswith(("metadata.", "spec.", "status.")):
        return [] if field in _ENV_FIELDS else [unsupported(path, field, _ENV_FIELDS)]
    return [invalid(path, field, f"error converting fieldPath: field label not supported: {field}")]


def _mounts(mounts: list[Obj], volumes: frozenset[str], path: str) -> Faults:
    faults: Faults = []
    seen: list[str] = []
    for index, mount in enumerate(mounts):
        at = f"{path}[{index}]"
        name, where = mount.get("name"), mount.get("mountPath")
        if not name:
            faults.append(required(f"{at}.name"))
        elif name not in volumes:
            faults.append(not_found(f"{at}.name", name))
        if not where:
            faults.append(required(f"{at}.mountPath"))
        elif where in seen:
            faults.append(invalid(f"{at}.mountPath", where, "must be unique"))
        if where:
            seen.append(where)
        sub_path = mount.get("subPath") or ""
        faults += _relative(sub_path, f"{path}.subPath")
    return faults


def _relative(value: str, path: str) -> Faults:
    if value.startswith("/"):
        return [invalid(path, value, "must be a relative path")]
    if ".." in value.split("/"):
        return [invalid(path, value, "must not contain '..'")]
    return []


def _security(context: Obj, path: str) -> Faults:
    faults: Faults = []
    for field in ("runAsUser", "runAsGroup"):
        value = context.get(field)
        if value is not None and not 0 <= value <= 2147483647:
            why = "must be between 0 and 2147483647, inclusive"
            faults.append(invalid(f"{path}.{field}", value, why))
    if context.get("privileged") and context.get("allowPrivilegeEscalation") is False:
        why = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"
        faults.append(invalid(path, context, why))
    return faults


def _port_conflicts(containers: list[Obj], path: str) -> Faults:
    """Two containers may not ask for one port of the host."""
    faults: Faults = []
    seen: list[tuple[str, str, int]] = []
    for index, container in enumerate(containers):
        for at, port in enumerate(container.get("ports") or ()):
            host = port.get("hostPort")
            if not host:
                continue
            wanted = (port.get("hostIP") or "", port.get("protocol") or "TCP", host)
            if wanted in seen:
                where = f"{path}.containers[{index}].ports[{at}].hostPort"
                text = f"{wanted[0]}/{wanted[1]}/{host}" if wanted[0] else f"{wanted[1]}//{host}"
                faults.append(duplicate(where, text))
            seen.append(wanted)
    return faults
