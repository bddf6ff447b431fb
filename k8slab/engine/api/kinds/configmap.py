"""ConfigMap (v1)."""

from __future__ import annotations

from ...base.names import config_map_key
from ...base.objects import Obj
from .base import Column, Kind
from .columns import AGE, NAME
from .faults import Faults, forbidden, invalid, too_long

SIZE_MAX = 1 << 20


def _validate(obj: Obj) -> Faults:
    data, binary = obj.get("data") or {}, obj.get("binaryData") or {}
    faults: Faults = []
    for key in sorted(data):
        faults += [invalid(f"data[{key}]", key, why) for why in config_map_key(key)]
        if key in binary:
            faults.append(invalid(f"data[{key}]", key, "duplicate of key present in binaryData"))
    for key in sorted(binary):
        faults += [invalid(f"binaryData[{key}]", key, why) for why in config_map_key(key)]
    size = sum(len(value.encode()) for value in data.values())
    size += sum(decoded_size(value) for value in binary.values())
    if size > SIZE_MAX:
        faults.append(too_long("[]", SIZE_MAX))
    return faults


def decoded_size(text: str) -> int:
    """How many bytes a base64 text stands for."""
    return len(text) * 3 // 4 - text[-2:].count("=")


def validate_immutable(new: Obj, old: Obj, fields: tuple[str, ...]) -> Faults:
    """An immutable ConfigMap or Secret stays so, and keeps its data."""
    if not old.get("immutable"):
        return []
    why = "field is immutable when `immutable` is set"
    faults = [] if new.get("immutable") else [forbidden("immutable", why)]
    return faults + [
        forbidden(name, why) for name in fields if (new.get(name) or {}) != (old.get(name) or {})
    ]


def _validate_update(new: Obj, old: Obj) -> Faults:
    return validate_immutable(new, old, ("data", "binaryData"))


KIND = Kind(
    "ConfigMap",
    "configmaps",
    short_names=("cm",),
    validate=_validate,
    changes_first=True,
    validate_update=_validate_update,
    columns=(
        NAME,
        Column(
            "Data",
            lambda obj, _: len(obj.get("data") or {}) + len(obj.get("binaryData") or {}),
            "integer",
        ),
        AGE,
    ),
)
