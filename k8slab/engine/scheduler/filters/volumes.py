"""Volumes: those that a pod claims can be had on the node, and are free (1.36)."""

from __future__ import annotations

from typing import NamedTuple

from ...base.objects import Key, Obj, Objs, key_of, labels_of
from ...base.storage import claims_of, reaches
from ...store import Store
from ..claims import bindings_on, bound_volumes, unbound
from ..hints import CLAIM, NODE_ADDED, NODE_LABELS, POD_GONE
from ..nodeinfo import NodeInfo
from ..plugin import Cycle, Filter, Refusal

_AWAY = "node(s) didn't match PersistentVolume's node affinity"
_NONE = "node(s) didn't find available persistent volumes to bind"
_MISSING = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"
_ONE_POD = (
    "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already "
    "in-use by another pod"
)
_IN_USE = Refusal((_ONE_POD,), resolvable=True)
_OTHER_ZONE = Refusal(("node(s) had no available volume zone",))
_BETA = "failure-domain.beta.kubernetes.io"
_TOPOLOGY = {
    f"{_BETA}/zone": "topology.kubernetes.io/zone",
    f"{_BETA}/region": "topology.kubernetes.io/region",
}
_ZONED = {*_TOPOLOGY, *_TOPOLOGY.values()}


class Wanted(NamedTuple):
    """The volumes that the pod's claims are bound to (None: one is gone), and the other claims."""

    volumes: list[Obj | None]
    unbound: Objs
    cycle: Cycle


class VolumeBinding(Filter):
    """Bound volumes admit the node; for what is unbound there is one, or one can be made there."""

    name = "VolumeBinding"
    local = False
    helped_by = frozenset({NODE_ADDED, NODE_LABELS, CLAIM})

    def concerns(self, pod: Obj, old: Obj | None, new: Obj | None, store: Store) -> bool:
        return new is not None and _is_of(pod, new)

    def prepare(self, cycle: Cycle) -> Wanted | None:
        volumes = bound_volumes(cycle.store, cycle.pod)
        waiting = unbound(cycle.store, cycle.pod)
        return Wanted(volumes, waiting, cycle) if volumes or waiting else None

    def check(self, state: Wanted, info: NodeInfo) -> Refusal | None:
        texts = _bound_refusals(state.volumes, info)
        if bindings_on(state.cycle.store, state.unbound, info.node) is None:
            texts.append(_NONE)
        return Refusal(tuple(sorted(texts))) if texts else None


def _bound_refusals(volumes: list[Obj | None], info: NodeInfo) -> list[str]:
    for volume in volumes:
        if volume is None:
            return [_MISSING]
        if not reaches(volume, info.node):
            return [_AWAY]
    return []


class VolumeZone(Filter):
    """A volume whose labels name a zone or region is used there only."""

    name = "VolumeZone"
    local = False
    helped_by = frozenset({NODE_ADDED, NODE_LABELS, CLAIM})

    def concerns(self, pod: Obj, old: Obj | None, new: Obj | None, store: Store) -> bool:
        return new is not None and _is_of(pod, new)

    def prepare(self, cycle: Cycle) -> list[tuple[str, set[str]]] | None:
        found = [
            (key, set(value.split("__")))
            for volume in bound_volumes(cycle.store, cycle.pod)
            for key, value in labels_of(volume or {"metadata": {}}).items()
            if key in _ZONED
        ]
        return found or None

    def check(self, state: list[tuple[str, set[str]]], info: NodeInfo) -> Refusal | None:
        if _ZONED.isdisjoint(info.labels):
            return None
        for key, values in state:
            here = info.labels.get(key, info.labels.get(_TOPOLOGY.get(key, "")))
            if here not in values:
                return _OTHER_ZONE
        return None


class VolumeRestrictions(Filter):
    """A claim for one pod alone (ReadWriteOncePod) is not used by another one."""

    name = "VolumeRestrictions"
    local = False
    helped_by = frozenset({NODE_ADDED, POD_GONE, CLAIM})

    def concerns(self, pod: Obj, old: Obj | None, new: Obj | None, store: Store) -> bool:
        if new is None:
            return old is not None and not set(claims_of(pod)).isdisjoint(claims_of(old))
        return new["kind"] == "Node" or key_of(new) in claims_of(pod)

    def prepare(self, cycle: Cycle) -> frozenset[Key] | None:
        mine = frozenset(
            key
            for key in claims_of(cycle.pod)
            if "ReadWriteOncePod"
            in ((cycle.store.get(key) or {}).get("spec") or {}).get("accessModes", ())
        )
        return mine if mine and _is_used(cycle, mine) else None

    def check(self, state: frozenset[Key], info: NodeInfo) -> Refusal | None:
        return _IN_USE


def _is_used(cycle: Cycle, claims: frozenset[Key]) -> bool:
    return any(
        not claims.isdisjoint(claims_of(pod)) and key_of(pod) != key_of(cycle.pod)
        for info in cycle.nodes
        for pod in info.pods.values()
    )


def _is_of(pod: Obj, other: Obj) -> bool:
    """Whether a change of a claim is one of the pod's; one of a volume, class or node may be."""
    return other["kind"] != "PersistentVolumeClaim" or key_of(other) in claims_of(pod)
