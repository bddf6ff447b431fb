"""In-place resize: a running pod is given other resources, if its node has them (allocation, 1.36).

What is asked for is in the spec. The kubelet grants it where it fits, else it goes on with what
the containers had (``memory["allocated"]``), and says on the pod's condition what it waits for.
"""

from __future__ import annotations

import json
from typing import Any

from ..base.objects import Key, Obj
from ..base.podresources import pod_total
from ..base.pods import node_of
from ..base.quantity import parse_quantity
from ..control import World
from .fitting import insufficient, neighbours
from .lifecycle import NEW

RETRY_MS = 10_000
_KINDS = ("initContainers", "containers")
Memory = dict[str, Any]


def resized(world: World, pod: Obj, memory: Memory) -> tuple[Memory, list[str], int | None]:
    """The memory after a look at the pod's resources, the containers that must be started anew for
    theirs, and when to look again."""
    if pod["metadata"].get("generation", 1) == 1:
        return memory, [], None
    changed = _changed(pod, memory)
    if not changed:
        done = {it: memory[it] for it in memory if it not in ("allocated", "resize")}
        return (done if len(done) < len(memory) else memory), [], None
    verdict = _verdict(world, pod)
    if verdict is None:
        _tell(world, pod, "Normal", "ResizeStarted", "Pod resize started")
        _tell(world, pod, "Normal", "ResizeCompleted", "Pod resize completed")
        restarted = [name for name, pair in changed.items() if _needs_restart(pod, name, *pair)]
        done = {it: memory[it] for it in memory if it not in ("allocated", "resize")}
        return done, restarted, None
    reason, message = verdict
    if memory.get("resize") != [reason, message]:
        _tell(world, pod, "Warning", f"Resize{reason}", f"Pod resize {reason}", message)
    allocated = {name: had for name, (had, _) in changed.items()}
    waits = {**memory, "resize": [reason, message], "allocated": allocated}
    return waits, [], world.now_ms + RETRY_MS if reason == "Deferred" else None


def _changed(pod: Obj, memory: Memory) -> dict[str, tuple[Obj, Obj]]:
    """What running containers have and shall have, where that differs."""
    statuses = pod.get("status") or {}
    had = {
        each["name"]: each["resources"]
        for field in ("initContainerStatuses", "containerStatuses")
        for each in statuses.get(field) or ()
        if "resources" in each
    }
    return {
        container["name"]: (had[container["name"]], container.get("resources") or {})
        for kind in _KINDS
        for container in pod["spec"].get(kind) or ()
        if container["name"] in had
        and memory["containers"].get(container["name"], NEW).get("number", -1) >= 0
        and had[container["name"]] != (container.get("resources") or {})
    }


def _verdict(world: World, pod: Obj) -> tuple[str, str] | None:
    """Infeasible where the node could never grant it, Deferred where it cannot now."""
    node = world.store.get(Key("Node", "", node_of(pod)))
    if node is None:
        return None
    room = (node.get("status") or {}).get("allocatable") or {}
    for name, requested in pod_total(pod["spec"], "requests").items():
        capacity = parse_quantity(str(room.get(name, "0")))
        if name in ("cpu", "memory") and requested > capacity:
            scale = 1000 if name == "cpu" else 1
            amounts = f"requested: {int(requested * scale)}, capacity: {int(capacity * scale)}"
            return "Infeasible", f"Node didn't have enough capacity: {name}, {amounts}"
    lack = next(insufficient(pod, node, neighbours(world, pod)), None)
    return None if lack is None else ("Deferred", lack.message)


def _needs_restart(pod: Obj, name: str, had: Obj, has: Obj) -> bool:
    containers = (it for kind in _KINDS for it in pod["spec"].get(kind) or ())
    container = next(it for it in containers if it["name"] == name)
    restarting = [
        policy["resourceName"]
        for policy in container.get("resizePolicy") or ()
        if policy["restartPolicy"] == "RestartContainer"
    ]
    return any(_amounts(had, it) != _amounts(has, it) for it in restarting)


def _amounts(resources: Obj, name: str) -> list[Any]:
    return [(resources.get(it) or {}).get(name) for it in ("limits", "requests")]


def _tell(world: World, pod: Obj, type_: str, reason: str, what: str, error: str = "") -> None:
    asked: Obj = {
        kind: [{"name": it["name"], "resources": _sorted(it)} for it in pod["spec"][kind]]
        for kind in _KINDS
        if pod["spec"].get(kind)
    }
    asked["generation"] = pod["metadata"].get("generation", 1)
    if error:
        asked["error"] = error
    text = json.dumps(asked, separators=(",", ":"))
    world.event(pod, type_, reason, f"{what}: {text}", "kubelet", host=node_of(pod))


def _sorted(container: Obj) -> Obj:
    """A container's resources in the order in which Go prints them."""
    resources = container.get("resources") or {}
    return {it: dict(sorted(resources[it].items())) for it in sorted(resources)}
