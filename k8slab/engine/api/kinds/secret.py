"""Secret (v1)."""

from __future__ import annotations

import base64
import binascii

import orjson

from ...base.names import config_map_key
from ...base.objects import Obj, annotations_of
from .base import Column, Kind
from .columns import AGE, NAME, text
from .configmap import SIZE_MAX, decoded_size, validate_immutable
from .faults import IMMUTABLE, Faults, invalid, required, too_long
from .warnings import key_pair

_ACCOUNT = "kubernetes.io/service-account.name"
_NEEDS = {
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}


def _default(obj: Obj) -> Obj:
    """The type, and stringData written into data."""
    strings = obj.get("stringData")
    new = {name: value for name, value in obj.items() if name != "stringData"}
    if strings:
        encoded = {
            name: base64.b64encode(value.encode()).decode() for name, value in strings.items()
        }
        new["data"] = {**(obj.get("data") or {}), **encoded}
    if not new.get("type"):
        new["type"] = "Opaque"
    return new if new != obj else obj


def _validate(obj: Obj) -> Faults:
    data, kind = obj.get("data") or {}, obj["type"]
    faults: Faults = []
    for key in sorted(data):
        faults += [invalid(f"data[{key}]", key, why) for why in config_map_key(key)]
    if sum(decoded_size(value) for value in data.values()) > SIZE_MAX:
        faults.append(too_long("data", SIZE_MAX))
    if kind == "kubernetes.io/service-account-token" and not annotations_of(obj).get(_ACCOUNT):
        faults.append(required(f"metadata.annotations[{_ACCOUNT}]"))
    if kind == "kubernetes.io/basic-auth" and not ("username" in data or "password" in data):
        faults += [required("data[username]"), required("data[password]")]
    for key in _NEEDS.get(kind, ()):
        if key not in data:
            faults.append(required(f"data[{key}]"))
        elif key.startswith(".docker") and not _is_json(data[key]):
            why = "invalid character in its JSON"
            faults.append(invalid(f"data[{key}]", "<secret contents redacted>", why))
    return faults


def _is_json(text: str) -> bool:
    try:
        orjson.loads(base64.b64decode(text))
    except (binascii.Error, orjson.JSONDecodeError):
        return False
    return True


def _validate_update(new: Obj, old: Obj) -> Faults:
    faults = [] if new["type"] == old["type"] else [invalid("type", new["type"], IMMUTABLE)]
    return faults + validate_immutable(new, old, ("data",))


KIND = Kind(
    "Secret",
    "secrets",
    default=_default,
    validate=_validate,
    warnings=key_pair,
    validate_update=_validate_update,
    columns=(
        NAME,
        text("Type", "type"),
        Column("Data", lambda obj, _: len(obj.get("data") or {}), "integer"),
        AGE,
    ),
)
