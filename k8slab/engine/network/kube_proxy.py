"""kube-proxy: each node's rules follow Services and EndpointSlices after a lag of their own.

One actor notes each change of a Service's state; which of them a node's rules are at follows from
the node's lag for that change (``settings.proxy_lag_ms``), so no node needs a timer. A node whose
kube-proxy is stopped (fault ``kube-proxy-stop``) stays at what it had: the kernel goes on by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from ..base.objects import Key, Obj, get_in, key_of
from ..control import World
from .service_state import State, addresses_of, count_ready, state_of

OWNER = "kube-proxy"
STOPPED = Key("Fault", "", "kube-proxy-stop")
"""Its note is {node: stopped_ms}."""


class View(NamedTuple):
    """A Service as a node's rules have it (None: not at all), and until when that stays so."""

    state: State | None
    until_ms: int | None


class KubeProxy:
    """The actor: keeps the history of a Service's state that some node may still be at."""

    name = OWNER
    lag_ms = 1

    @property
    def watches(self) -> dict[str, Any]:
        return {"Service": _itself, "EndpointSlice": _service_of}

    def reconcile(self, world: World, key: Key) -> int | None:
        """Note the Service's state, if it is another than before."""
        history: list[list[Any]] = world.note(OWNER, key, [])
        state, last = state_of(world, key), history[-1][1] if history else None
        if state != last:
            kept = _needed(world, history)
            _remember(world, key, history, [*kept, [world.now_ms, state]])
            if state is not None or last is not None:
                ready, before = count_ready(state), count_ready(last)
                world.compare("backends", ready, before)
                world.did(f"sent {ready} backends of {key.name} to every node's rules")
        if state is not None or not world.note(OWNER, key):
            return None
        return self._forget(world, key)

    def _forget(self, world: World, key: Key) -> int | None:
        """Drop the history of a Service that is gone, once it is gone from each node's rules."""
        history: list[list[Any]] = world.note(OWNER, key)
        left_ms: int = history[-1][0] + world.settings.proxy_lag_ms[1] + 1 - world.now_ms
        if left_ms > 0:
            return left_ms
        if len(_needed(world, history)) == 1:
            _remember(world, key, history, [])
        return None


def _itself(world: World, service: Obj) -> Iterable[Key]:
    yield key_of(service)


def _service_of(world: World, slice_: Obj) -> Iterable[Key]:
    name = get_in(slice_, "metadata", "labels", "kubernetes.io/service-name")
    if name:
        yield Key("Service", slice_["metadata"]["namespace"], name)


def _needed(world: World, history: list[list[Any]]) -> list[list[Any]]:
    """What some node may be at: the last that all have, and all that came after it."""
    stopped: dict[str, int] = world.note(OWNER, STOPPED, {})
    oldest_ms = min((world.now_ms, *stopped.values())) - world.settings.proxy_lag_ms[1]
    settled = [entry for entry in history if entry[0] <= oldest_ms][-1:]
    return [*settled, *(entry for entry in history if entry[0] > oldest_ms)]


def _remember(world: World, key: Key, before: list[list[Any]], after: list[list[Any]]) -> None:
    """Keep a history, and file its Service under each address that it has in any part of it."""
    world.set_note(OWNER, key, after or None)
    old = set().union(*(addresses_of(state) for _, state in before))
    new = set().union(*(addresses_of(state) for _, state in after))
    mine = [key.namespace, key.name]
    for address in sorted(old ^ new):
        place = Key("Address", "", address)
        others = [each for each in world.note(OWNER, place, []) if each != mine]
        world.set_note(OWNER, place, sorted([*others, mine] if address in new else others) or None)


def services_at(world: World, address: str) -> list[Key]:
    """The Services that some node's rules may have at an address (or ``:PORT``)."""
    found: list[list[str]] = world.note(OWNER, Key("Address", "", address), [])
    return [Key("Service", *each) for each in found]


def services(world: World) -> list[Key]:
    """All Services that some node's rules may have."""
    return sorted(key for owner, key in world.notes if owner == OWNER and key.kind == "Service")


def synced_ms(world: World, node: str, service: Key, noted_ms: int) -> int:
    """When ``node``'s rules have a change that was noted at ``noted_ms``."""
    low, high = world.settings.proxy_lag_ms
    return noted_ms + world.between(low, high, OWNER, node, *service, noted_ms)


def view(world: World, node: str, service: Key) -> View:
    """What ``node``'s rules have of ``service`` now: the newest state that has reached it."""
    stopped: dict[str, int] = world.note(OWNER, STOPPED, {})
    now_ms = stopped.get(node, world.now_ms)
    settled_ms = now_ms - world.settings.proxy_lag_ms[1]
    history: list[list[Any]] = world.note(OWNER, service, [])
    until_ms: int | None = None
    if node not in stopped and (history[-1][1] if history else None) != state_of(world, service):
        until_ms = world.now_ms + 1  # the actor has a change still to note
    for noted_ms, state in reversed(history):
        if noted_ms > settled_ms:
            at_ms = synced_ms(world, node, service, noted_ms)
            if at_ms > now_ms:
                if node not in stopped:
                    until_ms = at_ms if until_ms is None else min(until_ms, at_ms)
                continue
        return View(state, until_ms)
    return View(None, until_ms)


def stop(world: World, node: str) -> None:
    """The kube-proxy of a node stops: its rules stay as they are."""
    stopped: dict[str, int] = world.note(OWNER, STOPPED, {})
    world.set_note(OWNER, STOPPED, {node: world.now_ms, **stopped})


def start(world: World, node: str) -> None:
    """It starts again, and writes all rules anew."""
    stopped: dict[str, int] = world.note(OWNER, STOPPED, {})
    left = {each: at_ms for each, at_ms in stopped.items() if each != node}
    world.set_note(OWNER, STOPPED, left or None)
    for service in services(world):
        world.wake(OWNER, service)
