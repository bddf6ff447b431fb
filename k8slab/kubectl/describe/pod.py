"""kubectl describe pod."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj, annotations_of, controller_of, is_deleting, labels_of

from ..session import Session
from .containers import containers, resources
from .lines import NONE, Lines, age, moment
from .template import spreading, tolerations
from .volumes import volumes

_CONTAINERS = (
    ("Init Containers", "initContainers"),
    ("Containers", "containers"),
    ("Ephemeral Containers", "ephemeralContainers"),
)


def pod(session: Session, obj: Obj, lines: Lines) -> None:
    """A pod: where it is, how it is, what its containers do."""
    spec, status = obj["spec"], obj.get("status") or {}
    _who(obj, lines)
    lines.mapping("Labels", labels_of(obj))
    lines.annotations(annotations_of(obj))
    if is_deleting(obj) and status.get("phase") not in ("Failed", "Succeeded"):
        lasts = age(session, obj["metadata"]["deletionTimestamp"])
        lines.value(0, "Status", f"Terminating (lasts {lasts})")
        grace_s = obj["metadata"].get("deletionGracePeriodSeconds", 0)
        lines.value(0, "Termination Grace Period", f"{grace_s}s")
    else:
        lines.value(0, "Status", status.get("phase", ""))
    for field, title in (("reason", "Reason"), ("message", "Message")):
        if status.get(field):
            lines.value(0, title, status[field])
    _profile(spec, lines)
    _addresses(obj, status, lines)
    if spec.get("resources") is not None:
        lines.add(0, "Resources:")
        resources(lines, 1, spec["resources"])
    for label, field in _CONTAINERS:
        if spec.get(field):
            reported = status.get(field.replace("ontainers", "ontainerStatuses"), ())
            by_name = {report["name"]: report for report in reported}
            containers(lines, label, spec[field], by_name, False, obj["metadata"])
    _gates(spec, status, lines)
    if status.get("conditions"):
        lines.add(0, "Conditions:")
        lines.add(1, "Type\tStatus")
        for condition in status["conditions"]:
            lines.add(1, f"{condition['type']} \t{condition['status']} ")
    volumes(lines, spec.get("volumes") or [], template=False)
    lines.value(0, "QoS Class", status.get("qosClass", ""))
    lines.mapping("Node-Selectors", spec.get("nodeSelector") or {})
    lines.values("Tolerations", tolerations(spec.get("tolerations") or []))
    spreading(lines, spec.get("topologySpreadConstraints") or [])


def _profile(spec: Obj, lines: Lines) -> None:
    profile = (spec.get("securityContext") or {}).get("seccompProfile")
    if profile:
        lines.value(0, "SeccompProfile", profile["type"])
        if profile["type"] == "Localhost":
            lines.value(0, "LocalhostProfile", profile.get("localhostProfile", ""))


def _gates(spec: Obj, status: Obj, lines: Lines) -> None:
    """The conditions that others set, and that the pod waits for to be ready."""
    gates = spec.get("readinessGates") or ()
    known = {each["type"]: each["status"] for each in status.get("conditions") or ()}
    if gates:
        lines.add(0, "Readiness Gates:")
        lines.add(1, "Type\tStatus")
    for gate in gates:
        name = gate["conditionType"]
        lines.add(1, f"{name} \t{known.get(name, NONE)} ")


def _who(obj: Obj, lines: Lines) -> None:
    spec, status = obj["spec"], obj.get("status") or {}
    lines.value(0, "Name", obj["metadata"]["name"])
    lines.value(0, "Namespace", obj["metadata"]["namespace"])
    if "priority" in spec:
        lines.value(0, "Priority", spec["priority"])
    if spec.get("priorityClassName"):
        lines.value(0, "Priority Class Name", spec["priorityClassName"])
    if spec.get("runtimeClassName"):
        lines.value(0, "Runtime Class Name", spec["runtimeClassName"])
    if spec.get("serviceAccountName"):
        lines.value(0, "Service Account", spec["serviceAccountName"])
    where = f"{spec['nodeName']}/{status.get('hostIP', '')}" if spec.get("nodeName") else NONE
    lines.value(0, "Node", where)
    if status.get("startTime"):
        lines.value(0, "Start Time", moment(status["startTime"]))


def _addresses(obj: Obj, status: Obj, lines: Lines) -> None:
    lines.value(0, "IP", status.get("podIP", ""))
    addresses = status.get("podIPs") or []
    if not addresses:
        lines.value(0, "IPs", NONE)
    else:
        lines.add(0, "IPs:")
        for address in addresses:
            lines.value(1, "IP", address["ip"])
    owner = controller_of(obj)
    if owner:
        lines.value(0, "Controlled By", f"{owner['kind']}/{owner['name']}")
    if status.get("nominatedNodeName"):
        lines.value(0, "NominatedNodeName", status["nominatedNodeName"])
