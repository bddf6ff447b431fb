"""kubectl describe node."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj, Objs, annotations_of, labels_of
from k8slab.engine.base.quantity import format_bytes, format_milli, milli_value, whole_value

from ..resources import kind_of
from ..session import Session
from .lines import Lines, age, lower, moment

_ROLE = "node-role.kubernetes.io/"
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
    roles = [name.removeprefix(_ROLE) for name in sorted(labels) if name.startswith(_ROLE)]
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
    lines.value(1, "AcquireTime", moment(spec.get("acquireTime")))
    lines.value(1, "RenewTime", moment(spec.get("renewTime")))


def _conditions(lines: Lines, conditions: Objs) -> None:
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
    allocatable = (obj.get("status") or {}).get("allocatable") or {}
    lines.value(0, "Non-terminated Pods", f"({len(pods)} in total)")
    titles = (
        "Namespace",
        "Name",
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
        cells = [metadata["namespace"], metadata["name"]]
        for resource in ("cpu", "memory"):
            for field in ("requests", "limits"):
                cells.append(_share(_total([pod], field, resource), resource, allocatable))
        lines.add(1, "\t".join([*cells, age(session, metadata["creationTimestamp"])]))
    _allocated(lines, pods, allocatable)


def _allocated(lines: Lines, pods: Objs, allocatable: Obj) -> None:
    lines.add(0, "Allocated resources:")
    lines.add(1, "(Total limits may be over 100 percent, i.e., overcommitted.)")
    lines.add(1, "Resource\tRequests\tLimits")
    lines.add(1, "--------\t--------\t------")
    for resource in ("cpu", "memory", "ephemeral-storage"):
        shares = [
            _share(_total(pods, field, resource), resource, allocatable)
            for field in ("requests", "limits")
        ]
        lines.add(1, "\t".join([resource, *shares]))


def _total(pods: Objs, field: str, resource: str) -> int:
    """The pods' requests or limits: millicores of CPU, bytes of anything else."""
    return sum(_of_pod(pod["spec"], field, resource) for pod in pods)


def _of_pod(spec: Obj, field: str, resource: str) -> int:
    """All containers together, or the largest init container where that asks for more."""
    measure = milli_value if resource == "cpu" else whole_value

    def amount(box: Obj) -> int:
        text = ((box.get("resources") or {}).get(field) or {}).get(resource)
        return measure(text) if text else 0

    running = sum(amount(box) for box in spec.get("containers") or ())
    return max([running, *(amount(box) for box in spec.get("initContainers") or ())])


def _share(amount: int, resource: str, allocatable: Obj) -> str:
    """``100m (2%)`` of what pods may have."""
    measure, text = (
        (milli_value, format_milli) if resource == "cpu" else (whole_value, format_bytes)
    )
    whole = measure(allocatable[resource]) if allocatable.get(resource) else 0
    percent = amount * 100 // whole if whole else 0
    return f"{text(amount)} ({percent}%)"
