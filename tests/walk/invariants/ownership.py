"""Who owns what, and who holds it: invariants 6 and 16."""

from __future__ import annotations

from collections.abc import Iterator

from k8slab.engine.base.objects import Key, Obj, controller_of, is_deleting, labels_of, uid_of
from k8slab.engine.base.selectors import matcher
from k8slab.engine.store import Change

from ..view import COMMAND, View, actor_of

OWN_FINALIZERS = {
    "garbage-collector": {"foregroundDeletion", "orphan"},
    "job": {"batch.kubernetes.io/job-tracking"},
    "job-pods": {"batch.kubernetes.io/job-tracking"},
    "persistentvolumeclaim": {"kubernetes.io/pvc-protection"},
    "persistentvolume": {"kubernetes.io/pv-protection"},
}


def one_controller_which_selects(view: View, change: Change) -> Iterator[str]:
    """6. One controller owner; an orphan is adopted only by selector match."""
    if change.type == "DELETED":
        return
    references = change.object["metadata"].get("ownerReferences") or ()
    controllers = [it for it in references if it.get("controller")]
    if len(controllers) > 1:
        yield f"{change.key} has {len(controllers)} controllers"
    if change.type == "MODIFIED" and controllers:
        yield from _adoption(view, change, controllers[0])


def _adoption(view: View, change: Change, reference: Obj) -> Iterator[str]:
    before = controller_of(change.previous) if change.previous else None
    if before is not None and before["uid"] == reference["uid"]:
        return
    if before is not None:
        yield f"{change.key} went from {before['name']} to {reference['name']}"
    if actor_of(change) == COMMAND:
        return
    owner = view.get(Key(reference["kind"], change.key.namespace, reference["name"]))
    if owner is None or uid_of(owner) != reference["uid"]:
        yield f"{change.key} was adopted by {reference['name']}, which is not there"
    elif not matcher(owner["spec"].get("selector"))(labels_of(change.object)):
        yield f"{change.key} was adopted by {reference['name']}, which does not select it"
    elif is_deleting(owner) or is_deleting(change.object):
        yield f"{change.key} was adopted by {reference['name']} while one of them goes"


def finalizers_hold_and_uids_are_unique(view: View, change: Change) -> Iterator[str]:
    """16. A finalizer blocks removal; a UID is never used twice."""
    uids: dict[str, Key] = view.recall("uids", {})
    uid = change.object["metadata"].get("uid", "")
    if change.type == "ADDED":
        if uid in uids:
            yield f"{change.key} has the UID of {uids[uid]}"
        uids[uid] = change.key
    elif change.previous is not None and change.previous["metadata"].get("uid", "") != uid:
        yield f"the UID of {change.key} changed"
    if change.type == "DELETED":
        yield from _removal(view, change)


def _removal(view: View, change: Change) -> Iterator[str]:
    held = set(change.object["metadata"].get("finalizers") or ())
    actor = actor_of(change)
    if actor == COMMAND:
        deletes = view.request is not None and view.request["verb"] == "delete"
        if held and deletes:
            yield f"{change.key} was deleted in spite of {sorted(held)}"
    elif held - OWN_FINALIZERS.get(actor, set()):
        yield f"{actor} removed {change.key} in spite of {sorted(held)}"
