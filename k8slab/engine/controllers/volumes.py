"""Claims and volumes: binding, and protection while they are used (1.36).

The binder of pkg/controller/volume/persistentvolume, which leaves the making of volumes to CSI
drivers (``provisioner``), and the finalizers of pvc-protection and pv-protection.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..api.kinds.persistentvolume import PROTECTION as VOLUME_PROTECTION
from ..api.kinds.persistentvolumeclaim import PROTECTION as CLAIM_PROTECTION
from ..base.objects import (
    Key,
    Obj,
    annotations_of,
    is_deleting,
    key_of,
    labels_of,
    set_in,
    uid_of,
)
from ..base.pods import pod_is_terminal
from ..base.quantity import parse_quantity
from ..base.selectors import matcher
from ..base.storage import (
    NO_PROVISIONER,
    PROVISIONED_BY,
    PROVISIONER,
    PROVISIONER_BETA,
    SELECTED_NODE,
    claim_reference,
    claims_of,
    waits_for_consumer,
)
from ..control import World
from ..control.loop import Watch

SOURCE = "persistentvolume-controller"
RESYNC_MS = 15_000
_NO_VOLUME = "no persistent volumes available for this claim and no storage class is set"
_WAITS = "waiting for first consumer to be created before binding"
_EXTERNAL = (
    "Waiting for a volume to be created either by the external provisioner '{}' or manually by the "
    "system administrator. If volume creation is delayed, please verify that the provisioner is "
    "running and correctly registered."
)
_COMPLETED = {"pv.kubernetes.io/bind-completed": "yes"}
_BOUND = {**_COMPLETED, "pv.kubernetes.io/bound-by-controller": "yes"}


class Claims:
    """Binds each claim to the smallest volume that suits it, and lets go of unused ones."""

    name = "persistentvolumeclaim"
    lag_ms = 8

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {
            "PersistentVolumeClaim": _itself,
            "PersistentVolume": _waiting_claims,
            "Pod": _claims_of,
            "StorageClass": _claims_of_class,
        }

    def reconcile(self, world: World, key: Key) -> int | None:
        claim = world.store.get(key)
        if claim is None:
            return None
        if is_deleting(claim):
            if not _is_used(world, claim):
                _release(world, claim, CLAIM_PROTECTION)
            return None
        if (claim.get("status") or {}).get("phase") == "Bound":
            return None
        named = claim["spec"].get("volumeName")
        volume = _named(world, claim, named) if named else _suitable(world, claim)
        if volume is not None:
            _bind(world, claim, volume)
            return None
        return None if named else _await(world, claim)


def _await(world: World, claim: Obj) -> int:
    """Say what an unbound claim waits for; leave it to its class' driver where there is one."""
    name = claim["spec"].get("storageClassName")
    if not name:
        world.event(claim, "Normal", "FailedBinding", _NO_VOLUME, SOURCE)
        return RESYNC_MS
    storage = world.store.get(Key("StorageClass", "", name))
    if waits_for_consumer(storage) and SELECTED_NODE not in annotations_of(claim):
        users = [pod["metadata"]["name"] for pod in _users(world, claim)]
        if users:
            text = f"waiting for pod {', '.join(users)} to be scheduled"
            world.event(claim, "Normal", "WaitForPodScheduled", text, SOURCE)
        else:
            world.event(claim, "Normal", "WaitForFirstConsumer", _WAITS, SOURCE)
    elif storage is None:
        text = f'storageclass.storage.k8s.io "{name}" not found'
        world.event(claim, "Warning", "ProvisioningFailed", text, SOURCE)
    elif storage["provisioner"] == NO_PROVISIONER:
        world.event(claim, "Normal", "FailedBinding", _NO_VOLUME, SOURCE)
    else:
        _leave_to(world, claim, storage["provisioner"])
    return RESYNC_MS


def _leave_to(world: World, claim: Obj, driver: str) -> None:
    annotations = annotations_of(claim)
    if annotations.get(PROVISIONER) != driver:
        after = {**annotations, PROVISIONER: driver, PROVISIONER_BETA: driver}
        claim = world.api.update(set_in(claim, ("metadata", "annotations"), after))
    world.event(claim, "Normal", "ExternalProvisioning", _EXTERNAL.format(driver), SOURCE)


class Volumes:
    """Says of each volume whether it is free, bound or released."""

    name = "persistentvolume"
    lag_ms = 8

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"PersistentVolume": _itself, "PersistentVolumeClaim": _volume_of}

    def reconcile(self, world: World, key: Key) -> int | None:
        volume = world.store.get(key)
        if volume is None:
            return None
        phase = _phase(world, volume)
        if is_deleting(volume) and phase != "Bound":
            _release(world, volume, VOLUME_PROTECTION)
            return None
        policy = volume["spec"]["persistentVolumeReclaimPolicy"]
        if phase == "Released" and policy == "Delete" and not _is_drivers(volume):
            world.api.delete(key)
            return None
        world.api.update_status(volume, {**(volume.get("status") or {}), "phase": phase})
        return None


def _is_drivers(volume: Obj) -> bool:
    """Whether it is for a CSI driver to remove it."""
    return is_deleting(volume) or PROVISIONED_BY in annotations_of(volume)


def _phase(world: World, volume: Obj) -> str:
    reference = volume["spec"].get("claimRef")
    if reference is None:
        return "Available"
    key = Key("PersistentVolumeClaim", reference["namespace"], reference["name"])
    claim = world.store.get(key)
    if claim is None or uid_of(claim) != reference.get("uid", uid_of(claim)):
        return "Released" if "uid" in reference else "Available"
    return "Bound" if "uid" in reference else "Available"


def _suitable(world: World, claim: Obj) -> Obj | None:
    """The smallest free volume that has what the claim asks for.

    Where the class waits for a consumer, only a volume that names the claim until a node is chosen.
    """
    storage = world.store.get(Key("StorageClass", "", claim["spec"].get("storageClassName") or ""))
    early = waits_for_consumer(storage) and SELECTED_NODE not in annotations_of(claim)
    found = [
        it
        for it in world.store.list("PersistentVolume")
        if _suits(it, claim) and not (early and it["spec"].get("claimRef") is None)
    ]
    return min(found, key=lambda it: (_size(it["spec"]["capacity"]), it["metadata"]["name"]),
               default=None)  # fmt: skip


def _named(world: World, claim: Obj, name: str) -> Obj | None:
    """The volume that a claim asks for by name, if no other claim has it."""
    volume = world.store.get(Key("PersistentVolume", "", name))
    if volume is None:
        return None
    return volume if volume["spec"].get("claimRef") is None or _suits(volume, claim) else None


def _suits(volume: Obj, claim: Obj) -> bool:
    spec, asked = volume["spec"], claim["spec"]
    if spec.get("claimRef") is not None:
        reference = spec["claimRef"]
        named = (reference["namespace"], reference["name"])
        if named != (claim["metadata"]["namespace"], claim["metadata"]["name"]):
            return False
        return bool(reference.get("uid", uid_of(claim)) == uid_of(claim))
    selector = asked.get("selector")
    return (
        not is_deleting(volume)
        and spec.get("storageClassName", "") == asked.get("storageClassName", "")
        and spec.get("volumeMode") == asked.get("volumeMode")
        and set(asked["accessModes"]) <= set(spec["accessModes"])
        and _size(spec["capacity"]) >= _size(asked["resources"]["requests"])
        and (selector is None or matcher(selector)(labels_of(volume)))
    )


def _size(amounts: Obj) -> Any:
    return parse_quantity(amounts["storage"])


def _bind(world: World, claim: Obj, volume: Obj) -> None:
    """The volume names the claim, then the claim the volume, then both say that they are bound."""
    world.compare("volume of the claim", volume["metadata"]["name"], None)
    bound = world.api.update(set_in(volume, ("spec", "claimRef"), claim_reference(claim)))
    world.api.update_status(bound, {**(bound.get("status") or {}), "phase": "Bound"})
    named = set_in(claim, ("spec", "volumeName"), volume["metadata"]["name"])
    by_name = claim["spec"].get("volumeName")
    annotated = {**annotations_of(claim), **(_COMPLETED if by_name else _BOUND)}
    stored = world.api.update(set_in(named, ("metadata", "annotations"), annotated))
    status = {
        "phase": "Bound",
        "accessModes": volume["spec"]["accessModes"],
        "capacity": volume["spec"]["capacity"],
    }
    world.api.update_status(stored, status)


def _is_used(world: World, claim: Obj) -> bool:
    """Whether a pod that has not ended mounts it."""
    return next(_users(world, claim), None) is not None


def _users(world: World, claim: Obj) -> Iterator[Obj]:
    for pod in world.store.by("Pod", "namespace", claim["metadata"]["namespace"]):
        if not pod_is_terminal(pod) and key_of(claim) in claims_of(pod):
            yield pod


def _release(world: World, obj: Obj, finalizer: str) -> None:
    finalizers = obj["metadata"].get("finalizers") or []
    if finalizer in finalizers:
        left = [it for it in finalizers if it != finalizer]
        world.api.update(set_in(obj, ("metadata", "finalizers"), left))


def _itself(world: World, obj: Obj) -> Iterable[Key]:
    yield key_of(obj)


def _waiting_claims(world: World, volume: Obj) -> Iterable[Key]:
    for claim in world.store.list("PersistentVolumeClaim"):
        if (
            claim["spec"].get("volumeName", volume["metadata"]["name"])
            == volume["metadata"]["name"]
        ):
            yield key_of(claim)


def _claims_of(world: World, pod: Obj) -> Iterable[Key]:
    return claims_of(pod)


def _claims_of_class(world: World, storage: Obj) -> Iterable[Key]:
    for claim in world.store.list("PersistentVolumeClaim"):
        if claim["spec"].get("storageClassName") == storage["metadata"]["name"]:
            yield key_of(claim)


def _volume_of(world: World, claim: Obj) -> Iterable[Key]:
    if claim["spec"].get("volumeName"):
        yield Key("PersistentVolume", "", claim["spec"]["volumeName"])
