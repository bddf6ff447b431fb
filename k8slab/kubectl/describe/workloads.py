"""kubectl describe deployment and replicaset."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj, Objs, annotations_of, controller_of, labels_of, uid_of
from k8slab.engine.base.selectors import format_selector

from ..resources import kind_of
from ..revisions import replica_sets, template_of
from ..session import Session
from .lines import NONE, Lines, moment
from .template import template_lines


def deployment(session: Session, obj: Obj, lines: Lines) -> None:
    """A Deployment: its replicas, strategy, template, conditions and ReplicaSets."""
    spec, status = obj["spec"], obj.get("status") or {}
    lines.value(0, "Name", obj["metadata"]["name"])
    lines.value(0, "Namespace", obj["metadata"]["namespace"])
    lines.value(0, "CreationTimestamp", moment(obj["metadata"]["creationTimestamp"]))
    lines.mapping("Labels", labels_of(obj))
    lines.annotations(annotations_of(obj))
    lines.value(0, "Selector", format_selector(spec["selector"]))
    counts = (
        (spec.get("replicas", 1), "desired"),
        (status.get("updatedReplicas", 0), "updated"),
        (status.get("replicas", 0), "total"),
        (status.get("availableReplicas", 0), "available"),
        (status.get("unavailableReplicas", 0), "unavailable"),
    )
    lines.value(0, "Replicas", " | ".join(f"{count} {name}" for count, name in counts))
    strategy = spec.get("strategy") or {}
    lines.value(0, "StrategyType", strategy.get("type", ""))
    lines.value(0, "MinReadySeconds", spec.get("minReadySeconds", 0))
    if strategy.get("rollingUpdate"):
        rolling = strategy["rollingUpdate"]
        text = f"{rolling['maxUnavailable']} max unavailable, {rolling['maxSurge']} max surge"
        lines.value(0, "RollingUpdateStrategy", text)
    lines.lines += template_lines(spec["template"])
    conditions(lines, status.get("conditions") or [])
    _replica_sets(session, obj, lines)


def conditions(lines: Lines, items: Objs) -> None:
    """The conditions of a workload, with their reasons."""
    if items:
        lines.add(0, "Conditions:")
        lines.add(1, "Type\tStatus\tReason")
        lines.add(1, "----\t------\t------")
        for item in items:
            lines.add(1, f"{item['type']} \t{item['status']}\t{item.get('reason', '')}")


def _replica_sets(session: Session, obj: Obj, lines: Lines) -> None:
    owned = replica_sets(session, obj)
    new = [item for item in owned if template_of(item) == obj["spec"]["template"]][:1]
    old = [item for item in owned if item not in new]
    if not owned:
        return
    lines.value(0, "OldReplicaSets", ", ".join(_created(item) for item in old) or NONE)
    lines.value(0, "NewReplicaSet", ", ".join(_created(item) for item in new) or NONE)


def _created(obj: Obj) -> str:
    created = (obj.get("status") or {}).get("replicas", 0)
    wanted = obj["spec"].get("replicas", 1)
    return f"{obj['metadata']['name']} ({created}/{wanted} replicas created)"


def replica_set(session: Session, obj: Obj, lines: Lines) -> None:
    """A ReplicaSet: its replicas, the state of its pods, its template."""
    spec, status = obj["spec"], obj.get("status") or {}
    lines.value(0, "Name", obj["metadata"]["name"])
    lines.value(0, "Namespace", obj["metadata"]["namespace"])
    lines.value(0, "Selector", format_selector(spec["selector"]))
    lines.mapping("Labels", labels_of(obj))
    lines.annotations(annotations_of(obj))
    owner = controller_of(obj)
    if owner:
        lines.value(0, "Controlled By", f"{owner['kind']}/{owner['name']}")
    wanted = spec.get("replicas", 1)
    lines.value(0, "Replicas", f"{status.get('replicas', 0)} current / {wanted} desired")
    lines.value(0, "Pods Status", phases(session, obj))
    lines.lines += template_lines(spec["template"])
    conditions(lines, status.get("conditions") or [])


def replication_controller(session: Session, obj: Obj, lines: Lines) -> None:
    """A ReplicationController: the ReplicaSet's elder."""
    spec, status = obj["spec"], obj.get("status") or {}
    lines.value(0, "Name", obj["metadata"]["name"])
    lines.value(0, "Namespace", obj["metadata"]["namespace"])
    lines.joined("Selector", spec.get("selector") or {})
    lines.mapping("Labels", labels_of(obj))
    lines.annotations(annotations_of(obj))
    wanted = spec.get("replicas", 1)
    lines.value(0, "Replicas", f"{status.get('replicas', 0)} current / {wanted} desired")
    lines.value(0, "Pods Status", phases(session, obj))
    lines.lines += template_lines(spec["template"])
    conditions(lines, status.get("conditions") or [])


def phases(session: Session, obj: Obj) -> str:
    """``2 Running / 1 Waiting / 0 Succeeded / 0 Failed``: the pods that it controls."""
    uid = uid_of(obj)
    phases = [
        (pod.get("status") or {}).get("phase")
        for pod in session.list(kind_of("pods"), obj["metadata"]["namespace"])
        if (controller_of(pod) or {}).get("uid") == uid
    ]
    named = (
        ("Running", "Running"),
        ("Pending", "Waiting"),
        ("Succeeded", "Succeeded"),
        ("Failed", "Failed"),
    )
    return " / ".join(f"{phases.count(phase)} {title}" for phase, title in named)
