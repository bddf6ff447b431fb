"""The garbage collector: what goes when its owner goes (pkg/controller/garbagecollector, 1.36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..api.errors import ApiError
from ..base.objects import Key, Obj, Objs, is_deleting, key_of, put_in, uid_of, without_finalizer
from ..control import World
from ..control.loop import ANY_KIND, Watch

SOURCE = "garbage-collector-controller"
FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"
ORPHANED_MS = 15
"""Between the last dependent's leave and the owner's end."""


class GarbageCollector:
    """Background: dependents go after their owner. Foreground: before it. Orphan: they stay."""

    name = "garbage-collector"
    lag_ms = 15

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {ANY_KIND: _it_and_its_own, "Event": _nothing}

    def reconcile(self, world: World, key: Key) -> int | None:
        obj = world.store.get(key)
        if obj is None:
            return None
        finalizers = obj["metadata"].get("finalizers") or ()
        if is_deleting(obj) and ORPHAN in finalizers:
            return _orphan(world, obj)
        elif is_deleting(obj) and FOREGROUND in finalizers:
            _delete_dependents(world, obj)
        elif not is_deleting(obj) and obj["metadata"].get("ownerReferences"):
            _collect(world, obj)
        return None


def _nothing(world: World, obj: Obj) -> Iterable[Key]:
    """Events have no owners, and there are many of them."""
    return ()


def _it_and_its_own(world: World, obj: Obj) -> Iterable[Key]:
    """The object where it has owners or goes, its dependents, and an owner that waits for it."""
    metadata = obj["metadata"]
    references = metadata.get("ownerReferences") or ()
    going = is_deleting(obj) or world.store.get(key_of(obj)) is None
    if going:
        yield key_of(obj)
        for dependent in dependents(world, obj):
            yield key_of(dependent)
    elif any(_owner(world, obj, it) is None for it in references):
        yield key_of(obj)
    for reference in references if going else ():
        yield Key(reference["kind"], metadata.get("namespace", ""), reference["name"])


def dependents(world: World, owner: Obj) -> Objs:
    """What names ``owner`` among its owners."""
    return [
        it for kind in world.store.kinds() for it in world.store.by(kind, "owner", uid_of(owner))
    ]


def _owner(world: World, obj: Obj, reference: Obj) -> Obj | None:
    """The owner that a reference means; None where it is gone (or another of its name is there)."""
    namespace = obj["metadata"].get("namespace", "")
    for where in (namespace, "") if namespace else ("",):
        owner = world.store.get(Key(reference["kind"], where, reference["name"]))
        if owner is not None and uid_of(owner) == reference["uid"]:
            return owner
    return None


def _orphan(world: World, owner: Obj) -> int | None:
    """Take the owner off its dependents, then the finalizer off the owner, who has seen it."""
    found = dependents(world, owner)
    for dependent in found:
        _drop_reference(world, dependent, uid_of(owner))
    if found:
        return ORPHANED_MS
    world.api.update(without_finalizer(owner, ORPHAN))
    return None


def _delete_dependents(world: World, owner: Obj) -> None:
    """Foreground: the owner goes when no dependent that blocks it is left."""
    freed = [it for it in dependents(world, owner) if not is_deleting(it) and _collect(world, it)]
    left = [it for it in dependents(world, owner) if uid_of(it) not in map(uid_of, freed)]
    blocking = [it for it in left if _blocks(it, owner)]
    world.compare("dependents that block the deletion", 0, len(blocking))
    if not blocking:
        world.api.update(without_finalizer(owner, FOREGROUND))


def _blocks(dependent: Obj, owner: Obj) -> bool:
    return any(
        reference["uid"] == uid_of(owner) and reference.get("blockOwnerDeletion")
        for reference in dependent["metadata"]["ownerReferences"]
    )


def _collect(world: World, obj: Obj) -> bool:
    """Delete what has no owner that stays (attemptToDeleteItem).

    Where one stays, the others are forgotten, those included that wait for their dependents to
    go; whether any was. Nothing happens where it can't be told whether an owner is there.
    """
    references = obj["metadata"].get("ownerReferences") or []
    owners = [(it, _owner(world, obj, it)) for it in references]
    lost = [it for it, owner in owners if owner is None]
    for reference in lost:
        _tell_of_stranger(world, obj, reference)
    if any(_is_unclear(world, obj, it) for it in lost):
        return False
    waiting = [it for it, owner in owners if owner is not None and _awaits(owner)]
    world.compare("owners", len(references), len(references) - len(lost))
    if not lost and not waiting:
        return False
    if len(lost) + len(waiting) < len(references):
        for reference in (*lost, *waiting):
            _drop_reference(world, world.api.get(key_of(obj)), reference["uid"])
        return True
    policy = "Foreground" if waiting and dependents(world, obj) else _policy(obj)
    world.api.delete(key_of(obj), propagation=policy, uid=uid_of(obj))
    return False


def _awaits(owner: Obj) -> bool:
    """Whether an owner's foreground deletion waits for its dependents."""
    return is_deleting(owner) and FOREGROUND in (owner["metadata"].get("finalizers") or ())


def _policy(obj: Obj) -> str:
    """How an object goes with its last owner: as its finalizers say."""
    finalizers = obj["metadata"].get("finalizers") or ()
    if ORPHAN in finalizers:
        return "Orphan"
    return "Foreground" if FOREGROUND in finalizers else "Background"


def _is_unclear(world: World, obj: Obj, reference: Obj) -> bool:
    """Of a kind that nobody serves, or in a namespace where the dependent is in none."""
    try:
        kind = world.api.discovery.named(reference["kind"])
    except ApiError:
        return True
    return kind.namespaced and "namespace" not in obj["metadata"]


def _tell_of_stranger(world: World, obj: Obj, reference: Obj) -> None:
    """Say where the owner that is meant is in another namespace than its dependent."""
    if not any(uid_of(it) == reference["uid"] for it in world.store.list(reference["kind"])):
        return
    namespace, uid = obj["metadata"].get("namespace", ""), reference["uid"]
    kind = f"{reference['apiVersion']}/{reference['kind']}"
    meant = f"[{kind}, namespace: {namespace}, name: {reference['name']}, uid: {uid}]"
    message = f'ownerRef {meant} does not exist in namespace "{namespace}"'
    world.event(obj, "Warning", "OwnerRefInvalidNamespace", message, SOURCE)


def _drop_reference(world: World, obj: Obj, uid: str) -> None:
    left = [it for it in obj["metadata"]["ownerReferences"] if it["uid"] != uid]
    world.api.update(put_in(obj, ("metadata", "ownerReferences"), left))
