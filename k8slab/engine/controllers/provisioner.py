"""External provisioners: what a CSI driver's controller does for claims and volumes (1.36).

A driver is there while its CSIDriver object is. It makes a volume for a claim that the binder left
to it (the storage-provisioner annotation), removes a volume that was released with the policy
Delete, and grows one whose claim asks for more (external-provisioner and external-resizer).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..base.objects import Key, Obj, annotations_of, get_in, is_deleting, key_of, set_in, uid_of
from ..base.quantity import parse_quantity
from ..base.storage import (
    NODE_LOCAL,
    PROVISIONED_BY,
    PROVISIONER,
    SELECTED_NODE,
    claim_reference,
)
from ..control import World
from ..control.loop import Watch

PROVISION_MS = 1_500
RESIZE_MS = 2_000
_HOST = "kubernetes.io/hostname"


class Provisioner:
    """Makes volumes for claims and removes them again. Note: {"since_ms"} of a claim in work."""

    name = "csi-provisioner"
    lag_ms = 10

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {
            "PersistentVolumeClaim": _itself,
            "PersistentVolume": _itself,
            "CSIDriver": _left_to,
        }

    def reconcile(self, world: World, key: Key) -> int | None:
        obj = world.store.get(key)
        if obj is None:
            world.set_note(self.name, key, None)
            return None
        if key.kind == "PersistentVolume":
            _remove(world, obj)
            return None
        if is_deleting(obj):
            return None
        if get_in(obj, "status", "phase") == "Bound":
            return _grow(world, obj)
        return self._provision(world, obj)

    def _provision(self, world: World, claim: Obj) -> int | None:
        key, driver = key_of(claim), annotations_of(claim).get(PROVISIONER, "")
        storage_class = _class_of(world, claim)
        if storage_class is None or claim["spec"].get("volumeName") or not _is_there(world, driver):
            return None
        name = f"pvc-{uid_of(claim)}"
        if world.store.get(Key("PersistentVolume", "", name)) is not None:
            return None
        source, about = f"{driver}_csi-provisioner-0", f"{key.namespace}/{key.name}"
        note = world.note(self.name, key)
        if note is None:
            note = {"since_ms": world.now_ms}
            world.set_note(self.name, key, note)
            text = f'External provisioner is provisioning volume for claim "{about}"'
            world.event(claim, "Normal", "Provisioning", text, source)
        due_ms = note["since_ms"] + PROVISION_MS
        if world.now_ms < due_ms:
            return int(due_ms - world.now_ms)
        world.set_note(self.name, key, None)
        world.api.create(_volume(world, claim, storage_class, driver))
        text = f"Successfully provisioned volume {name}"
        world.event(claim, "Normal", "ProvisioningSucceeded", text, source)
        return None


def _volume(world: World, claim: Obj, storage_class: Obj, driver: str) -> Obj:
    """The volume, of the claim's size and the class' policy; a node-local one names its node."""
    name = f"pvc-{uid_of(claim)}"
    spec: Obj = {
        "accessModes": claim["spec"]["accessModes"],
        "capacity": {"storage": claim["spec"]["resources"]["requests"]["storage"]},
        "claimRef": claim_reference(claim),
        "csi": {"driver": driver, "volumeHandle": f"vol-{uid_of(claim)[:8]}"},
        "persistentVolumeReclaimPolicy": storage_class["reclaimPolicy"],
        "storageClassName": storage_class["metadata"]["name"],
        "volumeMode": claim["spec"]["volumeMode"],
    }
    node = annotations_of(claim).get(SELECTED_NODE) or _first_node(world)
    if driver in NODE_LOCAL and node:
        term = {"matchExpressions": [{"key": _HOST, "operator": "In", "values": [node]}]}
        spec["nodeAffinity"] = {"required": {"nodeSelectorTerms": [term]}}
    metadata = {"name": name, "annotations": {PROVISIONED_BY: driver}}
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": metadata, "spec": spec}


def _first_node(world: World) -> str:
    return next((node["metadata"]["name"] for node in world.store.list("Node")), "")


def _remove(world: World, volume: Obj) -> None:
    """Delete a released volume whose policy is Delete, with what is on it."""
    driver = annotations_of(volume).get(PROVISIONED_BY, "")
    released = get_in(volume, "status", "phase") == "Released"
    policy = volume["spec"]["persistentVolumeReclaimPolicy"]
    if not (released and policy == "Delete" and _is_there(world, driver)) or is_deleting(volume):
        return
    world.did("the disk is deleted, and what is on it")
    world.set_note("files", key_of(volume), None)
    world.api.delete(key_of(volume))


def _grow(world: World, claim: Obj) -> int | None:
    """Make the volume as large as its claim now asks, where its driver is there."""
    volume = world.store.get(Key("PersistentVolume", "", claim["spec"]["volumeName"]))
    wanted = claim["spec"]["resources"]["requests"]["storage"]
    has = get_in(claim, "status", "capacity", "storage", default=wanted)
    if volume is None or parse_quantity(wanted) <= parse_quantity(has):
        return None
    driver = annotations_of(volume).get(PROVISIONED_BY, "")
    if not _is_there(world, driver):
        return None
    key, name = key_of(claim), volume["metadata"]["name"]
    source = f"external-resizer {driver}"
    since_ms = world.note("csi-resizer", key)
    if since_ms is None:
        world.set_note("csi-resizer", key, world.now_ms)
        text = f"External resizer is resizing volume {name}"
        world.event(claim, "Normal", "Resizing", text, source)
        return RESIZE_MS
    if world.now_ms < since_ms + RESIZE_MS:
        return int(since_ms + RESIZE_MS - world.now_ms)
    world.set_note("csi-resizer", key, None)
    world.api.update(set_in(volume, ("spec", "capacity", "storage"), wanted))
    world.api.update_status(claim, set_in(claim["status"], ("capacity", "storage"), wanted))
    text = "MountVolume.NodeExpandVolume succeeded for volume " + f'"{name}"'
    world.event(claim, "Normal", "FileSystemResizeSuccessful", text, "kubelet")
    return None


def _is_there(world: World, driver: str) -> bool:
    return world.store.get(Key("CSIDriver", "", driver)) is not None


def _class_of(world: World, claim: Obj) -> Obj | None:
    return world.store.get(Key("StorageClass", "", claim["spec"].get("storageClassName") or ""))


def _itself(world: World, obj: Obj) -> Iterable[Key]:
    yield key_of(obj)


def _left_to(world: World, driver: Obj) -> Iterable[Key]:
    """The claims and volumes that wait for a driver."""
    name = driver["metadata"]["name"]
    for kind, annotation in (
        ("PersistentVolumeClaim", PROVISIONER),
        ("PersistentVolume", PROVISIONED_BY),
    ):
        for obj in world.store.list(kind):
            if annotations_of(obj).get(annotation) == name:
                yield key_of(obj)
