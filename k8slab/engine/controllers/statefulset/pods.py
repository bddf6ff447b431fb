"""Creating and deleting a StatefulSet's pods and claims (stateful_pod_control.go, 1.36)."""

from __future__ import annotations

from ...api.errors import ApiError
from ...base.objects import Key, Obj, Objs, is_deleting, key_of, owner_reference, set_in, uid_of
from .identity import claim_name, claim_templates, new_claims, new_pod, ordinals
from .look import SOURCE, Look


def create(look: Look, ordinal: int) -> None:
    """The claims that are missing, then the pod."""
    create_claims(look, ordinal)
    pod = new_pod(look.stateful_set, look.revision_for(ordinal), ordinal)
    name = pod["metadata"]["name"]
    try:
        look.world.api.create(pod)
    except ApiError as refusal:
        why = f"Create Pod {name} in StatefulSet {_set(look)} failed error: {refusal.message}"
        look.world.event(look.stateful_set, "Warning", "FailedCreate", why, SOURCE)
        raise
    message = f"Create Pod {name} in StatefulSet {_set(look)} successful"
    look.world.event(look.stateful_set, "Normal", "SuccessfulCreate", message, SOURCE)


def create_claims(look: Look, ordinal: int) -> None:
    """The claims of an ordinal that are not there yet."""
    for claim in new_claims(look.stateful_set, ordinal):
        if look.world.store.get(key_of(claim)) is not None:
            continue
        look.world.api.create(claim)
        name, pod = claim["metadata"]["name"], f"{_set(look)}-{ordinal}"
        message = f"Create Claim {name} Pod {pod} in StatefulSet {_set(look)} success"
        look.world.event(look.stateful_set, "Normal", "SuccessfulCreate", message, SOURCE)


def delete(look: Look, pod: Obj) -> None:
    """Begin the pod's graceful end."""
    name = pod["metadata"]["name"]
    look.world.api.delete(key_of(pod), uid=uid_of(pod))
    message = f"Delete Pod {name} in StatefulSet {_set(look)} successful"
    look.world.event(look.stateful_set, "Normal", "SuccessfulDelete", message, SOURCE)


def retain_claims(look: Look, pod: Obj, ordinal: int) -> None:
    """Make a pod's claims go with the set or the pod, as the retention policy says."""
    namespace = look.stateful_set["metadata"]["namespace"]
    for template in claim_templates(look.stateful_set):
        name = claim_name(template, look.stateful_set, ordinal)
        claim = look.world.store.get(Key("PersistentVolumeClaim", namespace, name))
        if claim is None or is_deleting(claim):
            continue
        before = claim["metadata"].get("ownerReferences") or []
        after = _owners(look, before, pod, ordinal)
        if after != before:
            look.world.api.update(set_in(claim, ("metadata", "ownerReferences"), after))


def _owners(look: Look, before: Objs, pod: Obj, ordinal: int) -> Objs:
    """A claim's owners: the pod where it is to be scaled away, else the set (or nobody)."""
    stateful_set = look.stateful_set
    policy = stateful_set["spec"]["persistentVolumeClaimRetentionPolicy"]
    going = ordinal not in ordinals(stateful_set)
    owner: Obj | None = stateful_set if policy["whenDeleted"] == "Delete" else None
    if policy["whenScaled"] == "Delete" and going:
        owner = pod
    ours = {(it["kind"], it["metadata"]["name"]) for it in (stateful_set, pod)}
    others = [it for it in before if (it["kind"], it["name"]) not in ours]
    if owner is None:
        return others
    reference = {
        name: it
        for name, it in owner_reference(owner).items()
        if name not in ("controller", "blockOwnerDeletion")
    }
    return [*others, reference]


def _set(look: Look) -> str:
    return str(look.stateful_set["metadata"]["name"])
