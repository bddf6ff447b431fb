"""The order in which a pod's containers run and stop (kuberuntime computePodActions, 1.36).

Init containers run one after another until each has succeeded; a sidecar (restartPolicy Always)
lets the next one on as soon as it has started, and lives on beside all others. When every container
of the pod has ended for good, or the pod is deleted, the sidecars stop after the rest, last first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..base.objects import Obj
from ..control import World
from .containers import Here, Step, go, restarts, stop
from .lifecycle import ALIVE, NEW, Record
from .status import has_begun, is_sidecar, is_started

Memory = dict[str, Any]
LEAST_GRACE_S = 2  # what a container has that waited for its turn (minimumGracePeriodInSeconds)


def earliest(wakes: Iterable[int | None]) -> int | None:
    """The first of some moments; None where there is none."""
    return min((wake for wake in wakes if wake is not None), default=None)


def run_all(world: World, pod: Obj, memory: Memory) -> tuple[Memory, int | None]:
    """Let every container move that may, and say when to look again."""
    if _is_over(world, pod, memory):
        return _stop_sidecars(world, pod, {**memory, "done": True})
    wakes: list[int | None] = []
    begun = has_begun(pod, memory["containers"])
    for container in pod["spec"].get("initContainers") or ():
        if begun and not is_sidecar(container):
            continue
        memory, again_ms = _move(Here(world, pod, container, memory, "initContainers"))
        wakes.append(again_ms)
        if not begun and not _lets_on(container, memory["containers"][container["name"]]):
            return memory, earliest(wakes)
    for kind in ("containers", "ephemeralContainers"):
        for container in pod["spec"].get(kind) or ():
            memory, again_ms = _move(Here(world, pod, container, memory, kind))
            wakes.append(again_ms)
            if memory["containers"][container["name"]]["state"] == "hooking":
                return memory, earliest(wakes)
    if _is_over(world, pod, memory):
        return _stop_sidecars(world, pod, {**memory, "done": True})
    return memory, earliest(wakes)


def _move(here: Here) -> tuple[Memory, int | None]:
    record = here.memory["containers"].get(here.container["name"])
    return _keep(here, go(here, record or {**NEW, "since_ms": here.world.now_ms}))


def _keep(here: Here, step: Step) -> tuple[Memory, int | None]:
    containers = {**here.memory["containers"], here.container["name"]: step.record}
    return {**here.memory, "containers": containers}, step.again_ms


def _lets_on(container: Obj, record: Record) -> bool:
    if is_sidecar(container):
        return is_started(container, record)
    return bool(record["state"] == "ended" and record["code"] == 0)


def _is_over(world: World, pod: Obj, memory: Memory) -> bool:
    """Whether all containers of a pod with sidecars have ended for good."""
    if not any(is_sidecar(each) for each in pod["spec"].get("initContainers") or ()):
        return False
    for container in pod["spec"]["containers"]:
        record = memory["containers"].get(container["name"], NEW)
        here = Here(world, pod, container, memory)
        if record["state"] != "ended" or restarts(here, record["code"]):
            return False
    return True


def _stop_sidecars(world: World, pod: Obj, memory: Memory) -> tuple[Memory, int | None]:
    grace_s = int(pod["spec"].get("terminationGracePeriodSeconds", 30))
    return stop_all(world, pod, memory, grace_s)


def stop_for_resize(world: World, pod: Obj, memory: Memory, names: list[str]) -> Memory:
    """Stop containers that take their new resources only as they start."""
    for kind in ("initContainers", "containers"):
        for container in pod["spec"].get(kind) or ():
            record = memory["containers"].get(container["name"], NEW)
            if container["name"] in names and record["state"] == "running":
                here = Here(world, pod, container, memory, kind)
                text = f"Container {container['name']} resize requires restart"
                memory, _ = _keep(here, Step(stop(here, record, text)))
    return memory


def stop_all(world: World, pod: Obj, memory: Memory, grace_s: int) -> tuple[Memory, int | None]:
    """Stop what runs, group by group; each has what the groups before have left of the grace."""
    memory = {"ending_ms": world.now_ms, **memory}
    wakes: list[int | None] = []
    for group in _groups(pod):
        waited_s = (world.now_ms - memory["ending_ms"]) // 1000
        left_s = max(grace_s - waited_s, min(grace_s, LEAST_GRACE_S))
        for kind, container in group:
            if container["name"] in memory["containers"]:
                here = Here(world, pod, container, memory, kind)
                memory, again_ms = _stop(here, left_s)
                wakes.append(again_ms)
        names = [container["name"] for _, container in group]
        if any(memory["containers"].get(name, NEW)["state"] in ALIVE for name in names):
            break
    return memory, earliest(wakes)


def _groups(pod: Obj) -> list[list[tuple[str, Obj]]]:
    """What stops together, first to last."""
    spec = pod["spec"]
    inits = [("initContainers", each) for each in spec.get("initContainers") or ()]
    sidecars = [[each] for each in reversed(inits) if is_sidecar(each[1])]
    first = [each for each in inits if not is_sidecar(each[1])]
    for kind in ("containers", "ephemeralContainers"):
        first += [(kind, each) for each in spec.get(kind) or ()]
    return [first, *sidecars]


def _stop(here: Here, grace_s: int) -> tuple[Memory, int | None]:
    record = here.memory["containers"][here.container["name"]]
    if record["state"] == "crash-back-off":  # nobody waits any more: its last run is what it was
        record = {**record, "state": "ended"}
    if record["state"] in ("running", "hooking"):
        record = stop(here, record, f"Stopping container {here.container['name']}", grace_s)
    if record["state"] == "stopping":
        limit_ms = record["stop"]["begun_ms"] + grace_s * 1000
        if limit_ms < record["stop"]["kill_ms"] and record["stop"]["term_ms"] < limit_ms:
            record = {**record, "stop": {**record["stop"], "kill_ms": limit_ms}}
    return _keep(here, go(here, record) if record["state"] in ALIVE else Step(record))
