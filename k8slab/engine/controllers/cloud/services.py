"""The service controller: load balancers of the cloud for Services (cloud-provider, 1.36).

The note of a Service is {"ip", "ready_ms", "nodes", "gone_ms"?}: its load balancer, when the cloud
has it ready, the nodes that it sends to, and when the cloud is done with taking it down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...base.objects import Key, Obj, is_deleting, key_of
from ...control import World
from ...control.loop import Watch

OWNER = "service-lb"
SOURCE = "service-controller"
FINALIZER = "service.kubernetes.io/load-balancer-cleanup"
NETWORK = "192.0.2"
"""Where the cloud's load balancers have their addresses (RFC 5737)."""
CREATE_MS, DELETE_MS = (2_000, 5_000), (1_000, 2_000)


class LoadBalancers:
    """Has the cloud make a load balancer for a Service that wants one, and take it down again."""

    name = OWNER
    lag_ms = 20

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"Service": _itself, "Node": _with_balancers}

    def reconcile(self, world: World, key: Key) -> int | None:
        service = world.store.get(key)
        note: dict[str, Any] | None = world.note(OWNER, key)
        if service is None:
            world.set_note(OWNER, key, None)
            return None
        wants = _wants(service)
        world.compare("load balancers", int(wants), int(note is not None))
        if wants:
            return self._ensure(world, service, note)
        if note is not None or FINALIZER in _finalizers(service):
            return self._delete(world, service, note or {})
        return None

    def _ensure(self, world: World, service: Obj, note: dict[str, Any] | None) -> int | None:
        key = key_of(service)
        if FINALIZER not in _finalizers(service):
            service = _with_finalizers(world, service, [*_finalizers(service), FINALIZER])
        if note is None or "gone_ms" in note:
            _tell(world, service, "EnsuringLoadBalancer", "Ensuring load balancer")
            takes_ms = world.between(*CREATE_MS, OWNER, *key, world.now_ms)
            ready_ms = world.now_ms + takes_ms
            note = {"ip": _free_address(world), "ready_ms": ready_ms, "nodes": _nodes(world)}
            world.set_note(OWNER, key, note)
        if world.now_ms < note["ready_ms"]:
            return int(note["ready_ms"] - world.now_ms)
        status = {"loadBalancer": {"ingress": [{"ip": note["ip"], "ipMode": "VIP"}]}}
        if service["status"] != status:
            service = world.api.update_status(service, status)
            _tell(world, service, "EnsuredLoadBalancer", "Ensured load balancer")
        if note["nodes"] != _nodes(world):
            world.set_note(OWNER, key, {**note, "nodes": _nodes(world)})
            _tell(world, service, "UpdatedLoadBalancer", "Updated load balancer with new hosts")
        return None

    def _delete(self, world: World, service: Obj, note: dict[str, Any]) -> int | None:
        key = key_of(service)
        if "gone_ms" not in note:
            _tell(world, service, "DeletingLoadBalancer", "Deleting load balancer")
            takes_ms = world.between(*DELETE_MS, OWNER, "delete", *key, world.now_ms)
            note = {**note, "gone_ms": world.now_ms + takes_ms}
            world.set_note(OWNER, key, note)
        if world.now_ms < note["gone_ms"]:
            return int(note["gone_ms"] - world.now_ms)
        world.set_note(OWNER, key, None)
        _tell(world, service, "DeletedLoadBalancer", "Deleted load balancer")
        if service["status"] != {"loadBalancer": {}}:
            service = world.api.update_status(service, {"loadBalancer": {}})
        left = [each for each in _finalizers(service) if each != FINALIZER]
        _with_finalizers(world, service, left)
        return None


def _itself(world: World, service: Obj) -> Iterable[Key]:
    yield key_of(service)


def _with_balancers(world: World, node: Obj) -> Iterable[Key]:
    """A node that comes or goes changes every load balancer's hosts."""
    nodes = _nodes(world)
    for service in world.store.list("Service"):
        note = world.note(OWNER, key_of(service))
        if note is not None and note["nodes"] != nodes:
            yield key_of(service)


def _wants(service: Obj) -> bool:
    """Of the class that nobody else takes care of, and not on its way out."""
    spec = service["spec"]
    mine = spec["type"] == "LoadBalancer" and not spec.get("loadBalancerClass")
    return bool(mine and not is_deleting(service))


def _finalizers(service: Obj) -> list[str]:
    return list(service["metadata"].get("finalizers") or ())


def _with_finalizers(world: World, service: Obj, finalizers: list[str]) -> Obj:
    metadata = {**service["metadata"], "finalizers": finalizers}
    if not finalizers:
        del metadata["finalizers"]
    return world.api.update({**service, "metadata": metadata})


def _nodes(world: World) -> list[str]:
    return [node["metadata"]["name"] for node in world.store.list("Node")]


def _free_address(world: World) -> str:
    taken = {note["ip"] for (owner, _), note in world.notes.items() if owner == OWNER}
    return next(ip for n in range(1, 255) if (ip := f"{NETWORK}.{n}") not in taken)


def _tell(world: World, service: Obj, reason: str, message: str) -> None:
    world.event(service, "Normal", reason, message, SOURCE)
