"""Store: what etcd holds, key by key."""

from __future__ import annotations

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key, Obj, key_of
from k8slab.engine.etcd import is_encrypted, path_of, value_of

from .choice import choose

KEYS_SHOWN = 1000


def stored(cluster: Cluster, of: str) -> Obj:
    """{"keys": [[key, resourceVersion]] (the first of "total"), "of", "value", "encrypted"}.

    The first choice is what was written last; ``of`` may also be an object as the page names it
    (``Pod/default/web-x``).
    """
    keys = {path_of(key): key for key in _all_keys(cluster)}
    paths = sorted(keys)
    versions = {path: _version(cluster, keys[path]) for path in paths}
    of = choose(_as_path(of), sorted(paths, key=lambda path: -versions[path]))
    return {
        "keys": list(versions.items())[:KEYS_SHOWN],
        "total": len(paths),
        "of": of,
        "value": value_of(cluster.world, keys[of]) if of else "",
        "encrypted": bool(of) and is_encrypted(cluster.world, keys[of]),
    }


def _all_keys(cluster: Cluster) -> list[Key]:
    store = cluster.world.store
    return [key_of(obj) for kind in store.kinds() for obj in store.list(kind)]


def _version(cluster: Cluster, key: Key) -> int:
    found = cluster.world.store.get(key) or {}
    return int(found["metadata"]["resourceVersion"])


def _as_path(of: str) -> str:
    if of.startswith("/"):
        return of
    kind, _, rest = of.partition("/")
    namespace, _, name = rest.partition("/")
    return path_of(Key(kind, namespace, name))
