"""PersistentVolumes, their claims and their attachments: invariant 23."""

from __future__ import annotations

from collections.abc import Iterator

from k8slab.engine.base.objects import Key, Obj, get_in, uid_of
from k8slab.engine.base.pods import node_of, phase_of
from k8slab.engine.base.storage import claims_of
from k8slab.engine.store import Change

from ..view import View


def _volume_name(claim: Obj) -> str:
    return str(get_in(claim, "spec", "volumeName", default=""))


def _nodes_with(view: View, volume: str) -> list[str]:
    """The nodes to which a volume is attached."""
    return [
        it["spec"]["nodeName"]
        for it in view.all("VolumeAttachment")
        if get_in(it, "spec", "source", "persistentVolumeName") == volume
        and get_in(it, "status", "attached")
    ]


def a_volume_has_one_claim(view: View, change: Change) -> Iterator[str]:
    """23. A PV bound to one claim, for as long as it is there."""
    if change.type == "DELETED":
        return
    if change.key.kind == "PersistentVolumeClaim" and (name := _volume_name(change.object)):
        others = [
            other["metadata"]["name"]
            for other in view.all("PersistentVolumeClaim")
            if _volume_name(other) == name and uid_of(other) != uid_of(change.object)
        ]
        if others:
            yield f"{change.key} has the volume {name}, and so have {others}"
    if change.key.kind == "PersistentVolume" and change.previous is not None:
        before = get_in(change.previous, "spec", "claimRef", "uid")
        now = get_in(change.object, "spec", "claimRef", "uid")
        if before and now != before:
            yield f"{change.key} went from claim {before} to {now}"


def a_disk_is_on_one_node(view: View, change: Change) -> Iterator[str]:
    """23. An RWO volume on one node: attached once, and there before a pod runs with it."""
    if change.key.kind == "VolumeAttachment" and change.type != "DELETED":
        name = get_in(change.object, "spec", "source", "persistentVolumeName")
        nodes = _nodes_with(view, name)
        if len(nodes) > 1:
            yield f"the volume {name} is attached to {nodes}"
    if change.key.kind == "Pod" and change.type != "DELETED":
        began = phase_of(change.object) == "Running" and (
            change.previous is None or phase_of(change.previous) == "Pending"
        )
        for key in claims_of(change.object) if began else ():
            yield from _missing(view, change.object, key)


def _missing(view: View, pod: Obj, key: Key) -> Iterator[str]:
    claim = view.get(key)
    volume = view.get(Key("PersistentVolume", "", _volume_name(claim or {})))
    if volume is None:
        yield f"pod {pod['metadata']['name']} runs without the volume of its claim {key.name}"
        return
    driver = view.get(Key("CSIDriver", "", get_in(volume, "spec", "csi", "driver", default="")))
    attached = driver is not None and driver["spec"]["attachRequired"]
    if attached and node_of(pod) not in _nodes_with(view, volume["metadata"]["name"]):
        yield f"pod {pod['metadata']['name']} runs, and its disk is not on {node_of(pod)}"
