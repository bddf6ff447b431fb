"""Revisions: which ReplicaSet is of which template, its number, its name, and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from ...api.errors import NAMESPACE_TERMINATING, ApiError
from ...base.chance import safe_hash
from ...base.conditions import conditions_of, find
from ...base.objects import (
    Obj,
    Objs,
    annotations_of,
    is_deleting,
    key_of,
    owner_reference,
    set_in,
)
from .conditions import condition, has_deadline, with_condition

if TYPE_CHECKING:
    from .rollout import Rollout

HASH = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"
HISTORY_MAX = 2000  # characters (maxRevHistoryLengthInChars)
_NOT_COPIED = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        REVISION,
        HISTORY,
        "deployment.kubernetes.io/desired-replicas",
        "deployment.kubernetes.io/max-replicas",
        "deprecated.deployment.rollback.to",
    }
)


def find_new(deployment: Obj, replica_sets: Objs) -> Obj | None:
    """The oldest ReplicaSet whose template is the Deployment's, its hash label apart."""
    template = deployment["spec"]["template"]
    for replica_set in replica_sets:
        theirs = replica_set["spec"]["template"]
        if theirs.get("spec") == template.get("spec") and _plain(theirs) == _plain(template):
            return replica_set
    return None


def _plain(template: Obj) -> tuple[Any, ...]:
    """The template's metadata without the hash label."""
    metadata = template.get("metadata") or {}
    labels = {name: value for name, value in (metadata.get("labels") or {}).items() if name != HASH}
    return labels, metadata.get("annotations") or {}


def template_hash(template: Obj, collisions: int) -> str:
    """The pod-template-hash: 32 bits of the template, written in the safe alphabet."""
    text = orjson.dumps(template, option=orjson.OPT_SORT_KEYS).decode()
    return safe_hash(text, collisions)


def revision_of(obj: Obj) -> int:
    """The revision annotation as a number (0 where there is none, or none that is a number)."""
    text = annotations_of(obj).get(REVISION, "")
    return int(text) if text.isdecimal() else 0


def sync(rollout: Rollout, *, create: bool) -> None:
    """Bring the new ReplicaSet's revision up to date, or create it (getNewReplicaSet)."""
    number = max((revision_of(it) for it in rollout.old), default=0) + 1
    if rollout.new is not None:
        _sync_existing(rollout, rollout.new, number)
    elif create:
        _create(rollout, number)


def _sync_existing(rollout: Rollout, new: Obj, number: int) -> None:
    annotations = _annotations(rollout, new, number)
    min_ready_s = rollout.deployment["spec"].get("minReadySeconds", 0)
    if annotations != annotations_of(new) or new["spec"].get("minReadySeconds", 0) != min_ready_s:
        updated = set_in(new, ("metadata", "annotations"), annotations)
        rollout.world.compare("revision", number, revision_of(new))
        rollout.note_new(
            rollout.world.api.update(set_in(updated, ("spec", "minReadySeconds"), min_ready_s))
        )
        return
    condition = None
    if find(conditions_of(rollout.deployment), "Progressing") is None:
        message = f'Found new replica set "{new["metadata"]["name"]}"'
        condition = ("FoundNewReplicaSet", message)
    _note(rollout, annotations[REVISION], condition)


def _create(rollout: Rollout, number: int) -> None:
    world = rollout.world
    new = _new_replica_set(rollout)
    replicas = rollout.room_for_new(0)
    new["spec"]["replicas"] = replicas
    annotations = _annotations(rollout, new, number)
    new["metadata"]["annotations"] = {**annotations, **rollout.size_annotations()}
    name = new["metadata"]["name"]
    world.compare("ReplicaSet of this template", name, None)
    try:
        created = world.api.create(new)
    except ApiError as refusal:
        _note_refused(rollout, name, refusal)
        raise
    rollout.note_new(created)
    if replicas:
        rollout.tell_scaled(name, 0, replicas)
    _note(rollout, str(number), ("NewReplicaSetCreated", f'Created new replica set "{name}"'))


def _new_replica_set(rollout: Rollout) -> dict[str, Any]:
    deployment, spec = rollout.deployment, rollout.deployment["spec"]
    template = spec["template"]
    hashed = template_hash(template, rollout.status.get("collisionCount", 0))
    labels = {**(template["metadata"].get("labels") or {}), HASH: hashed}
    selector = spec["selector"]
    matched = {**(selector.get("matchLabels") or {}), HASH: hashed}
    body: dict[str, Any] = {
        "selector": {**selector, "matchLabels": matched},
        "template": set_in(template, ("metadata", "labels"), labels),
    }
    if spec.get("minReadySeconds"):
        body["minReadySeconds"] = spec["minReadySeconds"]
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"{deployment['metadata']['name']}-{hashed}",
            "namespace": deployment["metadata"]["namespace"],
            "labels": labels,
            "ownerReferences": [owner_reference(deployment)],
        },
        "spec": body,
    }


def _note_refused(rollout: Rollout, name: str, refusal: ApiError) -> None:
    """A name that is taken makes the next hash another; any other refusal is told.

    Whoever holds the name has another template (else ``find_new`` had found it): a stranger, or
    a ReplicaSet of ours that was edited by hand.
    """
    if refusal.reason == "AlreadyExists":
        collisions = rollout.status.get("collisionCount", 0) + 1
        rollout.write_status({**rollout.status, "collisionCount": collisions})
        return
    if refusal.because(NAMESPACE_TERMINATING):
        return
    world, deployment = rollout.world, rollout.deployment
    message = f'Failed to create new replica set "{name}": {refusal.message}'
    if has_deadline(deployment):
        failed = condition(world, "Progressing", "False", "ReplicaSetCreateError", message)
        conditions = with_condition(conditions_of(deployment), failed)
        rollout.write_status({**rollout.status, "conditions": conditions})
    rollout.warn("ReplicaSetCreateError", message)


def _annotations(rollout: Rollout, replica_set: Obj, number: int) -> dict[str, str]:
    """The Deployment's annotations and the revision, an earlier revision kept as history."""
    annotations = dict(annotations_of(replica_set))
    for name, value in annotations_of(rollout.deployment).items():
        if name not in _NOT_COPIED:
            annotations[name] = value
    before = annotations.get(REVISION)
    if revision_of(replica_set) < number:
        annotations[REVISION] = str(number)
        if before is not None:
            annotations[HISTORY] = _history(annotations.get(HISTORY, ""), before)
    return annotations


def _history(history: str, before: str) -> str:
    """The revisions that a ReplicaSet once had; the oldest are forgotten where it grows long."""
    revisions = [*history.split(","), before] if history else [before]
    while len(revisions) > 1 and len(",".join(revisions)) > HISTORY_MAX:
        revisions = revisions[1:]
    return ",".join(revisions)


def _note(rollout: Rollout, revision: str, progressing: tuple[str, str] | None) -> None:
    """Put the revision on the Deployment, and how it came to its new ReplicaSet."""
    status = rollout.status
    if progressing is not None and has_deadline(rollout.deployment):
        reason, message = progressing
        new = condition(rollout.world, "Progressing", "True", reason, message)
        conditions = with_condition(conditions_of(rollout.deployment), new)
        status = {**status, "conditions": conditions}
    annotations = {**annotations_of(rollout.deployment), REVISION: revision}
    if status != rollout.status or annotations != annotations_of(rollout.deployment):
        rollout.write_status(status, annotations)


def clean_up(rollout: Rollout) -> None:
    """Delete the oldest revisions beyond revisionHistoryLimit, empty and settled ones only."""
    limit = rollout.deployment["spec"].get("revisionHistoryLimit")
    if limit is None:
        return
    old = sorted((it for it in rollout.old if not is_deleting(it)), key=revision_of)
    for replica_set in old[: max(0, len(old) - limit)]:
        status = replica_set.get("status") or {}
        settled = status.get("observedGeneration", 0) >= replica_set["metadata"]["generation"]
        if replica_set["spec"]["replicas"] or status.get("replicas") or not settled:
            continue
        rollout.world.compare("old revisions kept", limit, len(old))
        rollout.world.api.delete(key_of(replica_set))
