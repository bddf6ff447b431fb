"""Store: what etcd holds, key by key."""

from __future__ import annotations

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key, Obj, key_of
from k8slab.engine.etcd import is_encrypted, path_of, value_of

from .choice import choose


def stored(cluster: Cluster, of: str) -> Obj:
    """{"choices": every key, "versions": resourceVersion by key, "of", "value", "encrypted"}.

    ``of`` may also be an object as the page names it (``Pod/default/web-x``).
    """
    store = cluster.world.store
    keys = {path_of(key): key for key in _all_keys(cluster)}
    choices = sorted(keys)
    of = choose(_as_path(of), choices)
    versions = {
        path: int((store.get(key) or {})["metadata"]["resourceVersion"])
        for path, key in keys.items()
    }
    return {
        "choices": choices,
        "versions": versions,
        "of": of,
        "value": value_of(cluster.world, keys[of]) if of else "",
        "encrypted": bool(of) and is_encrypted(cluster.world, keys[of]),
    }


def _all_keys(cluster: Cluster) -> list[Key]:
    store = cluster.world.store
    return [key_of(obj) for kind in store.kinds() for obj in store.list(kind)]


def _as_path(of: str) -> str:
    if of.startswith("/"):
        return of
    kind, _, rest = of.partition("/")
    namespace, _, name = rest.partition("/")
    return path_of(Key(kind, namespace, name))
