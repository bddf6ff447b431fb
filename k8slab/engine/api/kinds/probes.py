"""Validation of probes, lifecycle hooks and their handlers (core validation, 1.36)."""

from __future__ import annotations

from collections.abc import Callable

from ...base import names
from ...base.objects import Obj
from .faults import Faults, forbidden, invalid, negative, required, unsupported

_NUMBERS = (
    "initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
)
_ONE_SUCCESS = ("livenessProbe", "startupProbe")


def validate_port(port: int | str | None, path: str) -> Faults:
    """A port by number or by name."""
    if isinstance(port, str):
        return [invalid(path, port, why) for why in names.port_name(port)]
    return [invalid(path, port or 0, why) for why in names.port_number(port or 0)]


def _exec(action: Obj, path: str) -> Faults:
    return [] if action.get("command") else [required(f"{path}.command")]


def _http_get(action: Obj, path: str) -> Faults:
    faults: Faults = [] if action.get("path") else [required(f"{path}.path")]
    faults += validate_port(action.get("port"), f"{path}.port")
    if action.get("scheme") not in ("HTTP", "HTTPS"):
        faults.append(unsupported(f"{path}.scheme", action.get("scheme") or "", ("HTTP", "HTTPS")))
    for header in action.get("httpHeaders") or ():
        faults += _header(header.get("name") or "", f"{path}.httpHeaders")
    return faults


def _header(name: str, path: str) -> Faults:
    if name and all(letter.isascii() and (letter.isalnum() or letter == "-") for letter in name):
        return []
    why = (
        "a valid HTTP header must consist of alphanumeric characters or '-' "
        "(e.g. 'X-Header-Name',  regex used for validation is '[-A-Za-z0-9]+')"
    )
    return [invalid(path, name, why)]


def _tcp_socket(action: Obj, path: str) -> Faults:
    return validate_port(action.get("port"), f"{path}.port")


def _grpc(action: Obj, path: str) -> Faults:
    return validate_port(action.get("port"), f"{path}.port")


_HANDLERS: tuple[tuple[str, Callable[[Obj, str], Faults]], ...] = (
    ("exec", _exec),
    ("httpGet", _http_get),
    ("tcpSocket", _tcp_socket),
    ("grpc", _grpc),
    ("sleep", lambda action, path: []),
)


def validate_handler(handler: Obj, path: str, pod_grace_s: int | None) -> Faults:
    """Exactly one handler, and that one right."""
    faults: Faults = []
    said = 0
    for name, check in _HANDLERS:
        action = handler.get(name)
        if action is None:
            continue
        said += 1
        if said > 1:
            faults.append(forbidden(f"{path}.{name}", "may not specify more than 1 handler type"))
        else:
            faults += check(action, f"{path}.{name}")
    if said == 1 and handler.get("sleep") is not None:
        faults += _sleep(handler["sleep"], f"{path}.sleep", pod_grace_s)
    return faults if said else [*faults, required(path, "must specify a handler type")]


def _sleep(action: Obj, path: str, pod_grace_s: int | None) -> Faults:
    seconds = action.get("seconds") or 0
    if pod_grace_s is None or 0 <= seconds <= pod_grace_s:
        return []
    limit = f"must be non-negative and less than terminationGracePeriodSeconds ({pod_grace_s})"
    return [invalid(path, seconds, limit)]


def validate_probe(kind: str, probe: Obj, path: str, pod_grace_s: int | None) -> Faults:
    """Faults of a container's ``kind`` of probe ("livenessProbe")."""
    faults = validate_handler(probe, path, pod_grace_s)
    for name in _NUMBERS:
        faults += negative(f"{path}.{name}", probe.get(name) or 0)
    grace_s = probe.get("terminationGracePeriodSeconds")
    if grace_s is not None and grace_s <= 0:
        faults.append(
            invalid(f"{path}.terminationGracePeriodSeconds", grace_s, "must be greater than 0")
        )
    if kind == "readinessProbe" and grace_s is not None:
        at = f"{path}.terminationGracePeriodSeconds"
        faults.append(invalid(at, grace_s, "must not be set for readinessProbes"))
    threshold = probe.get("successThreshold")
    if kind in _ONE_SUCCESS and threshold != 1:
        faults.append(invalid(f"{path}.successThreshold", threshold or 0, "must be 1"))
    return faults


def validate_lifecycle(lifecycle: Obj, path: str, pod_grace_s: int | None) -> Faults:
    """Faults of the postStart and preStop hooks."""
    faults: Faults = []
    for name in ("postStart", "preStop"):
        if lifecycle.get(name) is not None:
            faults += validate_handler(lifecycle[name], f"{path}.{name}", pod_grace_s)
    return faults
