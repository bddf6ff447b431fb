"""The status of ResourceQuotas (pkg/controller/resourcequota, 1.36).

Admission charges a quota for what is created; this controller counts anew when the quota changes
and when something is gone or uses less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from ..api import quota
from ..base.objects import Key, Obj, get_in, is_deleting, key_of
from ..base.podresources import Amounts, format_amount
from ..control import World
from ..control.loop import ANY_KIND, Watch

_CHANGING = frozenset({"Service", "PersistentVolumeClaim"})
"""Kinds of which an object can come to use less than it was charged for."""


class ResourceQuotas:
    """Keeps status.hard as the spec says, and status.used as the objects are."""

    name = "resourcequota"
    lag_ms = 100

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {ANY_KIND: _where_it_was, "ResourceQuota": _itself, "Event": _nothing}

    def reconcile(self, world: World, key: Key) -> int | None:
        it = world.store.get(key)
        if it is None:
            return None
        hard = get_in(it, "spec", "hard", default={})
        used = _used(world, it)
        told = {name: format_amount(name, used.get(name, Fraction(0))) for name in sorted(hard)}
        world.compare(f"usage of {key.name}", told, get_in(it, "status", "used"))
        world.api.update_status(it, {"hard": hard, "used": told})
        return _again_ms(world, key.namespace)


def _itself(world: World, obj: Obj) -> Iterable[Key]:
    yield key_of(obj)


def _nothing(world: World, obj: Obj) -> Iterable[Key]:
    return ()


def _again_ms(world: World, namespace: str) -> int | None:
    """Until a pod that is being deleted will no longer be charged."""
    now_ms = world.unix_ms
    ends = (quota.free_at_unix_ms(pod, now_ms) for pod in world.store.list("Pod", namespace))
    return min((end_ms + 1 - now_ms for end_ms in ends if end_ms > now_ms), default=None)


def _where_it_was(world: World, obj: Obj) -> Iterable[Key]:
    """The quotas of a namespace that something has left, or in which it may use less now."""
    if not world.store.count("ResourceQuota"):
        return
    less = get_in(obj, "status", "phase") in ("Succeeded", "Failed") or obj["kind"] in _CHANGING
    if less or is_deleting(obj) or world.store.get(key_of(obj)) is None:
        for it in world.store.list("ResourceQuota", obj["metadata"].get("namespace", "")):
            yield key_of(it)


def _used(world: World, it: Obj) -> Amounts:
    used: Amounts = {}
    for name in world.store.kinds():
        kind = world.api.discovery.named(name)
        if not kind.namespaced or name == "Event":
            continue
        for obj in world.store.list(name, it["metadata"]["namespace"]):
            if quota.in_scope(it, kind, obj):
                used = quota.add(used, quota.usage_of(kind, obj, world.unix_ms))
    return used
