"""Claims: binding to volumes, and protection while they are used (1.36).

The half of pkg/controller/volume/persistentvolume that looks at claims, which leaves the making of
volumes to CSI drivers (``provisioner``), and the finalizer of pvc-protection.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..api.admission.default_class import default_class
from ..api.admission.default_storage_class import DEFAULT_ANNOTATION
from ..api.kinds.persistentvolumeclaim import PROTECTION
from ..base.objects import (
    Key,
    Obj,
    annotations_of,
    is_deleting,
    key_of,
    set_in,
    uid_of,
    without_finalizer,
)
from ..base.pods import node_of, pod_is_terminal
from ..base.storage import (
    BIND_COMPLETED,
    BOUND_BY_CONTROLLER,
    PROVISIONER,
    PROVISIONER_BETA,
    SELECTED_NODE,
    best_match,
    claim_reference,
    claims_of,
    is_kept_for,
    size_of,
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
_NO_REFERENCE = "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!"
_GONE = "Bound claim has lost its PersistentVolume. Data on the volume is lost!"
_MISBOUND = "Two claims are bound to the same volume, this one is bound incorrectly"
_IN_TREE = "kubernetes.io/"
_MIGRATED = {
    "kubernetes.io/aws-ebs": "ebs.csi.aws.com",
    "kubernetes.io/azure-disk": "disk.csi.azure.com",
    "kubernetes.io/azure-file": "file.csi.azure.com",
    "kubernetes.io/cinder": "cinder.csi.openstack.org",
    "kubernetes.io/gce-pd": "pd.csi.storage.gke.io",
    "kubernetes.io/portworx-volume": "pxd.portworx.com",
    "kubernetes.io/vsphere-volume": "csi.vsphere.vmware.com",
}
"""Provisioners of old whose claims a CSI driver takes (csi-translation-lib)."""


class Claims:
    """Binds each claim to the volume that suits it best, and lets go of unused ones."""

    name = "persistentvolumeclaim"
    lag_ms = 8

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {
            "PersistentVolumeClaim": _itself,
            "PersistentVolume": _claims_by("volumeName"),
            "Pod": _claims_of,
            "StorageClass": _claims_by("storageClassName"),
        }

    def reconcile(self, world: World, key: Key) -> int | None:
        claim = world.store.get(key)
        if claim is None:
            return None
        if is_deleting(claim):
            if next(_users(world, claim), None) is None:
                _release(world, claim)
            return None
        if BIND_COMPLETED in annotations_of(claim):
            _keep(world, claim)
            return None
        name = claim["spec"].get("volumeName")
        return _take(world, claim, name) if name else _choose(world, claim)


def _keep(world: World, claim: Obj) -> None:
    """See that a claim that was bound still has its volume (syncBoundClaim)."""
    name = claim["spec"].get("volumeName")
    if not name:
        return _lose(world, claim, "ClaimLost", _NO_REFERENCE)
    volume = world.store.get(Key("PersistentVolume", "", name))
    if volume is None:
        return _lose(world, claim, "ClaimLost", _GONE)
    if volume["spec"].get("claimRef") is None or is_kept_for(volume, claim):
        return _bind(world, claim, volume)
    return _lose(world, claim, "ClaimMisbound", _MISBOUND)


def _lose(world: World, claim: Obj, reason: str, message: str) -> None:
    if (claim.get("status") or {}).get("phase") != "Lost":
        stored = world.api.update_status(claim, {"phase": "Lost"})
        world.event(stored, "Warning", reason, message, SOURCE)


def _take(world: World, claim: Obj, name: str) -> int | None:
    """Bind the volume that a claim asks for by name, if it is free and will do."""
    volume = world.store.get(Key("PersistentVolume", "", name))
    if volume is None:
        return None
    if is_kept_for(volume, claim):
        _bind(world, claim, volume)
        return None
    if volume["spec"].get("claimRef") is not None:
        text = f'volume "{name}" already bound to a different claim.'
        world.event(claim, "Warning", "FailedBinding", text, SOURCE)
        return RESYNC_MS
    why = _mismatch(volume, claim)
    if why:
        text = f'Cannot bind to requested volume "{name}": {why}'
        world.event(claim, "Warning", "VolumeMismatch", text, SOURCE)
        return RESYNC_MS
    _bind(world, claim, volume)
    return None


def _mismatch(volume: Obj, claim: Obj) -> str:
    """Why a volume that is asked for by name won't do (checkVolumeSatisfyClaim); "" if it will."""
    spec, asked = volume["spec"], claim["spec"]
    if is_deleting(volume):
        return f'the volume is marked for deletion "{volume["metadata"]["name"]}"'
    if size_of(spec["capacity"]) < size_of(asked["resources"]["requests"]):
        return "requested PV is too small"
    if spec.get("storageClassName", "") != asked.get("storageClassName", ""):
        return "storageClassName does not match"
    if spec.get("volumeMode") != asked.get("volumeMode"):
        return "incompatible volumeMode"
    if not set(asked["accessModes"]) <= set(spec["accessModes"]):
        return "incompatible accessMode"
    return ""


def _choose(world: World, claim: Obj) -> int | None:
    """Bind the best of the volumes, or say what the claim waits for."""
    name = claim["spec"].get("storageClassName")
    if name is None:
        name = default_class(world.api, "StorageClass", DEFAULT_ANNOTATION)
        if name is not None:
            claim = world.api.update(set_in(claim, ("spec", "storageClassName"), name))
    storage = world.store.get(Key("StorageClass", "", name)) if name else None
    early = waits_for_consumer(storage) and SELECTED_NODE not in annotations_of(claim)
    volume = best_match(world.store.list("PersistentVolume"), claim, early=early)
    if volume is not None:
        _bind(world, claim, volume)
        return None
    if early:
        _tell_who_is_awaited(world, claim)
    elif name:
        _provision(world, claim, name, storage)
    else:
        world.event(claim, "Normal", "FailedBinding", _NO_VOLUME, SOURCE)
    return RESYNC_MS


def _tell_who_is_awaited(world: World, claim: Obj) -> None:
    waiting = [pod["metadata"]["name"] for pod in _users(world, claim) if not node_of(pod)]
    if waiting:
        who = f"pods {','.join(waiting)}" if len(waiting) > 1 else f"pod {waiting[0]}"
        text = f"waiting for {who} to be scheduled"
        world.event(claim, "Normal", "WaitForPodScheduled", text, SOURCE)
    else:
        world.event(claim, "Normal", "WaitForFirstConsumer", _WAITS, SOURCE)


def _provision(world: World, claim: Obj, name: str, storage: Obj | None) -> None:
    """Leave the claim to the driver of its class, if there is one."""
    if storage is None:
        text = f'storageclass.storage.k8s.io "{name}" not found'
        world.event(claim, "Warning", "ProvisioningFailed", text, SOURCE)
        return
    provisioner: str = storage["provisioner"]
    driver = _MIGRATED.get(provisioner, provisioner)
    if driver.startswith(_IN_TREE):
        text = f"no volume plugin matched name: {driver}"
        world.event(claim, "Warning", "ProvisioningFailed", text, SOURCE)
        return
    annotations = annotations_of(claim)
    if annotations.get(PROVISIONER) != driver:
        after = {**annotations, PROVISIONER: driver, PROVISIONER_BETA: driver}
        claim = world.api.update(set_in(claim, ("metadata", "annotations"), after))
    world.event(claim, "Normal", "ExternalProvisioning", _EXTERNAL.format(driver), SOURCE)


def _bind(world: World, claim: Obj, volume: Obj) -> None:
    """The volume names the claim, then the claim the volume, then both say that they are bound.

    Each notes of itself where the controller, and not a user, made the choice.
    """
    name, reference = volume["metadata"]["name"], volume["spec"].get("claimRef")
    if reference is None or reference.get("uid") != uid_of(claim):
        world.compare("volume of the claim", name, None)
        bound = set_in(volume, ("spec", "claimRef"), claim_reference(claim))
        if not is_kept_for(volume, claim):
            bound = _annotated(bound, BOUND_BY_CONTROLLER)
        volume = world.api.update(bound)
    if (volume.get("status") or {}).get("phase") != "Bound":
        now = {"phase": "Bound", "lastPhaseTransitionTime": world.timestamp()}
        volume = world.api.update_status(volume, {**(volume.get("status") or {}), **now})
    if BIND_COMPLETED not in annotations_of(claim) or claim["spec"].get("volumeName") != name:
        marks = [BIND_COMPLETED]
        if claim["spec"].get("volumeName") != name:
            marks.append(BOUND_BY_CONTROLLER)
        named = set_in(claim, ("spec", "volumeName"), name)
        claim = world.api.update(_annotated(named, *marks))
    if (claim.get("status") or {}).get("phase") != "Bound":
        status = {
            "phase": "Bound",
            "accessModes": volume["spec"]["accessModes"],
            "capacity": volume["spec"]["capacity"],
        }
        world.api.update_status(claim, status)


def _annotated(obj: Obj, *names: str) -> Obj:
    after = {**annotations_of(obj), **dict.fromkeys(names, "yes")}
    return set_in(obj, ("metadata", "annotations"), after)


def _users(world: World, claim: Obj) -> Iterator[Obj]:
    """The pods that mount it and have not ended."""
    for pod in world.store.by("Pod", "namespace", claim["metadata"]["namespace"]):
        if not pod_is_terminal(pod) and key_of(claim) in claims_of(pod):
            yield pod


def _release(world: World, claim: Obj) -> None:
    if PROTECTION in (claim["metadata"].get("finalizers") or ()):
        world.api.update(without_finalizer(claim, PROTECTION))


def _itself(world: World, obj: Obj) -> Iterable[Key]:
    yield key_of(obj)


def _claims_of(world: World, pod: Obj) -> Iterable[Key]:
    return claims_of(pod)


def _claims_by(field: str) -> Watch:
    """The claims that name an object, or leave open which it is."""

    def claims(world: World, obj: Obj) -> Iterable[Key]:
        name = obj["metadata"]["name"]
        for claim in world.store.list("PersistentVolumeClaim"):
            if claim["spec"].get(field, name) == name:
                yield key_of(claim)

    return claims
