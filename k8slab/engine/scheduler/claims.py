"""VolumeBinding beyond its filter: what a pod waits for, and where its claims are to be (1.36)."""

from __future__ import annotations

from collections.abc import Iterator

from ..base.objects import Key, Obj, annotations_of, get_in, set_in
from ..base.storage import SELECTED_NODE, claims_of, waits_for_consumer
from ..control import World
from ..store import Store

_UNBOUND = "pod has unbound immediate PersistentVolumeClaims"


def what_is_awaited(store: Store, pod: Obj) -> str:
    """Why no node is even asked: a claim that is missing, or not bound though its class binds at
    once; "" where there is none."""
    for key in claims_of(pod):
        claim = store.get(key)
        if claim is None:
            return f'persistentvolumeclaim "{key.name}" not found'
        if get_in(claim, "status", "phase") != "Bound" and not _waits(store, claim):
            return _UNBOUND
    return ""


def _waits(store: Store, claim: Obj) -> bool:
    name = claim["spec"].get("storageClassName") or ""
    return waits_for_consumer(store.get(Key("StorageClass", "", name)))


def _unbound(store: Store, pod: Obj) -> Iterator[Obj]:
    for key in claims_of(pod):
        claim = store.get(key)
        if claim is not None and get_in(claim, "status", "phase") != "Bound":
            yield claim


def select_node(world: World, pod: Obj, node: str) -> bool:
    """Have the pod's unbound claims bound for ``node`` (PreBind); whether there were any."""
    unbound = list(_unbound(world.store, pod))
    for claim in unbound:
        annotations = annotations_of(claim)
        if annotations.get(SELECTED_NODE) != node:
            after = {**annotations, SELECTED_NODE: node}
            world.api.update(set_in(claim, ("metadata", "annotations"), after))
    return bool(unbound)
