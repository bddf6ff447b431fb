"""kubectl describe of claims, volumes, classes and drivers of storage."""

from __future__ import annotations

from k8slab.engine.api.kinds.storage import access_modes
from k8slab.engine.base.objects import Obj, annotations_of, get_in, is_deleting, labels_of

from ..resources import kind_of
from ..session import Session
from .lines import NONE, Lines, age, lower, moment, yes
from .volumes import claim_lines, source

_IS_DEFAULT = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)


def claim(session: Session, obj: Obj, lines: Lines) -> None:
    """A claim: its volume, its size, and who uses it."""
    lines.value(0, "Name", obj["metadata"]["name"])
    lines.value(0, "Namespace", obj["metadata"]["namespace"])
    claim_lines(lines, obj, whole=True, session=session)
    lines.values("Used By", _users(session, obj))
    found = get_in(obj, "status", "conditions", default=[])
    if found:
        titles = ("Type", "Status", "LastProbeTime", "LastTransitionTime", "Reason", "Message")
        lines.add(0, "Conditions:")
        lines.add(1, "\t".join(titles))
        lines.add(1, "\t".join("-" * len(title) for title in titles))
    for it in found:
        since = (moment(it.get("lastProbeTime")), moment(it.get("lastTransitionTime")))
        cells = (it["type"], it["status"], *since, it.get("reason", ""))
        lines.add(1, "".join(f"{cell} \t" for cell in cells) + it.get("message", ""))


def _users(session: Session, obj: Obj) -> list[str]:
    """The pods that name the claim, and those for whose own volume it was made."""
    name, namespace = obj["metadata"]["name"], obj["metadata"]["namespace"]
    owners = {
        it["uid"] for it in obj["metadata"].get("ownerReferences") or () if it["kind"] == "Pod"
    }
    return sorted(
        pod["metadata"]["name"]
        for pod in session.list(kind_of("pods"), namespace)
        if pod["metadata"]["uid"] in owners
        or any(
            get_in(volume, "persistentVolumeClaim", "claimName") == name
            for volume in pod["spec"].get("volumes") or ()
        )
    )


def volume(session: Session, obj: Obj, lines: Lines) -> None:
    """A PersistentVolume: whose it is, where it may be used, what it is made of."""
    spec, status, metadata = obj["spec"], obj.get("status") or {}, obj["metadata"]
    lines.value(0, "Name", metadata["name"])
    lines.mapping("Labels", labels_of(obj))
    lines.annotations(annotations_of(obj))
    lines.value(0, "Finalizers", f"[{' '.join(metadata.get('finalizers') or ())}]")
    lines.value(0, "StorageClass", spec.get("storageClassName", ""))
    if is_deleting(obj):
        lasts = age(session, metadata["deletionTimestamp"])
        lines.value(0, "Status", f"Terminating (lasts {lasts})")
    else:
        lines.value(0, "Status", status.get("phase", ""))
    owner = spec.get("claimRef") or {}
    lines.value(0, "Claim", f"{owner.get('namespace', '')}/{owner['name']}" if owner else "")
    lines.value(0, "Reclaim Policy", spec.get("persistentVolumeReclaimPolicy", ""))
    lines.value(0, "Access Modes", access_modes(spec.get("accessModes") or []))
    if "volumeMode" in spec:
        lines.value(0, "VolumeMode", spec["volumeMode"])
    lines.value(0, "Capacity", get_in(spec, "capacity", "storage", default="0"))
    _affinity(lines, get_in(spec, "nodeAffinity", "required"))
    lines.value(0, "Message", status.get("message", ""))
    lines.add(0, "Source:")
    source(lines, spec)


def _affinity(lines: Lines, required: Obj | None) -> None:
    """On which nodes a volume can be used."""
    if not required:
        lines.value(0, "Node Affinity", NONE)
        return
    lines.value(0, "Node Affinity", "")
    lines.value(1, "Required Terms", "")
    for number, term in enumerate(required["nodeSelectorTerms"]):
        expressions = []
        for each in term.get("matchExpressions") or ():
            text = f"{each['key']} {each['operator'].lower()}"
            values = each.get("values")
            expressions.append(f"{text} [{', '.join(values)}]" if values else text)
        lines.values(f"Term {number}", expressions, "    ")


def storage_class(session: Session, obj: Obj, lines: Lines) -> None:
    """A StorageClass: who provides its volumes, and how."""
    lines.value(0, "Name", obj["metadata"]["name"])
    default = any(annotations_of(obj).get(name) == "true" for name in _IS_DEFAULT)
    lines.value(0, "IsDefaultClass", "Yes" if default else "No")
    lines.joined("Annotations", annotations_of(obj))
    lines.value(0, "Provisioner", obj["provisioner"])
    lines.joined("Parameters", obj.get("parameters") or {})
    grows = obj.get("allowVolumeExpansion")
    lines.value(0, "AllowVolumeExpansion", "<unset>" if grows is None else yes(grows))
    if obj.get("mountOptions"):
        lines.add(0, "MountOptions:")
        lines.lines += [f"  {option}" for option in obj["mountOptions"]]
    else:
        lines.value(0, "MountOptions", NONE)
    lines.value(0, "ReclaimPolicy", obj.get("reclaimPolicy", ""))
    lines.value(0, "VolumeBindingMode", obj.get("volumeBindingMode", ""))
    if "allowedTopologies" in obj:
        lines.value(0, "AllowedTopologies", "" if obj["allowedTopologies"] else NONE)
        for number, term in enumerate(obj["allowedTopologies"]):
            terms = [
                f"{each['key']} in [{', '.join(each['values'])}]"
                for each in term.get("matchLabelExpressions") or ()
            ]
            lines.values(f"Term {number}", terms, "  ")


def attributes_class(session: Session, obj: Obj, lines: Lines) -> None:
    """A VolumeAttributesClass: its driver and parameters."""
    lines.value(0, "Name", obj["metadata"]["name"])
    lines.joined("Annotations", annotations_of(obj))
    lines.value(0, "DriverName", obj["driverName"])
    lines.joined("Parameters", obj.get("parameters") or {})


def csi_node(session: Session, obj: Obj, lines: Lines) -> None:
    """A CSINode: the drivers of a node."""
    lines.head(obj)
    lines.value(0, "CreationTimestamp", moment(obj["metadata"]["creationTimestamp"]))
    lines.add(0, "Spec:")
    drivers = obj["spec"].get("drivers") or ()
    if drivers:
        lines.add(1, "Drivers:")
    for driver in drivers:
        lines.add(2, f"{driver['name']}:")
        lines.value(3, "Node ID", driver["nodeID"])
        count = get_in(driver, "allocatable", "count")
        if count is not None:
            lines.add(3, "Allocatables:")
            lines.value(4, "Count", count)
        if driver.get("topologyKeys") is not None:
            lines.value(3, "Topology Keys", f"[{' '.join(driver['topologyKeys'])}]")


def priority_class(session: Session, obj: Obj, lines: Lines) -> None:
    """A PriorityClass."""
    lines.value(0, "Name", obj["metadata"]["name"])
    lines.value(0, "Value", obj["value"])
    lines.value(0, "GlobalDefault", lower(obj.get("globalDefault")))
    lines.value(0, "PreemptionPolicy", obj.get("preemptionPolicy", ""))
    lines.value(0, "Description", obj.get("description", ""))
    lines.joined("Annotations", annotations_of(obj))
