"""The node lifecycle controller: from a silent kubelet to taints (nodelifecycle, 1.36).

The controller looks at every node each 5 s. A node whose Lease it has not seen renewed for the
grace period becomes Unknown, and its pods not Ready; taints follow within 0.1 s, first NoSchedule,
then NoExecute. When it is back, NoSchedule goes at once and NoExecute at the controller's next
pass. Lease renewals are computed, so the controller sleeps until a kubelet falls silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..base.conditions import condition_of, conditions_of, replaced
from ..base.objects import Key, Obj, Objs, key_of, set_in
from ..base.pods import pod_is_ready
from ..control import World
from ..control.leases import lease_renewed_ms, machine_of
from ..control.loop import Watch
from . import node_zones

SOURCE = "node-controller"
PASS_MS = 5_000
"""--node-monitor-period."""
NO_SCHEDULE_LAG_MS, NO_EXECUTE_LAG_MS = 25, 30
NOT_READY, UNREACHABLE = "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"
READINESS_TAINTS = {"False": NOT_READY, "Unknown": UNREACHABLE}
PRESSURE_TAINTS = {
    "MemoryPressure": "node.kubernetes.io/memory-pressure",
    "DiskPressure": "node.kubernetes.io/disk-pressure",
    "PIDPressure": "node.kubernetes.io/pid-pressure",
    "NetworkUnavailable": "node.kubernetes.io/network-unavailable",
}
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
REPORTED = ("MemoryPressure", "DiskPressure", "PIDPressure", "Ready")
STUB: Obj = {"apiVersion": "v1", "kind": "Node"}
MANAGED = frozenset({NOT_READY, UNREACHABLE, UNSCHEDULABLE, *PRESSURE_TAINTS.values()})


class NodeLifecycle:
    """Marks silent nodes and taints what is not ready. Faults wake it when a kubelet goes down."""

    name = "node-lifecycle"
    lag_ms = 4

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"Node": _itself}

    def reconcile(self, world: World, key: Key) -> int | None:
        node = world.store.get(key)
        _watch_over(world, key, node)
        if node is None:
            return None
        _tell_the_others(world, key.name, ready=_status(node, "Ready") == "True")
        silent_ms = _silence_in_ms(world, node)
        if silent_ms == 0 and _status(node, "Ready") != "Unknown":
            _mark_unknown(world, node)
            return NO_SCHEDULE_LAG_MS
        if _status(node, "Ready") != "True":
            _mark_pods(world, node)
        wait_ms = _taint(world, node)
        waits = [it for it in (silent_ms, wait_ms) if it]
        return min(waits, default=None)


def _tell_the_others(world: World, name: str, *, ready: bool) -> None:
    """What may happen to the nodes that are not ready depends on how many they are."""
    for other in node_zones.note_readiness(world, name, ready=ready):
        if other != name:
            world.wake(NodeLifecycle.name, Key("Node", "", other))


def _watch_over(world: World, key: Key, node: Obj | None) -> None:
    """Say which nodes join and leave; those of the beginning have been there before all Events."""
    known = world.note(NodeLifecycle.name, key)
    if node is None:
        if known is not None:
            world.set_note(NodeLifecycle.name, key, None)
            _tell_the_others(world, key.name, ready=True)
            _say(world, {**STUB, "metadata": known}, "RemovingNode", "Removing", "from")
        return
    metadata = {"name": key.name, "uid": node["metadata"]["uid"]}
    if known == metadata:
        return
    world.set_note(NodeLifecycle.name, key, metadata)
    if node["metadata"]["creationTimestamp"] != world.timestamp(0):
        _say(world, node, "RegisteredNode", "Registered", "in")


def _say(world: World, node: Obj, reason: str, what: str, where: str) -> None:
    name = node["metadata"]["name"]
    text = f"Node {name} event: {what} Node {name} {where} Controller"
    world.event(node, "Normal", reason, text, SOURCE)


def _itself(world: World, obj: Obj) -> Iterable[Key]:
    yield key_of(obj)


def _status(node: Obj, type_: str) -> str:
    condition = condition_of(node, type_)
    return str(condition["status"]) if condition is not None else "Unknown"


def _silence_in_ms(world: World, node: Obj) -> int | None:
    """Milliseconds until the grace period is over; 0 where it is, None while the kubelet renews.

    The grace period runs from the pass at which the last renewal was seen.
    """
    if machine_of(world, node["metadata"]["name"])["up"]:
        return None
    grace_ms = world.settings.node_monitor_grace_period_ms
    seen_ms = -(-lease_renewed_ms(world, node) // PASS_MS) * PASS_MS
    due_ms = seen_ms + grace_ms
    world.compare("ms since the Lease was seen renewed", f"< {grace_ms}", world.now_ms - seen_ms)
    return max(0, due_ms - world.now_ms)


def _mark_unknown(world: World, node: Obj) -> None:
    conditions = conditions_of(node)
    for type_ in REPORTED:
        old = condition_of(node, type_)
        if old is not None and old["status"] == "Unknown":
            continue
        conditions = replaced(conditions, _unknown(world, node, type_, old))
    status = {**(node.get("status") or {}), "conditions": conditions}
    node = world.api.update_status(node, status)
    name = node["metadata"]["name"]
    message = f"Node {name} status is now: NodeNotReady"
    world.event(node, "Normal", "NodeNotReady", message, SOURCE)
    _mark_pods(world, node)


def _unknown(world: World, node: Obj, type_: str, old: Obj | None) -> Obj:
    if old is None:
        reason, message = "NodeStatusNeverUpdated", "Kubelet never posted node status."
        heartbeat = node["metadata"]["creationTimestamp"]
    else:
        reason, message = "NodeStatusUnknown", "Kubelet stopped posting node status."
        heartbeat = old["lastHeartbeatTime"]
    return {
        "type": type_,
        "status": "Unknown",
        "lastHeartbeatTime": heartbeat,
        "lastTransitionTime": world.timestamp(),
        "reason": reason,
        "message": message,
    }


def _mark_pods(world: World, node: Obj) -> None:
    """Pods of a node that is not ready are not Ready, whatever their kubelet last said."""
    for pod in world.store.by("Pod", "node", node["metadata"]["name"]):
        ready = condition_of(pod, "Ready")
        if ready is None or not pod_is_ready(pod):
            continue
        changed = {**ready, "status": "False", "lastTransitionTime": world.timestamp()}
        conditions = replaced(conditions_of(pod), changed)
        pod = world.api.update_status(pod, {**pod["status"], "conditions": conditions})
        world.event(pod, "Warning", "NodeNotReady", "Node is not ready", SOURCE)


def _taint(world: World, node: Obj) -> int | None:
    """Put one effect's taints right, NoSchedule first; when to look at the other."""
    if _set_taints(world, node, "NoSchedule", _no_schedule(node)):
        return NO_EXECUTE_LAG_MS
    wanted = [] if node_zones.all_are_down(world) else _no_execute(node)
    have = MANAGED & {it["key"] for it in _taints(node) if it["effect"] == "NoExecute"}
    if not wanted and have and world.now_ms % PASS_MS:
        return PASS_MS - world.now_ms % PASS_MS
    if wanted and not have:
        wait_ms = node_zones.wait_ms(world, node)
        if wait_ms is None or wait_ms:
            return wait_ms
        node_zones.tainted(world, node)
    _set_taints(world, node, "NoExecute", wanted)
    return None


def _no_schedule(node: Obj) -> list[str]:
    readiness = READINESS_TAINTS.get(_status(node, "Ready"))
    pressed = [
        taint
        for type_, taint in PRESSURE_TAINTS.items()
        if condition_of(node, type_) is not None and _status(node, type_) == "True"
    ]
    cordoned = [UNSCHEDULABLE] if node["spec"].get("unschedulable") else []
    return [*([readiness] if readiness else []), *pressed, *cordoned]


def _no_execute(node: Obj) -> list[str]:
    readiness = READINESS_TAINTS.get(_status(node, "Ready"))
    return [readiness] if readiness else []


def _taints(node: Obj) -> Objs:
    return node["spec"].get("taints") or []


def _set_taints(world: World, node: Obj, effect: str, wanted: list[str]) -> bool:
    """Make the managed taints of one effect those; whether anything had to be written."""
    have = [it["key"] for it in _taints(node) if it["effect"] == effect and it["key"] in MANAGED]
    if sorted(have) == sorted(wanted):
        return False
    world.compare(f"{effect} taints", wanted, have)
    kept = [
        it
        for it in _taints(node)
        if it["effect"] != effect or it["key"] not in MANAGED or it["key"] in wanted
    ]
    added: Objs = [
        {"key": key, "effect": effect, "timeAdded": world.timestamp()}
        for key in wanted
        if key not in have
    ]
    spec: dict[str, Any] = {**node["spec"], "taints": [*kept, *added]}
    if not spec["taints"]:
        del spec["taints"]
    world.api.update(set_in(node, ("spec",), spec))
    return True
