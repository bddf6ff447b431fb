"""Secret (v1)."""

from __future__ import annotations

import base64

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
        if key not in data or (key == "ssh-privatekey" and not data[key]):
            faults.append(required(f"data[{key}]"))
        elif key.startswith(".docker") and (why := _json_fault(data[key])):
            faults.append(invalid(f"data[{key}]", "<secret contents redacted>", why))
    return faults


_JSON_NAMES = {list: "array", str: "string", bool: "bool"}


def _json_fault(encoded: str) -> str:
    """What Go says of a text that is to be a JSON object, or nothing."""
    text = base64.b64decode(encoded).decode("latin-1")
    start = text.lstrip(" \t\r\n")
    if start and start[0] not in '{["-0123456789tfn':
        return f"invalid character {_character(start[0])} looking for beginning of value"
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return "unexpected end of JSON input"
    if isinstance(value, dict) or value is None:
        return ""
    what = _JSON_NAMES.get(type(value), "number")
    return f"json: cannot unmarshal {what} into Go value of type map[string]interface {{}}"


def _character(letter: str) -> str:
    """A character as Go quotes it."""
    if letter.isascii() and letter.isprintable():
        return r"'\''" if letter == "'" else f"'{letter}'"
    return f"'\\x{ord(letter):02x}'" if ord(letter) < 0x80 else f"'{letter}'"


def _validate_update(new: Obj, old: Obj) -> Faults:
    faults = [] if new["type"] == old["type"] else [invalid("type", new["type"], IMMUTABLE)]
    return faults + validate_immutable(new, old, ("data",))


KIND = Kind(
    "Secret",
    "secrets",
    default=_default,
    validate=_validate,
    warnings=key_pair,
    changes_first=True,
    validate_update=_validate_update,
    columns=(
        NAME,
        text("Type", "type"),
        Column("Data", lambda obj, _: len(obj.get("data") or {}), "integer"),
        AGE,
    ),
)
