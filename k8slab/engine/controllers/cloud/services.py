"""The service controller: load balancers of the cloud for Services (cloud-provider, 1.36).

The note of a Service is {"ip", "ready_ms", "nodes", "gone_ms"?}: its load balancer, when the cloud
has it ready, the nodes that it sends to, and when the cloud is done with taking it down. Another
is what was seen of it last, of which changes are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...base.objects import Key, Obj, annotations_of, is_deleting, key_of, labels_of
from ...control import World
from ...control.loop import Watch

OWNER = "service-lb"
SEEN = "service-seen"
EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers"
SOURCE = "service-controller"
FINALIZER = "service.kubernetes.io/load-balancer-cleanup"
CHANGES = {
    "ranges": "LoadBalancerSourceRanges",
    "ports": "",
    "affinity": "",
    "address": "LoadbalancerIP",
    "external": "ExternalIP",
    "annotations": "",
    "policy": "ExternalTrafficPolicy",
}
"""What a load balancer is made anew for, in the order of looking; with the Event's reason."""
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
            world.set_note(SEEN, key, None)
            return None
        changed = _changes(world, service)
        wants = _wants(service)
        world.compare("load balancers", int(wants), int(note is not None))
        if wants:
            if changed and note is not None and world.now_ms >= note["ready_ms"]:
                _tell(world, service, "EnsuringLoadBalancer", "Ensuring load balancer")
                _tell(world, service, "EnsuredLoadBalancer", "Ensured load balancer")
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


def _changes(world: World, service: Obj) -> bool:
    """Whether something has changed that the cloud must know of; it is told (needsUpdate)."""
    key, spec = key_of(service), service["spec"]
    now = {
        "type": spec["type"],
        "ranges": spec.get("loadBalancerSourceRanges") or [],
        "ports": spec.get("ports"),
        "affinity": [spec.get("sessionAffinity"), spec.get("sessionAffinityConfig")],
        "address": spec.get("loadBalancerIP") or "",
        "external": spec.get("externalIPs") or [],
        "annotations": _annotations(service),
        "policy": spec.get("externalTrafficPolicy") or "",
    }
    before, seen = world.note(SEEN, key), now if _wants(service) else {"type": spec["type"]}
    if before == seen:
        return False
    world.set_note(SEEN, key, seen)
    if before is None or is_deleting(service):
        return False
    _tell_change(world, service, before, now)
    return True


def _tell_change(world: World, service: Obj, before: Obj, now: Obj) -> None:
    """An Event for the first of the changes that have one."""
    if before["type"] != now["type"]:
        if "LoadBalancer" in (before["type"], now["type"]):
            _tell(world, service, "Type", f"{before['type']} -> {now['type']}")
        return
    for field, reason in CHANGES.items():
        old, new = before.get(field), now[field]
        if old != new:
            if field == "external":
                _tell(world, service, reason, f"Count: {len(old or ())} -> {len(new)}")
            elif reason:
                _tell(world, service, reason, f"{_go(old)} -> {_go(new)}")
            return


def _go(value: Any) -> str:
    """A value as Go's %v prints it."""
    return f"[{' '.join(value)}]" if isinstance(value, list) else str(value)


def _annotations(service: Obj) -> Obj:
    return {
        name: value
        for name, value in annotations_of(service).items()
        if name != "kubectl.kubernetes.io/last-applied-configuration"
    }


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
    nodes = world.store.list("Node")
    return [node["metadata"]["name"] for node in nodes if EXCLUDED not in labels_of(node)]


def _free_address(world: World) -> str:
    taken = {note["ip"] for (owner, _), note in world.notes.items() if owner == OWNER}
    return next(ip for n in range(1, 255) if (ip := f"{NETWORK}.{n}") not in taken)


def _tell(world: World, service: Obj, reason: str, message: str) -> None:
    world.event(service, "Normal", reason, message, SOURCE)
