"""EndpointSlice (discovery.k8s.io/v1)."""

from __future__ import annotations

from ...base.objects import Obj
from .base import Column, Kind
from .columns import AGE, NAME, text
from .faults import IMMUTABLE, Faults, invalid, required, unsupported
from .filling import change_each, fill

_SHOWN_MAX = 3
_PORT: Obj = {"name": "", "protocol": "TCP"}
_TYPES = ("FQDN", "IPv4", "IPv6")


def _default(obj: Obj) -> Obj:
    obj = change_each(obj, "ports", lambda it: fill(it, _PORT))
    return obj if obj.get("endpoints") is not None else {**obj, "endpoints": []}


def _validate(obj: Obj) -> Faults:
    kind = obj.get("addressType")
    if not kind:
        return [required("addressType")]
    if kind not in _TYPES:
        return [unsupported("addressType", kind, _TYPES)]
    return [
        required(f"endpoints[{index}].addresses", "must contain at least 1 address")
        for index, endpoint in enumerate(obj["endpoints"])
        if not endpoint.get("addresses")
    ]


def _validate_update(new: Obj, old: Obj) -> Faults:
    if new.get("addressType") == old.get("addressType"):
        return []
    return [invalid("addressType", new.get("addressType"), IMMUTABLE)]


def _listed(items: list[str]) -> str:
    """``a,b,c + 2 more...``; ``<unset>`` for none."""
    if not items:
        return "<unset>"
    more = len(items) - _SHOWN_MAX
    shown = ",".join(items[:_SHOWN_MAX])
    return f"{shown} + {more} more..." if more > 0 else shown


def _ports(obj: Obj, now_unix_ms: int) -> str:
    return _listed([str(port.get("port", "*")) for port in obj.get("ports") or ()])


def _endpoints(obj: Obj, now_unix_ms: int) -> str:
    return _listed([it for endpoint in obj.get("endpoints") or () for it in endpoint["addresses"]])


KIND = Kind(
    "EndpointSlice",
    "endpointslices",
    group="discovery.k8s.io",
    generation=True,
    default=_default,
    validate=_validate,
    validate_update=_validate_update,
    columns=(
        NAME,
        text("AddressType", "addressType"),
        Column("Ports", _ports),
        Column("Endpoints", _endpoints),
        AGE,
    ),
)
