"""kubectl describe daemonset, statefulset and poddisruptionbudget."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj, Objs, annotations_of, get_in, labels_of
from k8slab.engine.base.selectors import format_selector

from ..session import Session
from .lines import Lines, moment
from .template import template_lines
from .workloads import phases


def daemon_set(session: Session, obj: Obj, lines: Lines) -> None:
    """A DaemonSet: on how many nodes it is, and its template."""
    spec, status = obj["spec"], obj.get("status") or {}
    _who(obj, lines)
    lines.joined("Node-Selector", get_in(spec, "template", "spec", "nodeSelector", default={}))
    lines.mapping("Labels", labels_of(obj))
    lines.annotations(annotations_of(obj))
    for name, field in (
        ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
        ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
        ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ):
        lines.add(0, f"{name}: {status.get(field, 0)}")
    lines.value(0, "Pods Status", phases(session, obj))
    lines.lines += template_lines(spec["template"])


def stateful_set(session: Session, obj: Obj, lines: Lines) -> None:
    """A StatefulSet: its replicas, strategy, template and claims."""
    spec, status = obj["spec"], obj.get("status") or {}
    lines.value(0, "Name", obj["metadata"]["name"])
    lines.value(0, "Namespace", obj["metadata"]["namespace"])
    lines.value(0, "CreationTimestamp", moment(obj["metadata"]["creationTimestamp"]))
    lines.value(0, "Selector", format_selector(spec["selector"]))
    lines.mapping("Labels", labels_of(obj))
    lines.annotations(annotations_of(obj))
    total = status.get("replicas", 0)
    lines.value(0, "Replicas", f"{spec.get('replicas', 1)} desired | {total} total")
    lines.value(0, "Update Strategy", spec["updateStrategy"]["type"])
    rolling = spec["updateStrategy"].get("rollingUpdate") or {}
    if "partition" in rolling:
        lines.value(1, "Partition", rolling["partition"])
        if "maxUnavailable" in rolling:
            lines.value(1, "MaxUnavailable", rolling["maxUnavailable"])
    lines.value(0, "Pods Status", phases(session, obj))
    lines.lines += template_lines(spec["template"])
    _claims(lines, spec.get("volumeClaimTemplates") or [])


def _claims(lines: Lines, templates: Objs) -> None:
    if not templates:
        lines.value(0, "Volume Claims", "<none>")
        return
    lines.add(0, "Volume Claims:")
    for template in templates:
        spec = template["spec"]
        lines.value(1, "Name", template["metadata"]["name"])
        lines.value(1, "StorageClass", spec.get("storageClassName", ""))
        lines.mapping("Labels", labels_of(template), "  ")
        lines.mapping("Annotations", annotations_of(template), "  ")
        capacity = get_in(spec, "resources", "requests", "storage", default="<default>")
        lines.value(1, "Capacity", capacity)
        lines.value(1, "Access Modes", f"[{' '.join(spec.get('accessModes') or ())}]")


def disruption_budget(session: Session, obj: Obj, lines: Lines) -> None:
    """A PodDisruptionBudget: its bound, and how many disruptions it allows."""
    spec, status = obj["spec"], obj.get("status") or {}
    lines.value(0, "Name", obj["metadata"]["name"])
    lines.value(0, "Namespace", obj["metadata"]["namespace"])
    for field, name in (("minAvailable", "Min available"), ("maxUnavailable", "Max unavailable")):
        if field in spec:
            lines.value(0, name, spec[field])
            break
    selector = spec.get("selector")
    lines.value(0, "Selector", format_selector(selector) if selector else "<unset>")
    lines.add(0, "Status:")
    for name, field in (
        ("Allowed disruptions", "disruptionsAllowed"),
        ("Current", "currentHealthy"),
        ("Desired", "desiredHealthy"),
        ("Total", "expectedPods"),
    ):
        lines.value(2, name, status.get(field, 0))


def _who(obj: Obj, lines: Lines) -> None:
    lines.value(0, "Name", obj["metadata"]["name"])
    lines.value(0, "Namespace", obj["metadata"]["namespace"])
    lines.value(0, "Selector", format_selector(obj["spec"]["selector"]))
