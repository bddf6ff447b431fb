"""Who belongs to whom: adoption and release (controller_ref_manager.go, 1.36)."""

from __future__ import annotations

from collections.abc import Callable

from ..base.objects import (
    Obj,
    Objs,
    is_deleting,
    labels_of,
    owner_reference,
    put_in,
    set_in,
    uid_of,
)
from ..base.pods import pod_is_terminal
from ..base.selectors import matcher
from ..control import World


def claimed(
    world: World, owner: Obj, kind: str, suits: Callable[[Obj], bool] | None = None
) -> Objs:
    """The objects of ``kind`` that ``owner`` controls, after adopting orphans and letting go.

    An orphan is adopted where it matches the selector (and ``suits``) and neither is being
    deleted; an owned object that no longer matches is released.
    """
    matches = matcher(owner["spec"].get("selector"))
    mine: Objs = []
    for obj in world.store.by(kind, "controller", uid_of(owner)):
        if matches(labels_of(obj)) and (suits is None or suits(obj)):
            mine.append(obj)
        elif not is_deleting(owner):
            _release(world, owner, obj)
    if is_deleting(owner):
        return mine
    for obj in world.store.by(kind, "controller", f"orphan/{owner['metadata']['namespace']}"):
        if not matches(labels_of(obj)) or (suits is not None and not suits(obj)):
            continue
        if _adoptable(owner, obj):
            mine.append(_adopt(world, owner, obj))
    return mine


def _adoptable(owner: Obj, obj: Obj) -> bool:
    """A ReplicaSet asks for active pods alone; others take what has ended too."""
    ended = obj["kind"] == "Pod" and pod_is_terminal(obj)
    return not is_deleting(obj) and not (ended and owner["kind"] == "ReplicaSet")


def _adopt(world: World, owner: Obj, obj: Obj) -> Obj:
    references = [*(obj["metadata"].get("ownerReferences") or ()), owner_reference(owner)]
    world.compare(f"owner of {obj['metadata']['name']}", owner["metadata"]["name"], None)
    return world.api.update(set_in(obj, ("metadata", "ownerReferences"), references))


def _release(world: World, owner: Obj, obj: Obj) -> None:
    references = [
        reference
        for reference in obj["metadata"].get("ownerReferences") or ()
        if reference["uid"] != uid_of(owner)
    ]
    world.compare(f"labels of {obj['metadata']['name']}", "match the selector", "do not")
    world.api.update(put_in(obj, ("metadata", "ownerReferences"), references))
