"""What the rooms that deal with storage agree on: annotations, drivers, claims of pods."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .objects import Key, Obj, get_in

PROVISIONER = "volume.kubernetes.io/storage-provisioner"
PROVISIONER_BETA = "volume.beta.kubernetes.io/storage-provisioner"
PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"
SELECTED_NODE = "volume.kubernetes.io/selected-node"
NO_PROVISIONER = "kubernetes.io/no-provisioner"
LOCAL_DRIVER, DISK_DRIVER = "hostpath.csi.k8s.io", "ebs.csi.aws.com"
NODE_LOCAL = (LOCAL_DRIVER,)
"""Drivers whose volumes are directories of one node."""


def claims_of(pod: Obj) -> Iterator[Key]:
    """The claims that a pod's volumes name, those of ephemeral volumes among them."""
    metadata = pod["metadata"]
    for volume in pod["spec"].get("volumes") or ():
        name = get_in(volume, "persistentVolumeClaim", "claimName")
        if "ephemeral" in volume:
            name = f"{metadata['name']}-{volume['name']}"
        if name:
            yield Key("PersistentVolumeClaim", metadata["namespace"], name)


def needs_attachment(get: Callable[[Key], Obj | None], volume: Obj) -> bool:
    """Whether the driver of a volume must attach it to a node before it can be mounted."""
    driver = get_in(volume, "spec", "csi", "driver")
    found = get(Key("CSIDriver", "", driver)) if driver else None
    return found is not None and found["spec"].get("attachRequired", True)


def claim_reference(claim: Obj) -> Obj:
    """What a volume's ``spec.claimRef`` says of its claim."""
    metadata = claim["metadata"]
    return {
        "kind": "PersistentVolumeClaim",
        "apiVersion": "v1",
        "namespace": metadata["namespace"],
        "name": metadata["name"],
        "uid": metadata["uid"],
        "resourceVersion": metadata["resourceVersion"],
    }


def waits_for_consumer(storage_class: Obj | None) -> bool:
    """Whether claims of the class are bound only when a pod that uses them is placed."""
    mode = (storage_class or {}).get("volumeBindingMode")
    return mode == "WaitForFirstConsumer"
