"""Volumes: free, bound or released; and what becomes of one whose claim is gone (1.36).

The half of pkg/controller/volume/persistentvolume that looks at volumes, and the finalizer of
pv-protection. What a CSI driver made, it removes itself (``provisioner``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ..api.kinds.persistentvolume import PROTECTION
from ..base.objects import (
    Key,
    Obj,
    annotations_of,
    drop_in,
    is_deleting,
    key_of,
    uid_of,
    without_finalizer,
)
from ..base.storage import BOUND_BY_CONTROLLER, PROVISIONED_BY
from ..control import World
from ..control.loop import Watch

SOURCE = "persistentvolume-controller"
RECYCLE_MS = 5_000
_SCRATCH = "/tmp"  # of a node
_DELETABLE_PATH = re.compile(f"{_SCRATCH}/.+")
_RECYCLABLE = ("hostPath", "nfs")


class Volumes:
    """Says of each volume whether it is free, bound or released, and reclaims what is released.

    Note: since when (ms) a volume is being recycled.
    """

    name = "persistentvolume"
    lag_ms = 8

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"PersistentVolume": _itself, "PersistentVolumeClaim": _volumes_of}

    def reconcile(self, world: World, key: Key) -> int | None:
        volume = world.store.get(key)
        if volume is None:
            world.set_note(self.name, key, None)
            return None
        reference = volume["spec"].get("claimRef")
        claim = _claim_of(world, reference) if reference and "uid" in reference else None
        if reference is None or "uid" not in reference:
            volume = _set_phase(world, volume, "Available")
        elif claim is None:
            return _reclaim(world, volume)
        elif claim["spec"].get("volumeName") == key.name:
            volume = _set_phase(world, volume, "Bound")
        elif claim["spec"].get("volumeName"):
            _bound_elsewhere(world, volume)
            return None
        _unprotect(world, volume)
        return None


def _claim_of(world: World, reference: Obj) -> Obj | None:
    """The claim that a volume was bound to; one of the same name that came later is another."""
    key = Key("PersistentVolumeClaim", reference["namespace"], reference["name"])
    claim = world.store.get(key)
    return claim if claim is not None and uid_of(claim) == reference["uid"] else None


def _set_phase(world: World, volume: Obj, phase: str, message: str = "") -> Obj:
    status = dict(volume.get("status") or {})
    if status.get("phase") == phase:
        return volume
    status.pop("message", None)
    status |= {"phase": phase, "lastPhaseTransitionTime": world.timestamp()}
    if message:
        status["message"] = message
    return world.api.update_status(volume, status)


def _unprotect(world: World, volume: Obj) -> None:
    """Let go of a volume that is to be deleted and that nobody uses."""
    finalizers = volume["metadata"].get("finalizers") or []
    free = (volume.get("status") or {}).get("phase") != "Bound"
    if is_deleting(volume) and free and PROTECTION in finalizers:
        world.api.update(without_finalizer(volume, PROTECTION))


def _bound_elsewhere(world: World, volume: Obj) -> None:
    """The claim has taken another volume: nobody needs this one."""
    provisioned = PROVISIONED_BY in annotations_of(volume)
    if provisioned and volume["spec"]["persistentVolumeReclaimPolicy"] == "Delete":
        _reclaim(world, volume)
    else:
        _unbind(world, volume)


def _unbind(world: World, volume: Obj) -> None:
    """Take the claim from a volume; where a user set it, only which of that name it was."""
    if BOUND_BY_CONTROLLER in annotations_of(volume):
        volume = drop_in(volume, ("spec", "claimRef"))
        volume = drop_in(volume, ("metadata", "annotations", BOUND_BY_CONTROLLER))
    else:
        volume = drop_in(volume, ("spec", "claimRef", "uid"))
    _set_phase(world, world.api.update(volume), "Available")


def _reclaim(world: World, volume: Obj) -> int | None:
    """What the policy says is done with a volume whose claim is gone (reclaimVolume)."""
    if (volume.get("status") or {}).get("phase") not in ("Released", "Failed"):
        volume = _set_phase(world, volume, "Released")
    _unprotect(world, volume)
    policy = volume["spec"]["persistentVolumeReclaimPolicy"]
    if policy == "Retain" or is_deleting(volume):
        return None
    if policy == "Recycle":
        return _recycle(world, volume)
    if PROVISIONED_BY not in annotations_of(volume):
        _delete(world, volume)
    return None


def _delete(world: World, volume: Obj) -> None:
    """Without a driver, only a scratch directory of a node can be deleted (hostPathDeleter)."""
    name, source = volume["metadata"]["name"], volume["spec"].get("hostPath")
    if source is None:
        why = f'error getting deleter volume plugin for volume "{name}": '
        _fail(world, volume, "VolumeFailedDelete", f"{why}no deletable volume plugin matched")
    elif not _DELETABLE_PATH.search(source["path"]):
        only = f"host_path deleter only supports {_SCRATCH}/.+"
        why = f"{only} but received provided {source['path']}"
        _fail(world, volume, "VolumeFailedDelete", why)
    else:
        world.did("the directory is deleted, and what is in it")
        world.set_note("files", key_of(volume), None)
        world.api.delete(key_of(volume))


def _recycle(world: World, volume: Obj) -> int | None:
    """A pod of the controller's empties the volume, and it is free again."""
    key = key_of(volume)
    if not any(source in volume["spec"] for source in _RECYCLABLE):
        why = "No recycler plugin found for the volume!"
        _fail(world, volume, "VolumeFailedRecycle", why)
        return None
    since_ms: int | None = world.note(Volumes.name, key)
    if since_ms is None:
        world.set_note(Volumes.name, key, world.now_ms)
        return RECYCLE_MS
    if world.now_ms < since_ms + RECYCLE_MS:
        return since_ms + RECYCLE_MS - world.now_ms
    world.did("the directory is emptied")
    world.set_note(Volumes.name, key, None)
    world.set_note("files", key, None)
    world.event(volume, "Normal", "VolumeRecycled", "Volume recycled", SOURCE)
    _unbind(world, volume)
    return None


def _fail(world: World, volume: Obj, reason: str, message: str) -> None:
    if (volume.get("status") or {}).get("phase") != "Failed":
        stored = _set_phase(world, volume, "Failed", message)
        world.event(stored, "Warning", reason, message, SOURCE)


def _itself(world: World, volume: Obj) -> Iterable[Key]:
    yield key_of(volume)


def _volumes_of(world: World, claim: Obj) -> Iterable[Key]:
    """The volume that a claim names, and those that name it."""
    name = claim["spec"].get("volumeName")
    if name:
        yield Key("PersistentVolume", "", name)
    place = (claim["metadata"]["namespace"], claim["metadata"]["name"])
    for volume in world.store.list("PersistentVolume"):
        reference = volume["spec"].get("claimRef")
        known = reference is not None and volume["metadata"]["name"] != name
        if known and (reference["namespace"], reference["name"]) == place:
            yield key_of(volume)
