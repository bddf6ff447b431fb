"""Versions that are served beside the stored one: HorizontalPodAutoscalers of autoscaling/v1.

Old clients (``kubectl autoscale`` before 1.34) write them. What v1 has no field for, metrics other
than the CPU's and the behavior, the real server keeps in annotations; here v1 does not show it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from k8slab.engine.api.discovery import BUILT_IN
from k8slab.engine.api.kinds import Kind
from k8slab.engine.base.objects import Obj

STORED = BUILT_IN.named("HorizontalPodAutoscaler")
KIND = replace(STORED, version="v1")
_TARGET = "targetCPUUtilizationPercentage"
_CURRENT = "currentCPUUtilizationPercentage"
_SHARED = ("scaleTargetRef", "minReplicas", "maxReplicas")
_STATUS = ("observedGeneration", "lastScaleTime", "currentReplicas", "desiredReplicas")


def stored(kind: Kind, body: Any) -> Any:
    """A body, or a patch of one, in the version that is stored."""
    if kind is not KIND or not isinstance(body, dict):
        return body
    body = dict(body)
    if body.get("apiVersion") == KIND.api_version:
        body["apiVersion"] = STORED.api_version
    spec = body.get("spec")
    if isinstance(spec, dict) and _TARGET in spec:
        target = {"type": "Utilization", "averageUtilization": spec[_TARGET]}
        metric = {"type": "Resource", "resource": {"name": "cpu", "target": target}}
        kept = {name: value for name, value in spec.items() if name != _TARGET}
        body["spec"] = {**kept, "metrics": [metric] if spec[_TARGET] is not None else None}
    return body


def served(kind: Kind, obj: Obj) -> Obj:
    """A stored object, or a list of them, as the kind's version shows it."""
    if kind is not KIND:
        return obj
    if "items" in obj:
        items = [served(kind, item) for item in obj["items"]]
        return {**obj, "apiVersion": KIND.api_version, "items": items}
    if obj.get("kind") != KIND.kind:
        return obj
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    return {
        **obj,
        "apiVersion": KIND.api_version,
        "spec": _some(spec, _SHARED) | _cpu(spec.get("metrics"), "target", _TARGET),
        "status": _some(status, _STATUS) | _cpu(status.get("currentMetrics"), "current", _CURRENT),
    }


def _some(found: Obj, names: tuple[str, ...]) -> Obj:
    return {name: found[name] for name in names if name in found}


def _cpu(metrics: Any, what: str, name: str) -> Obj:
    """The utilization of the metric of CPU, under its old name."""
    for metric in metrics or ():
        resource = metric.get("resource") or {}
        utilization = (resource.get(what) or {}).get("averageUtilization")
        if resource.get("name") == "cpu" and utilization is not None:
            return {name: utilization}
    return {}
