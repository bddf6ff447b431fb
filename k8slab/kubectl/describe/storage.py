"""kubectl describe persistentvolumeclaim."""

from __future__ import annotations

from k8slab.engine.api.kinds.storage import access_modes
from k8slab.engine.base.objects import Obj, annotations_of, get_in, is_deleting, labels_of

from ..resources import kind_of
from ..session import Session
from .lines import Lines, age


def claim(session: Session, obj: Obj, lines: Lines) -> None:
    """A claim: its volume, its size, and who uses it."""
    spec, status, metadata = obj["spec"], obj.get("status") or {}, obj["metadata"]
    lines.value(0, "Name", metadata["name"])
    lines.value(0, "Namespace", metadata["namespace"])
    lines.value(0, "StorageClass", spec.get("storageClassName", ""))
    if is_deleting(obj):
        lasts = age(session, metadata["deletionTimestamp"])
        lines.value(0, "Status", f"Terminating (lasts {lasts})")
    else:
        lines.value(0, "Status", status.get("phase", ""))
    bound = bool(spec.get("volumeName"))
    lines.value(0, "Volume", spec.get("volumeName", ""))
    lines.mapping("Labels", labels_of(obj))
    lines.annotations(annotations_of(obj))
    lines.value(0, "Finalizers", f"[{' '.join(metadata.get('finalizers') or ())}]")
    capacity = get_in(status, "capacity", "storage", default="") if bound else ""
    lines.value(0, "Capacity", capacity)
    modes = access_modes(status.get("accessModes") or []) if bound else ""
    lines.value(0, "Access Modes", modes)
    lines.value(0, "VolumeMode", spec.get("volumeMode", ""))
    lines.values("Used By", _users(session, obj))


def _users(session: Session, obj: Obj) -> list[str]:
    name, namespace = obj["metadata"]["name"], obj["metadata"]["namespace"]
    return [
        pod["metadata"]["name"]
        for pod in session.list(kind_of("pods"), namespace)
        if any(
            get_in(volume, "persistentVolumeClaim", "claimName") == name
            for volume in pod["spec"].get("volumes") or ()
        )
    ]
