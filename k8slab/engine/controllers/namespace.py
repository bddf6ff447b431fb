"""Deletion of a namespace: first all that is in it (namespaced_resources_deleter.go, 1.36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..base.conditions import condition_of, conditions_of
from ..base.objects import Key, Obj, Objs, is_deleting, key_of
from ..control import World
from ..control.loop import ANY_KIND, Watch

FINALIZER = "kubernetes"
GRACE_MS = 5_000
"""How long the controller lets a change of a namespace rest, for caches to hear of it."""
AGAIN_MS = 8_000
"""How often it looks again at one whose content waits for finalizers."""


class Namespaces:
    """Empties a namespace that is being deleted, its pods first; then lets it go."""

    name = "namespace"
    lag_ms = 20

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {ANY_KIND: _its_namespace, "Namespace": _itself}

    def reconcile(self, world: World, key: Key) -> int | None:
        namespace = world.store.get(key)
        if namespace is None or not is_deleting(namespace):
            world.set_note(self.name, key, None)
            return None
        look_ms = world.note(self.name, key)
        if look_ms is None:
            look_ms = world.now_ms + GRACE_MS
            world.set_note(self.name, key, look_ms)
        late_ms = world.now_ms - look_ms
        wait_ms = -late_ms if late_ms < 0 else -late_ms % AGAIN_MS
        if wait_ms:
            return int(wait_ms)
        return self._empty(world, namespace)

    def _empty(self, world: World, namespace: Obj) -> int | None:
        """One look: what is there is deleted, and what stays is told of."""
        key = key_of(namespace)
        pods = world.store.list("Pod", key.name)
        _delete(world, pods)
        waits = bool(world.store.list("Pod", key.name))
        if not waits:
            _delete(world, _content(world, key.name))
        left = _content(world, key.name)
        world.compare(f"objects in {key.name}", 0, len(left))
        conditions = _conditions(world, namespace, [] if waits else left)
        changed = conditions != conditions_of(namespace)
        status = {"phase": "Terminating", "conditions": conditions}
        namespace = world.api.update_status(namespace, status)
        world.set_note(self.name, key, world.now_ms + (GRACE_MS if changed else AGAIN_MS))
        if not left:
            spec = namespace.get("spec") or {}
            others = [it for it in spec.get("finalizers") or () if it != FINALIZER]
            world.api.finalize(namespace, others)
        return GRACE_MS if left and changed else None


def _delete(world: World, objects: Objs) -> None:
    for obj in objects:
        if not is_deleting(obj):
            world.api.delete(key_of(obj), propagation="Background")


def _itself(world: World, obj: Obj) -> Iterable[Key]:
    if is_deleting(obj):
        yield key_of(obj)


def _its_namespace(world: World, obj: Obj) -> Iterable[Key]:
    key = Key("Namespace", "", obj["metadata"].get("namespace", ""))
    namespace = world.store.get(key)
    if namespace is not None and is_deleting(namespace):
        yield key


def _content(world: World, name: str) -> Objs:
    return [obj for kind in world.store.kinds() for obj in world.store.list(kind, name)]


def _conditions(world: World, namespace: Obj, left: Objs) -> Objs:
    kinds: dict[str, int] = {}
    finalizers: dict[str, int] = {}
    for obj in left:
        kind = world.api.discovery.named(obj["kind"])
        resource = f"{kind.plural}.{kind.group}"
        kinds[resource] = kinds.get(resource, 0) + 1
        for finalizer in obj["metadata"].get("finalizers") or ():
            finalizers[finalizer] = finalizers.get(finalizer, 0) + 1
    fine = (
        ("NamespaceDeletionDiscoveryFailure", "ResourcesDiscovered",
         "All resources successfully discovered"),
        ("NamespaceDeletionGroupVersionParsingFailure", "ParsedGroupVersions",
         "All legacy kube types successfully parsed"),
        ("NamespaceDeletionContentFailure", "ContentDeleted",
         "All content successfully deleted, may be waiting on finalization"),
    )  # fmt: skip
    remaining = "All content successfully removed"
    if kinds:
        parts = [f"{kind} has {count} resource instances" for kind, count in sorted(kinds.items())]
        remaining = f"Some resources are remaining: {', '.join(parts)}"
    finalizing = "All content-preserving finalizers finished"
    if finalizers:
        parts = [f"{it} in {count} resource instances" for it, count in sorted(finalizers.items())]
        finalizing = f"Some content in the namespace has finalizers remaining: {', '.join(parts)}"
    told = [(type_, False, reason, message) for type_, reason, message in fine]
    told.append(("NamespaceContentRemaining", bool(kinds),
                 "SomeResourcesRemain" if kinds else "ContentRemoved", remaining))  # fmt: skip
    told.append(("NamespaceFinalizersRemaining", bool(finalizers),
                 "SomeFinalizersRemain" if finalizers else "ContentHasNoFinalizers",
                 finalizing))  # fmt: skip
    return [_condition(world, namespace, *entry) for entry in told]


def _condition(
    world: World, namespace: Obj, type_: str, holds: bool, reason: str, message: str
) -> Obj:
    status = "True" if holds else "False"
    old = condition_of(namespace, type_)
    new: dict[str, Any] = {
        "type": type_,
        "status": status,
        "lastTransitionTime": world.timestamp(),
        "reason": reason,
        "message": message,
    }
    if old is not None and old["status"] == status:
        new["lastTransitionTime"] = old["lastTransitionTime"]
    return new
