"""Each namespace has a ServiceAccount "default" (serviceaccounts_controller.go, 1.36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..base.objects import Key, Obj, is_deleting
from ..control import World
from ..control.loop import Watch


class DefaultServiceAccounts:
    """Creates it, and again where somebody deleted it."""

    name = "serviceaccount"
    lag_ms = 3

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"Namespace": _itself, "ServiceAccount": _its_namespace}

    def reconcile(self, world: World, key: Key) -> int | None:
        namespace = world.store.get(key)
        if namespace is None or is_deleting(namespace):
            return None
        if world.store.get(Key("ServiceAccount", key.name, "default")) is None:
            world.compare("ServiceAccount default", "there", "missing")
            metadata = {"name": "default", "namespace": key.name}
            world.api.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})
        return None


def _itself(world: World, obj: Obj) -> Iterable[Key]:
    yield Key("Namespace", "", obj["metadata"]["name"])


def _its_namespace(world: World, obj: Obj) -> Iterable[Key]:
    if obj["metadata"]["name"] == "default":
        yield Key("Namespace", "", obj["metadata"]["namespace"])
