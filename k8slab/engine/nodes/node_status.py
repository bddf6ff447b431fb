"""What a kubelet writes on its own Node (kubelet_node_status.go and nodestatus/setters.go, 1.36).

A Node that says Ready=True needs no timer: its heartbeats are computed where they are read
(``control.leases``). The actor writes when a node is back after it was given up.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..base import chance
from ..base.conditions import conditions_of
from ..base.objects import Key, Obj, get_in, key_of, set_in
from ..control import World
from .machine import NODE_STATUS, change_machine, has_network, machine, recover
from .pressure import CONDITIONS, pressed

Wanted = dict[str, tuple[str, str, str]]

READY: Wanted = {
    "MemoryPressure": (
        "False",
        "KubeletHasSufficientMemory",
        "kubelet has sufficient memory available",
    ),
    "DiskPressure": ("False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    "PIDPressure": ("False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    "Ready": ("True", "KubeletReady", "kubelet is posting ready status"),
}


SHUTTING_DOWN = ("False", "KubeletNotReady", "node is shutting down")
NO_NETWORK = (
    "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady "
    "message:Network plugin returns error: cni plugin not initialized"
)
TOLD: dict[str, tuple[str, str]] = {
    **{type_: (goes, comes) for type_, (_, _, comes, goes) in CONDITIONS.items()},
    "PIDPressure": ("NodeHasSufficientPID", "NodeHasInsufficientPID"),
    "Ready": ("NodeNotReady", "NodeReady"),
}
"""condition -> the Events when it becomes False and True."""


class NodeStatus:
    """The actor; it also switches a rebooting node on again when its time has come."""

    name = NODE_STATUS
    lag_ms = 1_000

    @property
    def watches(self) -> dict[str, Any]:
        return {"Node": _itself}

    def reconcile(self, world: World, key: Key) -> int | None:
        """Report the node's conditions where others stand on it."""
        node = world.store.get(key)
        if node is None:
            world.set_note("images", key, None)
            return None
        state = machine(world, key.name)
        if not state["up"]:
            back_ms = state.get("back_ms")
            if back_ms is None:
                return None
            if world.now_ms < back_ms:
                return int(back_ms - world.now_ms)
            _switch_on(world, key, state)
        off_ms = machine(world, key.name).get("off_ms")
        if off_ms is not None and world.now_ms >= off_ms:
            change_machine(world, key.name, up=False, crashed=True, off_ms=None)
            return None
        status = _status(world, node)
        if status != node.get("status"):
            world.api.update_status(node, status)
            if world.settings.kubelet == "real":
                _tell(world, node, status)
        return None if off_ms is None else int(off_ms - world.now_ms)


def _itself(world: World, node: Obj) -> Iterable[Key]:
    yield key_of(node)


def _switch_on(world: World, key: Key, state: dict[str, Any]) -> None:
    recover(world, key.name)
    world.did(f"{key.name} is up again after {(world.now_ms - state['since_ms']) // 1000} s")


def _status(world: World, node: Obj) -> Obj:
    name = node["metadata"]["name"]
    status: Obj = node.get("status") or {}
    booted_ms = machine(world, name).get("booted_ms")
    if booted_ms is not None:
        boot_id = chance.uid(world.seed, "boot-id", name, booted_ms)
        status = set_in(status, ("nodeInfo", "bootID"), boot_id)
    wanted = _wanted(world, name)
    conditions = [_condition(world, wanted, each) for each in conditions_of(node)]
    present = {each["type"] for each in conditions}
    missing = [each for each in READY if each not in present]
    conditions += [_condition(world, wanted, {"type": each}) for each in missing]
    if conditions != conditions_of(node):
        status = {**status, "conditions": conditions}
    return status


def _tell(world: World, old: Obj, new: Obj) -> None:
    """An Event for each condition that has changed, after that of a kubelet that has begun anew."""
    name = old["metadata"]["name"]
    if machine(world, name).get("started_ms") == machine(world, name)["since_ms"]:
        world.event(old, "Normal", "Starting", "Starting kubelet.", "kubelet", host=name)
    boot_id = get_in(new, "nodeInfo", "bootID")
    if boot_id != get_in(old, "status", "nodeInfo", "bootID"):
        text = f"Node {name} has been rebooted, boot id: {boot_id}"
        world.event(old, "Warning", "Rebooted", text, "kubelet", host=name)
    before = {each["type"]: each["status"] for each in conditions_of(old)}
    for each in new.get("conditions") or ():
        if each["type"] in TOLD and before.get(each["type"]) != each["status"]:
            reason = TOLD[each["type"]][each["status"] == "True"]
            text = f"Node {name} status is now: {reason}"
            world.event(old, "Normal", reason, text, "kubelet", host=name)


def _wanted(world: World, node: str) -> dict[str, tuple[str, str, str]]:
    """What the kubelet reports: all is well, but for what it is short of."""
    short = {it: ("True", *CONDITIONS[it][:2]) for it in pressed(world, node)}
    bare = {} if has_network(world, node) else {"Ready": ("False", "KubeletNotReady", NO_NETWORK)}
    off = {"Ready": SHUTTING_DOWN} if machine(world, node).get("off_ms") is not None else {}
    return {**READY, **short, **bare, **off}


def _condition(world: World, wanted_of: Wanted, old: Obj) -> Obj:
    wanted = wanted_of.get(old["type"])
    if wanted is None or old.get("status") == wanted[0]:
        return old
    now = world.timestamp()
    status, reason, message = wanted
    return {
        "type": old["type"],
        "status": status,
        "lastHeartbeatTime": now,
        "lastTransitionTime": now,
        "reason": reason,
        "message": message,
    }
