"""The Pod Security Standards: what a pod must not do at each level (pod-security-admission)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ...base.objects import Obj, Objs, get_in

LEVELS = ("privileged", "baseline", "restricted")
_DEFAULT_CAPABILITIES = frozenset({
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
    "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
})  # fmt: skip
_SAFE_SYSCTLS = frozenset({
    "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range", "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_wmem",
})  # fmt: skip
_SAFE_VOLUMES = frozenset({"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image",
                           "persistentVolumeClaim", "projected", "secret"})  # fmt: skip
_SELINUX_TYPES = frozenset({"", "container_t", "container_init_t", "container_kvm_t",
                            "container_engine_t"})  # fmt: skip
_SECCOMP = ("RuntimeDefault", "Localhost")


class Violation(NamedTuple):
    """What a pod violates ("privileged"), and by what."""

    reason: str
    detail: str

    def __str__(self) -> str:
        return f"{self.reason} ({self.detail})"


Check = Callable[[Obj], Violation | None]


def violations(level: str, spec: Obj) -> list[Violation]:
    """What a pod's spec violates at a level, in the order in which it is told."""
    found = (check(spec) for check in _CHECKS[level])
    return [violation for violation in found if violation is not None]


def _containers(spec: Obj) -> Objs:
    return [
        container
        for field in ("initContainers", "containers", "ephemeralContainers")
        for container in spec.get(field) or ()
    ]


def _context(it: Obj, *path: str) -> object:
    return get_in(it, "securityContext", *path)


def _bad(spec: Obj, wrong: Callable[[Obj], bool]) -> list[str]:
    return [container["name"] for container in _containers(spec) if wrong(container)]


def _named(what: str, names: list[str]) -> str:
    """``container "a"`` or ``containers "a", "b"``."""
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"{what}{'s' if len(names) > 1 else ''} {quoted}"


def _who(spec: Obj, wrong: Callable[[Obj], bool]) -> Iterator[str]:
    """The pod, where its own security context is wrong, and the containers whose is."""
    if wrong(spec):
        yield "pod"
    names = _bad(spec, wrong)
    if names:
        yield _named("container", names)


def _privileged(spec: Obj) -> Violation | None:
    names = _bad(spec, lambda it: _context(it, "privileged") is True)
    why = "must not set securityContext.privileged=true"
    return Violation("privileged", f"{_named('container', names)} {why}") if names else None


def _host_namespaces(spec: Obj) -> Violation | None:
    used = [f"{it}=true" for it in ("hostNetwork", "hostPID", "hostIPC") if spec.get(it)]
    return Violation("host namespaces", ", ".join(used)) if used else None


def _host_path(spec: Obj) -> Violation | None:
    names = [it["name"] for it in spec.get("volumes") or () if "hostPath" in it]
    return Violation("hostPath volumes", _named("volume", names)) if names else None


def _host_ports(spec: Obj) -> Violation | None:
    names, ports = [], []
    for container in _containers(spec):
        used = [str(it["hostPort"]) for it in container.get("ports") or () if it.get("hostPort")]
        if used:
            names.append(container["name"])
            ports += used
    if not names:
        return None
    verb = "uses" if len(names) == 1 else "use"
    plural = "s" if len(ports) > 1 else ""
    ports = list(dict.fromkeys(ports))
    return Violation(
        "hostPort", f"{_named('container', names)} {verb} hostPort{plural} {', '.join(ports)}"
    )


def _added_capabilities(spec: Obj, allowed: frozenset[str]) -> str:
    names: list[str] = []
    added: list[str] = []
    for container in _containers(spec):
        asked = get_in(container, "securityContext", "capabilities", "add", default=[])
        wrong = [it for it in asked if it not in allowed]
        if wrong:
            names.append(container["name"])
            added += wrong
    if not names:
        return ""
    quoted = ", ".join(f'"{it}"' for it in sorted(dict.fromkeys(added)))
    return (
        f"{_named('container', names)} must not include {quoted} in "
        "securityContext.capabilities.add"
    )


def _capabilities(spec: Obj) -> Violation | None:
    told = _added_capabilities(spec, _DEFAULT_CAPABILITIES)
    return Violation("non-default capabilities", told) if told else None


def _proc_mount(spec: Obj) -> Violation | None:
    names = _bad(spec, lambda it: _context(it, "procMount") == "Unmasked")
    why = 'must not set securityContext.procMount to "Unmasked"'
    return Violation("procMount", f"{_named('container', names)} {why}") if names else None


def _proc_mount_of_host_users(spec: Obj) -> Violation | None:
    return None if spec.get("hostUsers") is False else _proc_mount(spec)


def _selinux(spec: Obj) -> Violation | None:
    def wrong(it: Obj) -> bool:
        options = get_in(it, "securityContext", "seLinuxOptions", default={})
        known = options.get("type", "") in _SELINUX_TYPES
        return not known or bool(options.get("user") or options.get("role"))

    who = list(_who(spec, wrong))
    if not who:
        return None
    options = [
        get_in(it, "securityContext", "seLinuxOptions", default={})
        for it in (spec, *_containers(spec))
    ]
    types = sorted({it.get("type", "") for it in options} - _SELINUX_TYPES)
    told = [f'type "{it}"' for it in types]
    told += [f"{name} may not be set" for name in ("user", "role")
             if any(it.get(name) for it in options)]  # fmt: skip
    where = " and ".join(who)
    return Violation(
        "seLinuxOptions", f"{where} set forbidden securityContext.seLinuxOptions: {'; '.join(told)}"
    )


def _seccomp(spec: Obj) -> Violation | None:
    def wrong(it: Obj) -> bool:
        return _context(it, "seccompProfile", "type") == "Unconfined"

    who = list(_who(spec, wrong))
    why = 'must not set securityContext.seccompProfile.type to "Unconfined"'
    return Violation("seccompProfile", f"{' and '.join(who)} {why}") if who else None


def _sysctls(spec: Obj) -> Violation | None:
    asked = get_in(spec, "securityContext", "sysctls", default=[])
    names = [it["name"] for it in asked if it["name"] not in _SAFE_SYSCTLS]
    return Violation("forbidden sysctls", ", ".join(names)) if names else None


def _host_process(spec: Obj) -> Violation | None:
    who = list(_who(spec, lambda it: _context(it, "windowsOptions", "hostProcess") is True))
    why = "must not set securityContext.windowsOptions.hostProcess=true"
    return Violation("hostProcess", f"{' and '.join(who)} {why}") if who else None


def _escalation(spec: Obj) -> Violation | None:
    names = _bad(spec, lambda it: _context(it, "allowPrivilegeEscalation") is not False)
    why = "must set securityContext.allowPrivilegeEscalation=false"
    told = f"{_named('container', names)} {why}"
    return Violation("allowPrivilegeEscalation != false", told) if names else None


def _dropped_capabilities(spec: Obj) -> Violation | None:
    def keeps(it: Obj) -> bool:
        return "ALL" not in get_in(it, "securityContext", "capabilities", "drop", default=[])

    names, told = _bad(spec, keeps), []
    if names:
        told.append(
            f'{_named("container", names)} must set securityContext.capabilities.drop=["ALL"]'
        )
    added = _added_capabilities(spec, frozenset({"NET_BIND_SERVICE"}))
    told += [added] if added else []
    return Violation("unrestricted capabilities", "; ".join(told)) if told else None


def _volume_types(spec: Obj) -> Violation | None:
    wrong = [
        (volume["name"], name)
        for volume in spec.get("volumes") or ()
        for name in volume
        if name != "name" and name not in _SAFE_VOLUMES
    ]
    if not wrong:
        return None
    names = [name for name, _ in wrong]
    types = sorted(dict.fromkeys(kind for _, kind in wrong))
    verb = "uses" if len(names) == 1 else "use"
    plural = "s" if len(types) > 1 else ""
    quoted = ", ".join(f'"{it}"' for it in types)
    told = f"{_named('volume', names)} {verb} restricted volume type{plural} {quoted}"
    return Violation("restricted volume types", told)


def _non_root(spec: Obj) -> Violation | None:
    if spec.get("hostUsers") is False:
        return None
    pod, explicit = (
        _context(spec, "runAsNonRoot"),
        _bad(spec, lambda it: _context(it, "runAsNonRoot") is False),
    )
    unset = _bad(spec, lambda it: _context(it, "runAsNonRoot") is None)
    reason, head = "runAsNonRoot != true", ["pod"] if pod is False else []
    if explicit:
        who = " and ".join([*head, _named("container", explicit)])
        return Violation(reason, f"{who} must not set securityContext.runAsNonRoot=false")
    if pod is False:
        return Violation(reason, "pod must not set securityContext.runAsNonRoot=false")
    if pod is None and unset:
        who = f"pod or {_named('container', unset)}"
        return Violation(reason, f"{who} must set securityContext.runAsNonRoot=true")
    return None


def _as_root(spec: Obj) -> Violation | None:
    if spec.get("hostUsers") is False:
        return None
    who = list(_who(spec, lambda it: _context(it, "runAsUser") == 0))
    return (
        Violation("runAsUser=0", f"{' and '.join(who)} must not set runAsUser=0") if who else None
    )


def _seccomp_set(spec: Obj) -> Violation | None:
    forbidden = _seccomp(spec)
    if forbidden is not None:
        return forbidden
    if _context(spec, "seccompProfile", "type") in _SECCOMP:
        return None
    names = _bad(spec, lambda it: _context(it, "seccompProfile", "type") not in _SECCOMP)
    why = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
    return (
        Violation("seccompProfile", f"pod or {_named('container', names)} {why}") if names else None
    )


_CHECKS: dict[str, tuple[Check, ...]] = {
    "privileged": (),
    "baseline": (
        _capabilities,
        _host_namespaces,
        _host_path,
        _host_ports,
        _privileged,
        _proc_mount_of_host_users,
        _selinux,
        _seccomp,
        _sysctls,
        _host_process,
    ),
    "restricted": (
        _host_namespaces,
        _host_ports,
        _privileged,
        _selinux,
        _sysctls,
        _host_process,
        _escalation,
        _dropped_capabilities,
        _proc_mount,
        _volume_types,
        _non_root,
        _as_root,
        _seccomp_set,
    ),
}
