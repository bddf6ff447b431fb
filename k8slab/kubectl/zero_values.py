"""What a Go client prints of its own objects though it is empty: structs that are no pointers.

A verb that makes or changes an object itself (``set --local``) encodes Go's types, so a
Deployment has a ``strategy`` and a ``status`` even where its file has none.
"""

from __future__ import annotations

from typing import Any

from k8slab.engine.api.kinds import Kind
from k8slab.engine.api.schema import Type, type_of_kind
from k8slab.engine.base.objects import Obj

_POD_SPEC: Obj = {"containers": None}
_TEMPLATE: Obj = {"metadata": {}, "spec": _POD_SPEC}
_ALWAYS: dict[str, Obj] = {
    "Pod": {"spec": _POD_SPEC, "status": {}},
    "PodTemplateSpec": _TEMPLATE,
    "Container": {"resources": {}},
    "Deployment": {"spec": {}, "status": {}},
    "DeploymentSpec": {"selector": None, "strategy": {}, "template": _TEMPLATE},
    "ReplicaSet": {"spec": {}, "status": {"replicas": 0}},
    "ReplicaSetSpec": {"selector": None, "template": _TEMPLATE},
    "StatefulSet": {"spec": {}, "status": {"availableReplicas": 0, "replicas": 0}},
    "StatefulSetSpec": {"selector": None, "template": _TEMPLATE, "updateStrategy": {}},
    "PersistentVolumeClaim": {"spec": {"resources": {}}, "status": {}},
    "PersistentVolumeClaimSpec": {"resources": {}},
    "DaemonSet": {
        "spec": {},
        "status": {
            "currentNumberScheduled": 0,
            "desiredNumberScheduled": 0,
            "numberMisscheduled": 0,
            "numberReady": 0,
        },
    },
    "DaemonSetSpec": {"selector": None, "template": _TEMPLATE, "updateStrategy": {}},
    "Job": {"spec": {"template": _TEMPLATE}, "status": {}},
    "JobSpec": {"template": _TEMPLATE},
    "CronJob": {"spec": {}, "status": {}},
    "CronJobSpec": {"jobTemplate": {"metadata": {}, "spec": {}}},
    "JobTemplateSpec": {"metadata": {}, "spec": {}},
    "ReplicationController": {"spec": {}, "status": {"replicas": 0}},
    "Service": {"spec": {}, "status": {"loadBalancer": {}}},
}


def with_zero_values(kind: Kind, obj: Obj) -> Obj:
    """The object as Go's encoder writes it."""
    filled: Obj = _filled(obj, type_of_kind(kind))
    return filled


def _filled(value: Any, kind: Type | None) -> Any:
    if kind is None or value is None:
        return value
    if isinstance(value, list):
        return [_filled(item, kind.item) for item in value]
    if not isinstance(value, dict):
        return value
    whole = {**_ALWAYS.get(kind.struct, {}), **value} if kind.form == "struct" else value
    return {
        name: _filled(inner, kind.fields.get(name) if kind.form == "struct" else kind.item)
        for name, inner in whole.items()
    }
