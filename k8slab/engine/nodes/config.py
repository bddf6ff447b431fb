"""What ConfigMaps and Secrets hold, as a kubelet reads it."""

from __future__ import annotations

import base64
import binascii

from ..base.objects import Key, Obj
from ..control import World


class MissingConfig(Exception):
    """A ConfigMap, a Secret or one of its keys is not there; the text is the kubelet's."""


def namespace_of(pod: Obj) -> str:
    """The pod's namespace."""
    return str(pod["metadata"].get("namespace", "default"))


def payload(world: World, kind: str, namespace: str, name: str) -> dict[str, str] | None:
    """Keys and texts of a ConfigMap or (decoded) of a Secret; None where there is none."""
    found = world.store.get(Key(kind, namespace, name))
    if found is None:
        return None
    binary = {key: _decoded(value) for key, value in (found.get("binaryData") or {}).items()}
    data = found.get("data") or {}
    if kind == "Secret":
        return {key: _decoded(value) for key, value in data.items()}
    return {**data, **binary}


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
