"""VolumeBinding, as far as a pod waits for its claims (its PreFilter, 1.36)."""

from __future__ import annotations

from ..base.objects import Key, Obj, get_in
from ..store import Store

_UNBOUND = "pod has unbound immediate PersistentVolumeClaims"


def what_is_awaited(store: Store, pod: Obj) -> str:
    """Why no node is even asked: a claim that is missing or not bound; "" where none is."""
    namespace = pod["metadata"]["namespace"]
    for volume in pod["spec"].get("volumes") or ():
        name = get_in(volume, "persistentVolumeClaim", "claimName")
        if name is None:
            continue
        claim = store.get(Key("PersistentVolumeClaim", namespace, name))
        if claim is None:
            return f'persistentvolumeclaim "{name}" not found'
        if get_in(claim, "status", "phase") != "Bound":
            return _UNBOUND
    return ""
