"""kubectl describe node."""

from __future__ import annotations

from fractions import Fraction

from k8slab.engine.base.objects import Obj, Objs, annotations_of, labels_of
from k8slab.engine.base.podresources import Amounts, format_amount, pod_total
from k8slab.engine.base.quantity import parse_quantity

from ..resources import kind_of
from ..session import Session
from .lines import Lines, age, lower, moment

_ROLE = "node-role.kubernetes.io/"
_ZERO = Fraction(0)
_MEASURED = ("cpu", "memory", "ephemeral-storage")
_INFO = (
    ("Machine ID", "machineID"),
    ("System UUID", "systemUUID"),
    ("Boot ID", "bootID"),
    ("Kernel Version", "kernelVersion"),
    ("OS Image", "osImage"),
    ("Operating System", "operatingSystem"),
    ("Architecture", "architecture"),
    ("Container Runtime Version", "containerRuntimeVersion"),
    ("Kubelet Version", "kubeletVersion"),
)


def node(session: Session, obj: Obj, lines: Lines) -> None:
    """A Node: its state, what it has, and what its pods ask of it."""
    metadata, spec, status = obj["metadata"], obj["spec"], obj.get("status") or {}
    labels = labels_of(obj)
    named = {name.removeprefix(_ROLE) for name in labels if name.startswith(_ROLE)}
    roles = sorted((named | {labels.get("kubernetes.io/role", "")}) - {""})
    lines.value(0, "Name", metadata["name"])
    lines.value(0, "Roles", ",".join(roles) or "<none>")
    lines.mapping("Labels", labels)
    lines.annotations(annotations_of(obj))
    lines.value(0, "CreationTimestamp", moment(metadata["creationTimestamp"]))
    taints = sorted(spec.get("taints") or (), key=lambda it: (it["effect"], it["key"]))
    lines.values("Taints", [_taint(taint) for taint in taints])
    lines.value(0, "Unschedulable", lower(spec.get("unschedulable")))
    _lease(session, metadata["name"], lines)
    _conditions(lines, status.get("conditions") or [])
    lines.add(0, "Addresses:")
    for address in status.get("addresses") or ():
        lines.value(1, address["type"], address["address"])
    for name in ("capacity", "allocatable"):
        if status.get(name):
            lines.add(0, f"{name.capitalize()}:")
        for resource in sorted(status.get(name) or {}):
            lines.value(1, resource, status[name][resource])
    lines.add(0, "System Info:")
    for title, field in _INFO:
        lines.value(1, title, (status.get("nodeInfo") or {}).get(field, ""))
    if spec.get("podCIDR"):
        lines.value(0, "PodCIDR", spec["podCIDR"])
        lines.value(0, "PodCIDRs", ",".join(spec.get("podCIDRs") or ()))
    if spec.get("providerID"):
        lines.value(0, "ProviderID", spec["providerID"])
    _pods(session, obj, lines)


def _taint(taint: Obj) -> str:
    value = f"={taint['value']}" if taint.get("value") else ""
    return f"{taint['key']}{value}:{taint['effect']}"


def _lease(session: Session, name: str, lines: Lines) -> None:
    lease = session.find(kind_of("leases"), "kube-node-lease", name)
    if lease is None:
        lines.value(
            0, "Lease", f'Failed to get lease: leases.coordination.k8s.io "{name}" not found'
        )
        return
    spec = lease.get("spec") or {}
    lines.add(0, "Lease:")
    lines.value(1, "HolderIdentity", spec.get("holderIdentity", "<unset>"))
    for title, field in (("AcquireTime", "acquireTime"), ("RenewTime", "renewTime")):
        lines.value(1, title, moment(spec[field]) if spec.get(field) else "<unset>")


def _conditions(lines: Lines, conditions: Objs) -> None:
    if not conditions:
        return
    lines.add(0, "Conditions:")
    titles = ("Type", "Status", "LastHeartbeatTime", "LastTransitionTime", "Reason", "Message")
    lines.add(1, "\t".join(titles))
    lines.add(1, "\t".join("-" * len(title) for title in titles))
    for item in conditions:
        cells = (
            item["type"],
            item["status"],
            moment(item.get("lastHeartbeatTime")),
            moment(item.get("lastTransitionTime")),
            item.get("reason", ""),
        )
        lines.add(1, "".join(f"{cell} \t" for cell in cells) + item.get("message", ""))


def _pods(session: Session, obj: Obj, lines: Lines) -> None:
    fields = f"spec.nodeName={obj['metadata']['name']}"
    pods = [
        pod
        for pod in session.list(kind_of("pods"), fields=fields)
        if (pod.get("status") or {}).get("phase") not in ("Succeeded", "Failed")
    ]
    status = obj.get("status") or {}
    allocatable = status.get("allocatable") or status.get("capacity") or {}
    lines.value(0, "Non-terminated Pods", f"({len(pods)} in total)")
    titles = (
        "Namespace",
        "Name",
        "",
        "CPU Requests",
        "CPU Limits",
        "Memory Requests",
        "Memory Limits",
        "Age",
    )
    lines.add(1, "\t".join(titles))
    lines.add(1, "\t".join("-" * len(title) for title in titles))
    for pod in pods:
        metadata = pod["metadata"]
        asked = [pod_total(pod["spec"], field) for field in ("requests", "limits")]
        cells = [metadata["namespace"], metadata["name"], ""]
        for resource in ("cpu", "memory"):
            cells += [_share(resource, amounts, allocatable) for amounts in asked]
        lines.add(1, "\t".join([*cells, age(session, metadata["creationTimestamp"])]))
    _allocated(lines, pods, allocatable)


def _allocated(lines: Lines, pods: Objs, allocatable: Obj) -> None:
    """What is asked of the node altogether; of devices the amounts alone."""
    lines.add(0, "Allocated resources:")
    lines.add(1, "(Total limits may be over 100 percent, i.e., overcommitted.)")
    lines.add(1, "Resource\tRequests\tLimits")
    lines.add(1, "--------\t--------\t------")
    asked = [_together(pods, field) for field in ("requests", "limits")]
    pages = sorted(name for name in allocatable if name.startswith("hugepages-"))
    for resource in (*_MEASURED, *pages):
        shares = [_share(resource, amounts, allocatable) for amounts in asked]
        lines.add(1, "\t".join([resource, *shares]))
    for resource in sorted(allocatable.keys() - {*_MEASURED, *pages, "pods"}):
        amounts = [_text(resource, each.get(resource, _ZERO)) for each in asked]
        lines.add(1, "\t".join([resource, *amounts]))


def _together(pods: Objs, field: str) -> Amounts:
    total: Amounts = {}
    for pod in pods:
        for resource, amount in pod_total(pod["spec"], field).items():
            total[resource] = total.get(resource, _ZERO) + amount
    return total


def _text(resource: str, amount: Fraction) -> str:
    return format_amount(resource, amount) if amount else "0"


def _share(resource: str, amounts: Amounts, allocatable: Obj) -> str:
    """``100m (2%)`` of what pods may have."""
    amount = amounts.get(resource, _ZERO)
    whole = parse_quantity(str(allocatable.get(resource, 0)))
    return f"{_text(resource, amount)} ({int(amount * 100 / whole) if whole else 0}%)"
