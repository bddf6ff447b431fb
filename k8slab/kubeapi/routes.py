"""What a path of the Kubernetes API means (apiserver request info, 1.36)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from k8slab.engine import metrics
from k8slab.engine.api import subresources
from k8slab.engine.api.discovery import Discovery
from k8slab.engine.api.kinds import Kind
from k8slab.engine.cluster import Cluster

from . import older


class Resource(NamedTuple):
    """What a path names: a kind's objects in a namespace ("" for all), or one of them."""

    kind: Kind
    namespace: str
    name: str
    subresource: str
    watches: bool = False


class NotServed(Exception):
    """A path that leads nowhere; ``group`` says that its group and version exist."""

    def __init__(self, group: bool) -> None:
        super().__init__()
        self.group = group


def resource_of(cluster: Cluster, path: str) -> Resource:
    """The resource of a path under /api or /apis. Raises NotServed."""
    parts = [part for part in path.split("/") if part]
    if parts[:1] == ["api"] and len(parts) > 2:
        group, version, rest = "", parts[1], parts[2:]
    elif parts[:1] == ["apis"] and len(parts) > 3:
        group, version, rest = parts[1], parts[2], parts[3:]
    else:
        raise NotServed(group=False)
    kinds = served(cluster).get((group, version))
    if kinds is None:
        raise NotServed(group=False)
    watches = rest[0] == "watch"
    rest = rest[1:] if watches else rest
    namespace = ""
    own = subresources.MORE["Namespace"]
    if rest[:1] == ["namespaces"] and len(rest) > 2 and rest[2] not in own:
        namespace, rest = rest[1], rest[2:]
    plural, name, subresource = (*rest, "", "", "")[:3]
    kind = kinds.get(plural)
    if kind is None or len(rest) > 3 or not _fits(kind, namespace, name, subresource):
        raise NotServed(group=True)
    return Resource(kind, namespace, name, subresource, watches)


def _fits(kind: Kind, namespace: str, name: str, subresource: str) -> bool:
    if namespace and not kind.namespaced:
        return False
    if kind.namespaced and name and not namespace:
        return False
    return not subresource or subresource in subresources.of_kind(kind)


def served(cluster: Cluster) -> dict[tuple[str, str], dict[str, Kind]]:
    """The kinds of each group and version by their plural names."""
    found = _of_discovery(cluster.world.api.discovery)
    if not metrics.available(cluster.world):
        return found
    place = (metrics.GROUP, metrics.VERSION)
    return {**found, place: {kind.plural: kind for kind in metrics.KINDS.values()}}


@lru_cache(maxsize=64)
def _of_discovery(discovery: Discovery) -> dict[tuple[str, str], dict[str, Kind]]:
    found: dict[tuple[str, str], dict[str, Kind]] = {}
    for kind in discovery.kinds:
        found.setdefault((kind.group, kind.version), {})[kind.plural] = kind
    found[older.KIND.group, older.KIND.version] = {older.KIND.plural: older.KIND}
    return found
