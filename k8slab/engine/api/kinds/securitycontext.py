"""Validation of security contexts, of pods and of containers (core validation, 1.36)."""

from __future__ import annotations

import re

from ...base.objects import Obj
from .faults import Faults, duplicate, invalid, required, unsupported
from .internal import internal
from .volume_sources import descending

_ID_MAX = 2147483647
_PROFILES = ("Localhost", "RuntimeDefault", "Unconfined")
_SEGMENT = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_SYSCTL = f"^({_SEGMENT}[\\./])*{_SEGMENT}$"
_SYSCTL_RE = re.compile(_SYSCTL)
_SYSCTL_MAX = 253
_LOCALHOST = {"seccompProfile": "seccomp", "appArmorProfile": "AppArmor"}
_CHOICES = (
    ("supplementalGroupsPolicy", ("Merge", "Strict")),
    ("seLinuxChangePolicy", ("MountOption", "Recursive")),
)


def validate_pod_security(spec: Obj, path: str) -> Faults:
    """Faults of a pod's security context (validatePodSpecSecurityContext)."""
    context = spec.get("securityContext") or {}
    faults = _ids(context, ("fsGroup", "runAsUser", "runAsGroup"), path)
    for index, group in enumerate(context.get("supplementalGroups") or ()):
        faults += _id(group, f"{path}.supplementalGroups[{index}]")
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        why = "ShareProcessNamespace and HostPID cannot both be enabled"
        faults.append(invalid(f"{path}.shareProcessNamespace", True, why))
    faults += _sysctls(spec, context.get("sysctls") or [], f"{path}.sysctls")
    policy, policies = context.get("fsGroupChangePolicy"), ("Always", "OnRootMismatch")
    if policy is not None and policy not in policies:
        faults.append(unsupported(f"{path}.fsGroupChangePolicy", policy, policies))
    faults += _profile(context, "seccompProfile", path) + _profile(context, "appArmorProfile", path)
    return faults + [
        unsupported(f"{path}.{field}", context[field], values)
        for field, values in _CHOICES
        if context.get(field) is not None and context[field] not in values
    ]


def validate_container_security(context: Obj, path: str, *, host_users: bool) -> Faults:
    """Faults of a container's security context (ValidateSecurityContext)."""
    faults = _ids(context, ("runAsUser", "runAsGroup"), path)
    mount, mounts = context.get("procMount"), ("Default", "Unmasked")
    if mount is not None and mount not in mounts:
        faults.append(unsupported(f"{path}.procMount", mount, mounts))
    if host_users and mount == "Unmasked":
        why = "`hostUsers` must be false to use `Unmasked`"
        faults.append(invalid(f"{path}.procMount", mount, why))
    faults += _profile(context, "seccompProfile", path)
    if context.get("allowPrivilegeEscalation") is False:
        told = internal(context, "SecurityContext")
        start = "cannot set `allowPrivilegeEscalation` to false and"
        if context.get("privileged"):
            faults.append(invalid(path, told, f"{start} `privileged` to true"))
        if "CAP_SYS_ADMIN" in ((context.get("capabilities") or {}).get("add") or ()):
            faults.append(invalid(path, told, f"{start} `capabilities.Add` CAP_SYS_ADMIN"))
    return faults + _profile(context, "appArmorProfile", path)


def _ids(context: Obj, fields: tuple[str, ...], path: str) -> Faults:
    return [fault for field in fields for fault in _id(context.get(field), f"{path}.{field}")]


def _id(value: int | None, path: str) -> Faults:
    if value is None or 0 <= value <= _ID_MAX:
        return []
    return [invalid(path, value, f"must be between 0 and {_ID_MAX}, inclusive")]


def _profile(context: Obj, field: str, path: str) -> Faults:
    profile = context.get(field)
    if profile is None:
        return []
    at, what = f"{path}.{field}", _LOCALHOST[field]
    kind, local = profile.get("type") or "", profile.get("localhostProfile")
    faults: Faults = []
    if not kind:
        faults.append(required(f"{at}.type", f"type is required when {field} is set"))
    elif kind not in _PROFILES:
        faults.append(unsupported(f"{at}.type", kind, _PROFILES))
    at = f"{at}.localhostProfile"
    if kind == "Localhost":
        if local is None:
            faults.append(required(at, f"must be set when {what} type is Localhost"))
        elif what == "seccomp":
            faults += descending(local, at)
    elif local is not None and (what == "seccomp" or kind in _PROFILES):
        told = internal(profile, "SeccompProfile") if what == "seccomp" else local
        faults.append(invalid(at, told, f"can only be set when {what} type is Localhost"))
    return faults


def _sysctls(spec: Obj, sysctls: list[Obj], path: str) -> Faults:
    faults: Faults = []
    seen: list[str] = []
    for index, sysctl in enumerate(sysctls):
        at, name = f"{path}[{index}].name", sysctl.get("name") or ""
        if not name:
            faults.append(required(at))
        elif len(name) > _SYSCTL_MAX or not _SYSCTL_RE.match(name):
            why = f"must have at most {_SYSCTL_MAX} characters and match regex {_SYSCTL}"
            faults.append(invalid(at, name, why))
        elif name in seen:
            faults.append(duplicate(at, name))
        if spec.get("hostNetwork") and name.startswith(("net.", "net/")):
            faults.append(invalid(at, name, "may not be specified when 'hostNetwork' is true"))
        if spec.get("hostIPC") and name.startswith(("kernel.shm", "kernel.msg", "fs.mqueue.")):
            faults.append(invalid(at, name, "may not be specified when 'hostIPC' is true"))
        seen.append(name)
    return faults
