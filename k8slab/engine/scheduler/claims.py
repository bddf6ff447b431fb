"""VolumeBinding beyond its filter: what a pod waits for, and where its claims are to be (1.36)."""

from __future__ import annotations

from ..base.objects import (
    Key,
    Obj,
    Objs,
    annotations_of,
    controller_of,
    get_in,
    is_deleting,
    labels_of,
    set_in,
    uid_of,
)
from ..base.storage import (
    BIND_COMPLETED,
    BOUND_BY_CONTROLLER,
    NO_PROVISIONER,
    SELECTED_NODE,
    best_match,
    claim_reference,
    claims_of,
    size_of,
    waits_for_consumer,
)
from ..control import World
from ..store import Store
from .plugin import Refusal

_UNBOUND = "pod has unbound immediate PersistentVolumeClaims"


def what_is_awaited(store: Store, pod: Obj) -> Refusal | None:
    """Why no node is even asked (PreFilter): a claim is missing, lost or about to go, or not bound
    though its class binds at once."""
    named = {volume.get("persistentVolumeClaim", {}).get("claimName") for volume in _volumes(pod)}
    for key in claims_of(pod):
        claim = store.get(key)
        if claim is None and key.name in named:
            why = f'persistentvolumeclaim "{key.name}" not found'
            return Refusal((why,), plugin="VolumeRestrictions")
    claims = [(key, store.get(key)) for key in claims_of(pod)]
    for key, claim in claims:
        why = _hindrance(pod, key, claim, key.name in named)
        if why:
            return Refusal((why,), plugin="VolumeBinding")
    if any(claim and not is_bound(claim) and not _waits(store, claim) for _, claim in claims):
        return Refusal((_UNBOUND,), plugin="VolumeBinding")
    return None


def _volumes(pod: Obj) -> Objs:
    return pod["spec"].get("volumes") or []


def _hindrance(pod: Obj, key: Key, claim: Obj | None, named: bool) -> str:
    """What is wrong with a claim as such (podHasPVCs); "" where nothing is."""
    if claim is None:
        what = f'persistentvolumeclaim "{key.name}"'
        return f"waiting for ephemeral volume controller to create the {what}"
    if get_in(claim, "status", "phase") == "Lost":
        gone = claim["spec"].get("volumeName", "")
        return f'persistentvolumeclaim "{key.name}" bound to non-existent persistentvolume "{gone}"'
    if is_deleting(claim):
        return f'persistentvolumeclaim "{key.name}" is being deleted'
    if not named and (controller_of(claim) or {}).get("uid") != uid_of(pod):
        name = pod["metadata"]["name"]
        about = f"PVC {key.namespace}/{key.name}"
        return f"{about} was not created for pod {key.namespace}/{name} (pod is not owner)"
    return ""


def is_bound(claim: Obj) -> bool:
    """Whether a claim and its volume name each other (isPVCFullyBound)."""
    return bool(claim["spec"].get("volumeName")) and BIND_COMPLETED in annotations_of(claim)


def _waits(store: Store, claim: Obj) -> bool:
    """Whether the claim is bound by way of the scheduler: not where it names its volume."""
    name = claim["spec"].get("storageClassName") or ""
    storage = store.get(Key("StorageClass", "", name))
    return waits_for_consumer(storage) and not claim["spec"].get("volumeName")


def bound_volumes(store: Store, pod: Obj) -> list[Obj | None]:
    """The volumes that the pod's claims are bound to; None for one that is not there."""
    claims = [store.get(key) for key in claims_of(pod)]
    return [
        store.get(Key("PersistentVolume", "", claim["spec"]["volumeName"]))
        for claim in claims
        if claim is not None and is_bound(claim)
    ]


def unbound(store: Store, pod: Obj) -> Objs:
    """The pod's claims that are not bound yet, the smallest first."""
    claims = [store.get(key) for key in claims_of(pod)]
    waiting = [claim for claim in claims if claim is not None and not is_bound(claim)]
    return sorted(waiting, key=lambda claim: size_of(claim["spec"]["resources"]["requests"]))


def bindings_on(store: Store, claims: Objs, node: Obj) -> dict[str, Obj] | None:
    """What to bind unbound claims to on a node: volumes that are there, by the claim's name; a
    claim without one gets a new volume. None where a claim can have none there (FindPodVolumes)."""
    found: dict[str, Obj] = {}
    for claim in claims:
        selected = annotations_of(claim).get(SELECTED_NODE)
        if selected is not None and selected != node["metadata"]["name"]:
            return None
        volumes = store.list("PersistentVolume") if selected is None else []
        taken = {volume["metadata"]["name"] for volume in found.values()}
        volume = best_match(volumes, claim, node, taken=taken)
        if volume is not None:
            found[claim["metadata"]["name"]] = volume
        elif not _can_be_made(store, claim, node):
            return None
    return found


def _can_be_made(store: Store, claim: Obj, node: Obj) -> bool:
    name = claim["spec"].get("storageClassName") or ""
    storage = store.get(Key("StorageClass", "", name)) or {}
    if storage.get("provisioner", NO_PROVISIONER) == NO_PROVISIONER:
        return False
    terms = storage.get("allowedTopologies") or []
    return not terms or any(_is_allowed(term, labels_of(node)) for term in terms)


def _is_allowed(term: Obj, labels: dict[str, str]) -> bool:
    asked = term.get("matchLabelExpressions") or []
    return bool(asked) and all(labels.get(each["key"]) in each["values"] for each in asked)


def select_node(world: World, pod: Obj, node: str) -> bool:
    """Have the pod's unbound claims bound for ``node`` (PreBind); whether there were any."""
    waiting = unbound(world.store, pod)
    if not waiting:
        return False
    placed = world.store.get(Key("Node", "", node))
    bindings = bindings_on(world.store, waiting, placed) if placed is not None else None
    for claim in waiting if bindings is not None else ():
        volume = (bindings or {}).get(claim["metadata"]["name"])
        if volume is not None:
            _keep_for(world, volume, claim)
        elif annotations_of(claim).get(SELECTED_NODE) != node:
            after = {**annotations_of(claim), SELECTED_NODE: node}
            world.api.update(set_in(claim, ("metadata", "annotations"), after))
    return True


def _keep_for(world: World, volume: Obj, claim: Obj) -> None:
    """Name the claim on a volume; the binder of claims does the rest (GetBindVolumeToClaim)."""
    reference = volume["spec"].get("claimRef")
    if reference is not None and reference.get("uid") == uid_of(claim):
        return
    if reference is None:
        after = {**annotations_of(volume), BOUND_BY_CONTROLLER: "yes"}
        volume = set_in(volume, ("metadata", "annotations"), after)
    world.api.update(set_in(volume, ("spec", "claimRef"), claim_reference(claim)))
