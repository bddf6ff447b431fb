"""What the API server warns of, though it takes the object (api/pod/warnings.go, strategies)."""

from __future__ import annotations

import base64
import binascii

from ...base.names import dns_label
from ...base.objects import Obj, get_in
from ...base.quantity import parse_quantity
from .pod_warnings import after_containers, before_containers

_SURPRISE = "which can result in surprising behavior; a DNS label is recommended:"


def name_in_pod_names(obj: Obj) -> list[str]:
    """Of a Deployment and the like: a name that is no DNS label makes odd hostnames."""
    return _name(obj, "is used in Pod names and hostnames")


def name_in_hostname(obj: Obj) -> list[str]:
    """The same of a Pod."""
    return _name(obj, "is used in the Pod's hostname")


def _name(obj: Obj, why: str) -> list[str]:
    wrong = dns_label(obj["metadata"]["name"])
    return [f"metadata.name: this {why}, {_SURPRISE} [{' '.join(wrong)}]"] if wrong else []


def of_pod(obj: Obj) -> list[str]:
    """What is odd in a Pod: its name, and what its spec says."""
    return [*name_in_hostname(obj), *_of_spec(obj["spec"], "spec")]


def of_workload(obj: Obj) -> list[str]:
    """The same of what makes pods from ``spec.template`` (or makes such Jobs)."""
    path = ("spec", "jobTemplate", "spec") if obj["kind"] == "CronJob" else ("spec",)
    path = (*path, "template", "spec")
    return [*name_in_pod_names(obj), *_of_spec(get_in(obj, *path) or {}, ".".join(path))]


def of_template(obj: Obj) -> list[str]:
    """The same of what gives its pods other names than its own."""
    return _of_spec(get_in(obj, "spec", "template", "spec") or {}, "spec.template.spec")


def of_service(obj: Obj) -> list[str]:
    """What means nothing in a Service without an address (pkg/api/service/warnings.go)."""
    spec = obj["spec"]
    if spec.get("clusterIP") != "None":
        return []
    idle = {"loadBalancerIP": "", "externalIPs": [], "sessionAffinity": "None"}
    shown = {"sessionAffinity": "SessionAffinity"}
    return [
        f"spec.{shown.get(name, name)} is ignored for headless services"
        for name, nothing in idle.items()
        if (spec.get(name) or nothing) != nothing
    ]


def _of_spec(spec: Obj, path: str) -> list[str]:
    return [
        *before_containers(spec, path),
        *_fractions(spec, path),
        *after_containers(spec, path),
    ]


def _fractions(spec: Obj, path: str) -> list[str]:
    """A byte cannot be divided: ``128m`` of memory is a slip for ``128Mi``."""
    found = []
    for field in ("containers", "initContainers"):
        for index, container in enumerate(spec.get(field) or ()):
            for what in ("requests", "limits"):
                said = get_in(container, "resources", what) or {}
                for name in ("memory", "ephemeral-storage"):
                    if name in said and parse_quantity(said[name]).denominator != 1:
                        at = f"{path}.{field}[{index}].resources.{what}[{name}]"
                        why = "is invalid, must be an integer"
                        found.append(f'{at}: fractional byte value "{said[name]}" {why}')
    return found


def key_pair(secret: Obj) -> list[str]:
    """Of a Secret of type kubernetes.io/tls: a certificate or key that is no PEM."""
    if secret["type"] != "kubernetes.io/tls":
        return []
    data = secret.get("data") or {}
    for field, what in (("tls.crt", "certificate"), ("tls.key", "key")):
        if b"-----BEGIN" not in _decoded(data.get(field, "")):
            return [f"tls: failed to find any PEM data in {what} input"]
    return []


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error:
        return b""
