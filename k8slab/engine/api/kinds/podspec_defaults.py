"""Defaults of a pod spec (pkg/apis/core/v1/defaults.go, 1.36)."""

from __future__ import annotations

from functools import partial
from typing import Any

from ...base.memo import by_identity
from ...base.objects import Obj
from ...base.quantity import format_bytes, format_milli, milli_value
from .filling import change, change_each, fill, fill_zero

_SPEC = {
    "restartPolicy": "Always",
    "dnsPolicy": "ClusterFirst",
    "schedulerName": "default-scheduler",
}
_SPEC_POINTERS: Obj = {"terminationGracePeriodSeconds": 30, "securityContext": {}}
_CONTAINER = {
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
}
_PROBE = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_MODE = {"defaultMode": 0o644}
_POD_RESOURCES = ("cpu", "memory")
_CONTAINER_LISTS = ("initContainers", "containers", "ephemeralContainers")
_VOLUME_DEFAULTS: dict[str, Obj] = {
    "configMap": _MODE,
    "secret": _MODE,
    "downwardAPI": _MODE,
    "projected": _MODE,
    "hostPath": {"type": ""},
    "iscsi": {"iscsiInterface": "default"},
    "rbd": {"pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring"},
    "azureDisk": {
        "cachingMode": "ReadWrite",
        "fsType": "ext4",
        "kind": "Shared",
        "readOnly": False,
    },
    "scaleIO": {"storageMode": "ThinProvisioned", "fsType": "xfs"},
}


@by_identity
def default_pod_spec(spec: Obj) -> Obj:
    """``spec`` with its defaults; the very same object where nothing is missing."""
    spec = fill(fill_zero(spec, _SPEC), _SPEC_POINTERS)
    spec = _mirror_service_account(spec)
    host_network = bool(spec.get("hostNetwork"))
    for name in _CONTAINER_LISTS:
        spec = change_each(spec, name, lambda it: _container(it, host_network))
    return change_each(spec, "volumes", _volume)


@by_identity
def default_pod_only(spec: Obj) -> Obj:
    """What a Pod gets beyond a template: service links, and requests where there are limits."""
    spec = fill(spec, {"enableServiceLinks": True})
    for name in ("initContainers", "containers"):
        spec = change_each(spec, name, _requests_from_limits)
    return change(spec, "resources", lambda it: _pod_requests(it, spec))


def _pod_requests(resources: Obj, spec: Obj) -> Obj:
    """Where a pod as a whole has limits, it requests what its containers do, or its limits."""
    limits = resources.get("limits")
    if not limits:
        return resources
    asked = {name: found for name in _POD_RESOURCES if (found := _asked(spec, name))}
    huge = {name: it for name, it in limits.items() if name.startswith("hugepages-")}
    whole = {name: it for name, it in limits.items() if name in _POD_RESOURCES}
    return {
        **resources,
        "requests": {**huge, **whole, **asked, **(resources.get("requests") or {})},
    }


def _asked(spec: Obj, resource: str) -> str:
    """What all containers of a pod together request of a resource; "" where none does."""

    def of(container: Obj) -> list[str]:
        found = ((container.get("resources") or {}).get("requests") or {}).get(resource)
        return [found] if found else []

    lasting, most = [it for each in spec.get("containers") or () for it in of(each)], list[str]()
    sidecars: list[str] = []
    for container in spec.get("initContainers") or ():
        if container.get("restartPolicy") == "Always":
            sidecars += of(container)
            most = max(most, sidecars, key=_sum)
        else:
            most = max(most, [*sidecars, *of(container)], key=_sum)
    amounts = max([*lasting, *sidecars], most, key=_sum)
    if len(amounts) < 2:
        return "".join(amounts)
    return format_milli(_sum(amounts)) if resource == "cpu" else format_bytes(_sum(amounts) // 1000)


def _sum(amounts: list[str]) -> int:
    return sum(map(milli_value, amounts))


def default_template(template: Obj) -> Obj:
    """A pod template with its defaults."""
    template = fill(template, {"metadata": {}})
    return {**template, "spec": default_pod_spec(template.get("spec") or {})}


def image_pull_policy(image: str) -> str:
    """Always for ``:latest`` and for an image without a tag, else IfNotPresent."""
    name, _, digest = image.partition("@")
    if digest:
        return "IfNotPresent"
    tag = name.rpartition("/")[2].partition(":")[2]
    return "Always" if tag in ("", "latest") else "IfNotPresent"


def _mirror_service_account(spec: Obj) -> Obj:
    """``serviceAccount`` is the old name of ``serviceAccountName``; both are shown."""
    name = spec.get("serviceAccountName") or spec.get("serviceAccount")
    if not name or spec.get("serviceAccount") == spec.get("serviceAccountName"):
        return spec
    return {**spec, "serviceAccountName": name, "serviceAccount": name}


def _container(container: Obj, host_network: bool) -> Obj:
    container = fill_zero(container, _CONTAINER)
    if not container.get("imagePullPolicy"):
        policy = image_pull_policy(container.get("image") or "")
        container = {**container, "imagePullPolicy": policy}
    container = change(fill(container, {"resources": {}}), "resources", _whole_thousandths)
    container = change_each(container, "ports", lambda it: _port(it, host_network))
    container = change_each(container, "env", _env)
    for name in _PROBES:
        container = change(container, name, _probe)
    return change(container, "lifecycle", _lifecycle)


def _port(port: Obj, host_network: bool) -> Obj:
    port = fill_zero(port, {"protocol": "TCP"})
    if host_network and not port.get("hostPort") and port.get("containerPort"):
        port = {**port, "hostPort": port["containerPort"]}
    return port


def _env(env: Obj) -> Obj:
    return change(env, "valueFrom", _field_version)


def _field_version(source: Obj) -> Obj:
    return change(source, "fieldRef", lambda it: fill_zero(it, {"apiVersion": "v1"}))


def _http_get(action: Obj) -> Obj:
    return fill_zero(action, {"path": "/", "scheme": "HTTP"})


def _probe(probe: Obj) -> Obj:
    probe = change(fill_zero(probe, _PROBE), "httpGet", _http_get)
    return change(probe, "grpc", lambda it: fill(it, {"service": ""}))


def _lifecycle(lifecycle: Obj) -> Obj:
    for name in ("postStart", "preStop"):
        lifecycle = change(lifecycle, name, lambda it: change(it, "httpGet", _http_get))
    return lifecycle


def _volume(volume: Obj) -> Obj:
    if not any(name != "name" and value is not None for name, value in volume.items()):
        return {**volume, "emptyDir": {}}
    for name, defaults in _VOLUME_DEFAULTS.items():
        volume = change(volume, name, partial(fill, defaults=defaults))
    volume = change(volume, "downwardAPI", _downward_items)
    volume = change(volume, "projected", lambda it: change_each(it, "sources", _projection))
    volume = change(volume, "ephemeral", _ephemeral)
    return change(volume, "image", _image_volume)


def _downward_items(source: Obj) -> Obj:
    return change_each(source, "items", _field_version)


def _projection(source: Obj) -> Obj:
    source = change(source, "downwardAPI", _downward_items)
    return change(source, "serviceAccountToken", lambda it: fill(it, {"expirationSeconds": 3600}))


def _ephemeral(source: Obj) -> Obj:
    def claim(template: Obj) -> Obj:
        template = fill(template, {"metadata": {}})
        return change(template, "spec", lambda it: fill(it, {"volumeMode": "Filesystem"}))

    return change(source, "volumeClaimTemplate", claim)


def _image_volume(source: Obj) -> Obj:
    return fill_zero(source, {"pullPolicy": image_pull_policy(source.get("reference") or "")})


def _whole_thousandths(resources: Obj) -> Obj:
    """Amounts are rounded up to thousandths (SetDefaults_ResourceList)."""
    for part in ("limits", "requests"):
        found = resources.get(part) or {}
        fine = {name: value for name, value in found.items() if value[-1:] in ("n", "u")}
        if fine:
            rounded = {name: format_milli(milli_value(value)) for name, value in fine.items()}
            resources = {**resources, part: {**found, **rounded}}
    return resources


def _requests_from_limits(container: Obj) -> Obj:
    def resources(value: Obj) -> Obj:
        limits: dict[str, Any] = value.get("limits") or {}
        requests = value.get("requests") or {}
        missing = {name: limit for name, limit in limits.items() if name not in requests}
        return {**value, "requests": {**requests, **missing}} if missing else value

    return change(container, "resources", resources)
