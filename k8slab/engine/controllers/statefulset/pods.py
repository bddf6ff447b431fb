"""Creating and deleting a StatefulSet's pods and claims (stateful_pod_control.go, 1.36)."""

from __future__ import annotations

from ...api.errors import ApiError
from ...base.objects import (
    Key,
    Obj,
    Objs,
    is_deleting,
    key_of,
    labels_of,
    owner_reference,
    set_in,
    uid_of,
)
from .identity import (
    POD_NAME,
    claim_name,
    claim_templates,
    new_claims,
    new_pod,
    ordinals,
    own_labels,
)
from .look import SOURCE, Look

_CONFLICT = (
    "PersistentVolumeClaim %s has a conflicting OwnerReference that acts as a managing controller, "
    "the retention policy is ignored for this claim"
)


def create(look: Look, ordinal: int) -> None:
    """The claims that are missing, then the pod; who the claims go with is settled at once."""
    pod = new_pod(look.stateful_set, look.revision_for(ordinal), ordinal)
    name = pod["metadata"]["name"]
    refusal = create_claims(look, ordinal)
    try:
        if refusal is not None:
            raise refusal
        created = look.world.api.create(pod)
    except ApiError as why:
        if why.reason != "AlreadyExists":
            message = f"Create Pod {name} in StatefulSet {_set(look)} failed error: {why.message}"
            _warn(look, "FailedCreate", message)
        raise
    retain_claims(look, created, ordinal)
    _tell(look, "SuccessfulCreate", f"Create Pod {name} in StatefulSet {_set(look)} successful")


def create_claims(look: Look, ordinal: int) -> ApiError | None:
    """The claims of an ordinal that are not there yet; what keeps a pod from being created."""
    refusals: list[str] = []
    for claim in new_claims(look.stateful_set, ordinal):
        name = claim["metadata"]["name"]
        stored = look.world.store.get(key_of(claim))
        if stored is None:
            refusals += _create_claim(look, claim, ordinal)
        elif is_deleting(stored):
            refusals.append(f"pvc {name} is being deleted")
    if not refusals:
        return None
    message = refusals[0] if len(refusals) == 1 else f"[{', '.join(refusals)}]"
    return ApiError(409, "Conflict", message)


def _create_claim(look: Look, claim: Obj, ordinal: int) -> list[str]:
    name, pod, whose = claim["metadata"]["name"], f"{_set(look)}-{ordinal}", _set(look)
    try:
        look.world.api.create(claim)
    except ApiError as why:
        message = f"Create Claim {name} for Pod {pod} in StatefulSet {whose} failed error: "
        _warn(look, "FailedCreate", message + why.message)
        return [f"failed to create PVC {name}: {why.message}"]
    _tell(look, "SuccessfulCreate", f"Create Claim {name} Pod {pod} in StatefulSet {whose} success")
    return []


def delete(look: Look, pod: Obj) -> None:
    """Begin the pod's graceful end."""
    name = pod["metadata"]["name"]
    look.world.api.delete(key_of(pod), uid=uid_of(pod))
    _tell(look, "SuccessfulDelete", f"Delete Pod {name} in StatefulSet {_set(look)} successful")


def conform(look: Look, pod: Obj, ordinal: int) -> None:
    """Put right what somebody changed: the labels with the pod's name, and its claims' owners."""
    name, changed = pod["metadata"]["name"], retain_claims(look, pod, ordinal)
    if labels_of(pod).get(POD_NAME) != name:
        labels = {**labels_of(pod), **own_labels(name)}
        look.world.compare(f"label {POD_NAME}", name, labels_of(pod).get(POD_NAME))
        look.world.api.update(set_in(pod, ("metadata", "labels"), labels))
        changed = True
    if changed:
        _tell(look, "SuccessfulUpdate", f"Update Pod {name} in StatefulSet {_set(look)} successful")


def has_stale_claim(look: Look, ordinal: int) -> bool:
    """Whether a claim of this ordinal still belongs to a pod that was scaled away.

    It will go after that pod, so a new pod must not take it (PodClaimIsStale).
    """
    policy = look.stateful_set["spec"]["persistentVolumeClaimRetentionPolicy"]
    if policy["whenScaled"] == "Retain":
        return False
    pod = f"{_set(look)}-{ordinal}"
    claims = [look.world.store.get(key_of(it)) for it in new_claims(look.stateful_set, ordinal)]
    return any(
        (reference["kind"], reference["name"]) == ("Pod", pod)
        for claim in claims
        if claim is not None
        for reference in claim["metadata"].get("ownerReferences") or ()
    )


def retain_claims(look: Look, pod: Obj, ordinal: int) -> bool:
    """Make a pod's claims go with the set or the pod, as the policy says; whether one changed."""
    namespace, changed = look.stateful_set["metadata"]["namespace"], False
    for template in claim_templates(look.stateful_set):
        name = claim_name(template, look.stateful_set, ordinal)
        claim = look.world.store.get(Key("PersistentVolumeClaim", namespace, name))
        if claim is None or is_deleting(claim):
            continue
        before = claim["metadata"].get("ownerReferences") or []
        after = _owners(look, name, before, pod, ordinal)
        if after != before:
            look.world.api.update(set_in(claim, ("metadata", "ownerReferences"), after))
            changed = True
    return changed


def _owners(look: Look, name: str, before: Objs, pod: Obj, ordinal: int) -> Objs:
    """A claim's owners: the pod where it is to be scaled away, else the set (or nobody).

    Nothing is touched that belongs to an earlier set or pod of that name, and no owner is put
    beside another's controller (updateClaimOwnerRefForSetAndPod).
    """
    stateful_set = look.stateful_set
    policy = stateful_set["spec"]["persistentVolumeClaimRetentionPolicy"]
    ours = {(it["kind"], it["metadata"]["name"]): uid_of(it) for it in (stateful_set, pod)}
    mine = [it for it in before if (it["kind"], it["name"]) in ours]
    if any(ours[it["kind"], it["name"]] != it["uid"] for it in mine):
        return before
    others = [it for it in before if it not in mine]
    going = ordinal not in ordinals(stateful_set)
    owner: Obj | None = stateful_set if policy["whenDeleted"] == "Delete" else None
    if policy["whenScaled"] == "Delete" and going:
        owner = pod
    if set(policy.values()) != {"Retain"} and any(it.get("controller") for it in others):
        if mine:
            _warn(look, "ConflictingController", _CONFLICT % name)
        return others
    wanted = [] if owner is None else [owner_reference(owner)]
    return before if mine == wanted else [*others, *wanted]


def _set(look: Look) -> str:
    return str(look.stateful_set["metadata"]["name"])


def _tell(look: Look, reason: str, message: str) -> None:
    look.world.event(look.stateful_set, "Normal", reason, message, SOURCE)


def _warn(look: Look, reason: str, message: str) -> None:
    look.world.event(look.stateful_set, "Warning", reason, message, SOURCE)
