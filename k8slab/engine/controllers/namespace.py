"""Deletion of a namespace: first all that is in it (namespaced_resources_deleter.go, 1.36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ..base.conditions import condition_of, conditions_of
from ..base.objects import Key, Obj, Objs, is_deleting, key_of
from ..base.pods import pod_is_terminal
from ..base.times import parse_rfc3339
from ..control import World
from ..control.loop import ANY_KIND, Watch

FINALIZER = "kubernetes"
GRACE_MS = 5_000
"""How long the controller lets a change of a namespace rest, for caches to hear of it."""
FINALIZERS_S = 15
"""How long it reckons that content with finalizers will take."""
RETRY_MS, RETRY_MAX_MS = 5, 60_000
"""After an error it looks again, each time after twice as long."""


class Plan(NamedTuple):
    """When the controller looks again: at a time, and from there in equal or doubling steps.

    Only a look that could find something else is made: it is woken by changes of the content.
    """

    at_ms: int
    every_ms: int
    errors: int = 0

    def coming(self, now_ms: int) -> Plan:
        """The plan from the next of its times on."""
        at_ms, errors = self.at_ms, self.errors
        if not errors:
            steps = -(-max(0, now_ms - at_ms) // self.every_ms)
            return self._replace(at_ms=at_ms + steps * self.every_ms)
        while at_ms < now_ms:
            at_ms, errors = at_ms + _back_off_ms(errors), errors + 1
        return Plan(at_ms, self.every_ms, errors)


def _back_off_ms(errors: int) -> int:
    return min(RETRY_MS << min(errors, 20), RETRY_MAX_MS)


class Look(NamedTuple):
    """What one look leaves: what is still there, for how many seconds it may stay, and an error.

    ``told`` is what the conditions tell of: nothing while pods are there. ``in_grace``: time alone
    changes what the next look finds, as pods may no longer be ending.
    """

    left: int
    told: Objs
    estimate_s: int
    error: str = ""
    in_grace: bool = False


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
        noted = world.note(self.name, key) or (world.now_ms + GRACE_MS, GRACE_MS)
        plan = Plan(*noted).coming(world.now_ms)
        world.set_note(self.name, key, [*plan])
        if plan.at_ms > world.now_ms:
            return plan.at_ms - world.now_ms
        return self._look(world, namespace, plan.errors)

    def _look(self, world: World, namespace: Obj, errors: int) -> int | None:
        """What is there is deleted, and what stays is told of; when to look again."""
        key = key_of(namespace)
        look = _emptied(world, namespace)
        world.compare(f"objects in {key.name}", 0, look.left)
        conditions = _conditions(world, namespace, look)
        changed = conditions != conditions_of(namespace)
        status = {"phase": "Terminating", "conditions": conditions}
        namespace = world.api.update_status(namespace, status)
        every_ms = (look.estimate_s // 2 + 1) * 1000
        if look.error:
            plan = Plan(world.now_ms + _back_off_ms(errors), every_ms, errors + 1)
        else:
            plan = Plan(world.now_ms + (GRACE_MS if changed else every_ms), every_ms)
        world.set_note(self.name, key, [*plan])
        if not look.left:
            spec = namespace.get("spec") or {}
            others = [it for it in spec.get("finalizers") or () if it != FINALIZER]
            world.api.finalize(namespace, others)
            return None
        return plan.at_ms - world.now_ms if changed or look.in_grace else None


def _emptied(world: World, namespace: Obj) -> Look:
    """All pods are deleted, and where none is left all the rest (deleteAllContent)."""
    name = namespace["metadata"]["name"]
    pods = world.store.list("Pod", name)
    estimate_s = _grace_s(world, namespace, pods)
    _delete(world, pods)
    pods = world.store.list("Pod", name)
    if pods and estimate_s:
        return Look(len(pods), [], estimate_s, in_grace=True)
    if any(pod["metadata"].get("finalizers") for pod in pods):
        return Look(len(pods), [], FINALIZERS_S)
    if pods:
        why = f"unexpected items still remain in namespace: {name} for gvr: /v1, Resource=pods"
        return Look(len(pods), [], 0, why)
    _delete(world, _content(world, name))
    left = _content(world, name)
    return Look(len(left), left, FINALIZERS_S if left else 0)


def _grace_s(world: World, namespace: Obj, pods: Objs) -> int:
    """The longest grace of a pod that has not ended; 0 once the deletion is that long ago."""
    running = [pod for pod in pods if not pod_is_terminal(pod)]
    graces = (int(pod["spec"].get("terminationGracePeriodSeconds") or 0) for pod in running)
    longest_s = max(graces, default=0)
    since_ms = world.unix_ms - parse_rfc3339(namespace["metadata"]["deletionTimestamp"])
    return 0 if since_ms >= longest_s * 1000 else longest_s


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


def _conditions(world: World, namespace: Obj, look: Look) -> Objs:
    kinds: dict[str, int] = {}
    finalizers: dict[str, int] = {}
    for obj in look.told:
        kind = world.api.discovery.named(obj["kind"])
        resource = f"{kind.plural}.{kind.group}"
        kinds[resource] = kinds.get(resource, 0) + 1
        for finalizer in obj["metadata"].get("finalizers") or ():
            finalizers[finalizer] = finalizers.get(finalizer, 0) + 1
    told = [
        ("NamespaceDeletionDiscoveryFailure", False, "ResourcesDiscovered",
         "All resources successfully discovered"),
        ("NamespaceDeletionGroupVersionParsingFailure", False, "ParsedGroupVersions",
         "All legacy kube types successfully parsed"),
        ("NamespaceDeletionContentFailure", False, "ContentDeleted",
         "All content successfully deleted, may be waiting on finalization"),
    ]  # fmt: skip
    if look.error:
        message = f"Failed to delete all resource types, 1 remaining: {look.error}"
        told[2] = (told[2][0], True, "ContentDeletionFailed", message)
    remaining = "All content successfully removed"
    if kinds:
        parts = [f"{kind} has {count} resource instances" for kind, count in sorted(kinds.items())]
        remaining = f"Some resources are remaining: {', '.join(parts)}"
    finalizing = "All content-preserving finalizers finished"
    if finalizers:
        parts = [f"{it} in {count} resource instances" for it, count in sorted(finalizers.items())]
        finalizing = f"Some content in the namespace has finalizers remaining: {', '.join(parts)}"
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
