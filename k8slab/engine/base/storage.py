"""What the rooms that deal with storage agree on: annotations, drivers, claims of pods."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from fractions import Fraction

from .nodeselector import matches_term
from .objects import Key, Obj, get_in, is_deleting, labels_of, uid_of
from .quantity import parse_quantity
from .selectors import matcher

PROVISIONER = "volume.kubernetes.io/storage-provisioner"
PROVISIONER_BETA = "volume.beta.kubernetes.io/storage-provisioner"
PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"
BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
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


def reaches(volume: Obj, node: Obj) -> bool:
    """Whether a volume can be used on a node (its node affinity)."""
    terms = get_in(volume, "spec", "nodeAffinity", "required", "nodeSelectorTerms")
    return terms is None or any(matches_term(term, node) for term in terms)


def is_kept_for(volume: Obj, claim: Obj) -> bool:
    """Whether a volume's ``spec.claimRef`` names the claim (IsVolumeBoundToClaim)."""
    reference, metadata = volume["spec"].get("claimRef"), claim["metadata"]
    return (
        reference is not None
        and reference["namespace"] == metadata["namespace"]
        and reference["name"] == metadata["name"]
        and reference.get("uid", metadata["uid"]) == uid_of(claim)
    )


def size_of(amounts: Obj) -> Fraction:
    """The bytes of a capacity or of requests."""
    return Fraction(parse_quantity(amounts["storage"]))


def best_match(
    volumes: Iterable[Obj],
    claim: Obj,
    node: Obj | None = None,
    *,
    taken: Collection[str] = (),
    early: bool = False,
) -> Obj | None:
    """The volume that suits a claim best (FindMatchingVolume): one that is kept for it, else the
    smallest of those with the fewest access modes that are free.

    With a ``node``, one that can be used there; ``early``: the claim's class waits until a node is
    chosen, so that only a volume kept for it will do; ``taken`` are names to leave out.
    """
    found = [
        volume
        for volume in volumes
        if volume["metadata"]["name"] not in taken and _suits(volume, claim, node, early)
    ]
    return min(found, key=lambda volume: _rank(volume, claim), default=None)


def _suits(volume: Obj, claim: Obj, node: Obj | None, early: bool) -> bool:
    spec, asked = volume["spec"], claim["spec"]
    if (
        is_deleting(volume)
        or size_of(spec["capacity"]) < size_of(asked["resources"]["requests"])
        or not set(asked["accessModes"]) <= set(spec["accessModes"])
        or spec.get("volumeMode") != asked.get("volumeMode")
        or (node is not None and not reaches(volume, node))
    ):
        return False
    if spec.get("claimRef") is not None:
        return is_kept_for(volume, claim)
    selector = asked.get("selector")
    return (
        not (early and node is None)
        and get_in(volume, "status", "phase") == "Available"
        and (selector is None or matcher(selector)(labels_of(volume)))
        and spec.get("storageClassName", "") == asked.get("storageClassName", "")
    )


def _rank(volume: Obj, claim: Obj) -> tuple[bool, int, Fraction, str]:
    spec = volume["spec"]
    size = size_of(spec["capacity"])
    return (
        not is_kept_for(volume, claim),
        len(spec["accessModes"]),
        size,
        volume["metadata"]["name"],
    )
