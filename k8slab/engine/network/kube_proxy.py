"""kube-proxy: each node's rules follow the EndpointSlices after a lag of their own.

One actor notes each change of a Service's endpoints; which of them a node's rules are at follows
from the node's lag for that change (``settings.proxy_lag_ms``), so no node needs a timer. Rules use
ready endpoints, or, where none is ready, those that still serve while they terminate (KEP-1669).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from ..base.objects import Key, Obj, get_in
from ..control import World

OWNER = "kube-proxy"


class Endpoint(NamedTuple):
    """One backend of a rule."""

    address: str
    namespace: str
    pod: str
    node: str


class Rules(NamedTuple):
    """A node's backends of a Service, the ports behind its ports, and until when that stays so."""

    endpoints: tuple[Endpoint, ...]
    ports: dict[str, int]
    until_ms: int | None


class KubeProxy:
    """The actor: keeps the history of a Service's endpoints that some node may still use."""

    name = OWNER
    lag_ms = 1

    @property
    def watches(self) -> dict[str, Any]:
        return {"EndpointSlice": _service_of}

    def reconcile(self, world: World, key: Key) -> int | None:
        """Note the Service's endpoints, if they are others than before."""
        history: list[list[Any]] = world.note(OWNER, key, [])
        endpoints, ports = _backends(world, key)
        if history and history[-1][1:] == [endpoints, ports]:
            return None
        horizon_ms = world.now_ms - world.settings.proxy_lag_ms[1]
        settled = [entry for entry in history if entry[0] <= horizon_ms][-1:]
        recent = [entry for entry in history if entry[0] > horizon_ms]
        entry = [world.now_ms, endpoints, ports]
        world.set_note(OWNER, key, [*settled, *recent, entry])
        world.compare("backends", len(endpoints), len(history[-1][1]) if history else 0)
        world.did(f"sent {len(endpoints)} backends of {key.name} to every node's rules")
        return None


def _service_of(world: World, slice_: Obj) -> Iterable[Key]:
    name = get_in(slice_, "metadata", "labels", "kubernetes.io/service-name")
    if name:
        yield Key("Service", slice_["metadata"]["namespace"], name)


def _backends(world: World, service: Key) -> tuple[list[list[str]], dict[str, int]]:
    """Backends as JSON, and target ports by port name, as the EndpointSlices have them now."""
    ready, draining = [], []
    ports: dict[str, int] = {}
    for slice_ in world.store.by("EndpointSlice", "service", f"{service.namespace}/{service.name}"):
        ports.update({each.get("name") or "": each["port"] for each in slice_.get("ports") or ()})
        for endpoint in slice_.get("endpoints") or ():
            conditions = endpoint.get("conditions") or {}
            backend = [
                endpoint["addresses"][0],
                slice_["metadata"]["namespace"],
                get_in(endpoint, "targetRef", "name", default=""),
                endpoint.get("nodeName", ""),
            ]
            if conditions.get("ready", True) is not False:
                ready.append(backend)
            elif conditions.get("serving") and conditions.get("terminating"):
                draining.append(backend)
    return sorted(ready or draining), ports


def synced_ms(world: World, node: str, service: Key, noted_ms: int) -> int:
    """When ``node``'s rules have a change that was noted at ``noted_ms``."""
    low, high = world.settings.proxy_lag_ms
    return noted_ms + world.between(low, high, OWNER, node, *service, noted_ms)


def rules(world: World, node: str, service: Key) -> Rules:
    """What ``node``'s rules for ``service`` are now: the newest that has reached it."""
    settled_ms = world.now_ms - world.settings.proxy_lag_ms[1]
    history: list[list[Any]] = world.note(OWNER, service, [])
    until_ms: int | None = None
    if (history[-1][1:] if history else [[], {}]) != [*_backends(world, service)]:
        until_ms = world.now_ms + 1  # the actor has a change still to note
    for noted_ms, endpoints, ports in reversed(history):
        if noted_ms > settled_ms:
            at_ms = synced_ms(world, node, service, noted_ms)
            if at_ms > world.now_ms:
                until_ms = at_ms if until_ms is None else min(until_ms, at_ms)
                continue
        return Rules(tuple(Endpoint(*each) for each in endpoints), ports, until_ms)
    return Rules((), {}, until_ms)
