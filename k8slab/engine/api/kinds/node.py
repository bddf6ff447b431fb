"""Node (v1)."""

from __future__ import annotations

from ...base.names import label_value, qualified_name
from ...base.objects import Obj, get_in, labels_of
from .base import Column, Kind
from .columns import AGE, NAME, NONE, text
from .faults import Faults, duplicate, forbidden, invalid, required, unsupported
from .filling import fill

_EFFECTS = ("NoExecute", "NoSchedule", "PreferNoSchedule")
_ROLE_PREFIX = "node-role.kubernetes.io/"
_ROLE_LABEL = "kubernetes.io/role"


def _validate(obj: Obj) -> Faults:
    faults: Faults = []
    seen: list[tuple[str, str]] = []
    for index, taint in enumerate(get_in(obj, "spec", "taints", default=[])):
        path = f"spec.taints[{index}]"
        key, effect = taint.get("key") or "", taint.get("effect") or ""
        faults += [invalid(f"{path}.key", key, why) for why in qualified_name(key)]
        value = taint.get("value") or ""
        faults += [invalid(f"{path}.value", value, why) for why in label_value(value)]
        if not effect:
            faults.append(required(f"{path}.effect"))
        elif effect not in _EFFECTS:
            faults.append(unsupported(f"{path}.effect", effect, _EFFECTS))
        if (key, effect) in seen:
            faults.append(duplicate(path, {"key": key, "value": value, "effect": effect}))
        seen.append((key, effect))
    return faults


def _validate_update(new: Obj, old: Obj) -> Faults:
    before = get_in(old, "spec", "podCIDRs")
    if before and get_in(new, "spec", "podCIDRs") != before:
        return [
            forbidden(
                "spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid'
            )
        ]
    if get_in(old, "spec", "providerID") not in (None, get_in(new, "spec", "providerID")):
        why = 'node updates may not change providerID except from "" to valid'
        return [forbidden("spec.providerID", why)]
    return []


def _status(node: Obj, now_unix_ms: int) -> str:
    ready = next(
        (it for it in get_in(node, "status", "conditions", default=[]) if it["type"] == "Ready"),
        None,
    )
    word = "Unknown" if ready is None else "Ready" if ready["status"] == "True" else "NotReady"
    return f"{word},SchedulingDisabled" if get_in(node, "spec", "unschedulable") else word


def node_roles(node: Obj) -> list[str]:
    """The roles that a node's labels give it, sorted."""
    labels = labels_of(node)
    found = [it.removeprefix(_ROLE_PREFIX) for it in labels if it.startswith(_ROLE_PREFIX)]
    return sorted(it for it in [*found, labels.get(_ROLE_LABEL, "")] if it)


def _address(kind: str) -> Column:
    def value(node: Obj, now_unix_ms: int) -> str:
        for address in get_in(node, "status", "addresses", default=[]):
            if address["type"] == kind:
                return str(address["address"])
        return NONE

    name = "Internal-IP" if kind == "InternalIP" else "External-IP"
    return Column(name, value, wide=True)


def _kernel(node: Obj, now_unix_ms: int) -> str:
    info = get_in(node, "status", "nodeInfo", default={})
    kernel = info.get("kernelVersion")
    return f"{kernel} ({info.get('architecture')})" if kernel else "<unknown>"


def _info(name: str, field: str) -> Column:
    return text(name, "status", "nodeInfo", field, missing="<unknown>", wide=True)


KIND = Kind(
    "Node",
    "nodes",
    namespaced=False,
    short_names=("no",),
    status=True,
    keep_status=True,
    default=lambda obj: fill(obj, {"spec": {}}),
    validate=_validate,
    validate_update=_validate_update,
    columns=(
        NAME,
        Column("Status", _status),
        Column("Roles", lambda node, _: ",".join(node_roles(node)) or NONE),
        AGE,
        text("Version", "status", "nodeInfo", "kubeletVersion", missing=""),
        _address("InternalIP"),
        _address("ExternalIP"),
        _info("OS-Image", "osImage"),
        Column("Kernel-Version", _kernel, wide=True),
        _info("Container-Runtime", "containerRuntimeVersion"),
    ),
)
