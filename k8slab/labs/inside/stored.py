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
    store = cluster.world.store
    objects = {path_of(key_of(obj)): obj for kind in store.kinds() for obj in store.list(kind)}
    versions = {path: int(objects[path]["metadata"]["resourceVersion"]) for path in sorted(objects)}
    of = choose(_as_path(of), sorted(versions, key=lambda path: -versions[path]))
    key = key_of(objects[of])
    return {
        "keys": list(versions.items())[:KEYS_SHOWN],
        "total": len(objects),
        "of": of,
        "value": value_of(cluster.world, key),
        "encrypted": is_encrypted(cluster.world, key),
    }


def _as_path(of: str) -> str:
    if of.startswith("/"):
        return of
    kind, _, rest = of.partition("/")
    namespace, _, name = rest.partition("/")
    return path_of(Key(kind, namespace, name))
