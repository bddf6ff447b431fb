"""Each namespace has a ConfigMap with the cluster's CA (rootcacertpublisher, 1.36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..base.objects import Key, Obj, get_in, is_deleting
from ..control import World
from ..control.loop import Watch

NAME = "kube-root-ca.crt"
DESCRIPTION = {
    "kubernetes.io/description": "Contains a CA bundle that can be used to verify the "
    "kube-apiserver when using internal endpoints such as the internal service IP or "
    "kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes "
    "clusters."
}
SOURCE = Key("ConfigMap", "kube-system", NAME)


class RootCaPublisher:
    """Creates it, and puts it right where somebody changed or deleted it."""

    name = "root-ca-cert-publisher"
    lag_ms = 3

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"Namespace": _itself, "ConfigMap": _its_namespace}

    def reconcile(self, world: World, key: Key) -> int | None:
        namespace = world.store.get(key)
        if namespace is None or is_deleting(namespace):
            return None
        published = world.store.get(Key("ConfigMap", key.name, NAME))
        data = get_in(world.store.get(SOURCE), "data", default={"ca.crt": ""})
        if published is None:
            world.compare(f"ConfigMap {NAME}", "there", "missing")
            metadata = {"name": NAME, "namespace": key.name, "annotations": DESCRIPTION}
            head = {"apiVersion": "v1", "kind": "ConfigMap"}
            world.api.create({**head, "metadata": metadata, "data": data})
        elif published.get("data") != data:
            world.compare(f"data of {NAME}", "the cluster's CA", "something else")
            world.api.update({**published, "data": data})
        return None


def _itself(world: World, obj: Obj) -> Iterable[Key]:
    yield Key("Namespace", "", obj["metadata"]["name"])


def _its_namespace(world: World, obj: Obj) -> Iterable[Key]:
    if obj["metadata"]["name"] == NAME:
        yield Key("Namespace", "", obj["metadata"]["namespace"])
