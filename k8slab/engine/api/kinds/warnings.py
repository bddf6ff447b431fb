"""What the API server warns of, though it takes the object (api/pod/warnings.go, strategies)."""

from __future__ import annotations

import base64
import binascii

from ...base.names import dns_label
from ...base.objects import Obj

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
