"""Pod (v1)."""

from __future__ import annotations

from ...base.objects import Obj, get_in, labels_of
from ...base.quantity import parse_quantity
from .base import Kind
from .containers import padded_images
from .faults import Faults, forbidden
from .pod_columns import COLUMNS
from .pod_placement import gated_condition, with_label_keys
from .pod_update import validate_pod_update
from .podspec import validate_pod_spec
from .podspec_defaults import default_pod_only, default_pod_spec
from .warnings import of_pod

_QOS_RESOURCES = ("cpu", "memory")


def _default(obj: Obj) -> Obj:
    spec = default_pod_only(default_pod_spec(obj.get("spec") or {}))
    return obj if spec is obj.get("spec") else {**obj, "spec": spec}


def _prepare(new: Obj, old: Obj | None) -> Obj:
    if old is not None:
        return new
    spec = with_label_keys(new["spec"], labels_of(new))
    status: Obj = {"phase": "Pending", "qosClass": qos_class(spec)}
    conditions = gated_condition(new)
    if conditions:
        status["conditions"] = conditions
    return {**new, "spec": spec, "status": status}


def qos_class(spec: Obj) -> str:
    """Guaranteed, Burstable or BestEffort (component-helpers qos.ComputePodQOS)."""
    containers = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    said = False
    guaranteed = True
    for container in containers:
        resources = container.get("resources") or {}
        requests, limits = (_positive(resources.get(it) or {}) for it in ("requests", "limits"))
        said = said or bool(requests) or bool(limits)
        guaranteed = guaranteed and len(limits) == len(_QOS_RESOURCES) and requests == limits
    if not said:
        return "BestEffort"
    return "Guaranteed" if guaranteed else "Burstable"


def _positive(amounts: Obj) -> dict[str, object]:
    values = {name: parse_quantity(amounts[name]) for name in _QOS_RESOURCES if name in amounts}
    return {name: value for name, value in values.items() if value > 0}


def _validate(obj: Obj) -> Faults:
    spec = obj["spec"]
    faults = [*validate_pod_spec(spec, "spec"), *padded_images(spec, "spec")]
    if "resourceVersion" in obj["metadata"]:
        return faults
    if spec.get("ephemeralContainers"):
        faults.append(forbidden("spec.ephemeralContainers", "cannot be set on create"))
    if spec.get("nodeName") and spec.get("schedulingGates"):
        why = "cannot be set until all schedulingGates have been cleared"
        faults.append(forbidden("spec.nodeName", why))
    return faults


def _grace_s(obj: Obj, asked_s: int | None) -> int | None:
    """Seconds until a pod is killed (podStrategy.CheckGracefulDelete).

    A pod that is on no node, or that has ended, goes at once.
    """
    if asked_s is None:
        asked_s = get_in(obj, "spec", "terminationGracePeriodSeconds", default=30)
    on_node = get_in(obj, "spec", "nodeName", default="")
    if not on_node or get_in(obj, "status", "phase") in ("Succeeded", "Failed"):
        return 0
    return asked_s


KIND = Kind(
    "Pod",
    "pods",
    short_names=("po",),
    categories=("all",),
    status=True,
    generation=True,
    default=_default,
    prepare=_prepare,
    validate=_validate,
    warnings=of_pod,
    validate_update=validate_pod_update,
    grace_s=_grace_s,
    columns=COLUMNS,
)
