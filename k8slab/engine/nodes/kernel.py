"""The kernel of each node: shares out CPU where it is scarce, kills where memory runs out.

It looks when a pod of the node or its load has changed, and at the moment at which a line of use
gets to where something must happen; the kubelet's own watchmen are woken for theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..apps import resources
from ..apps.resources import Line, crossing_ms
from ..base.objects import Key, Obj, key_of
from ..base.pods import node_of
from ..control import World
from . import cpu, image_gc
from .cgroups import node_cpu_m, oom_score_adj
from .cpu import label_of
from .images import stored_bytes
from .load import KERNEL
from .load import OWNER as RPS
from .pressure import EVICTION, THRESHOLDS, next_tick_ms
from .processes import (
    SYSTEM_DISK,
    Process,
    capacity,
    disk_limit,
    disk_taken,
    memory_of,
    memory_taken,
    processes_on,
)
from .runs import OWNER as KUBELET
from .usage import SYSTEM_CPU_M, SYSTEM_MEMORY, containers_of, filled

TRAFFIC, LOADS = "traffic", Key("Load", "", "")
SEGMENTS_MAX = 120
PID_MAX = 32_768
Rounds = Callable[[World, str], int]


class Kernel:
    """The actor, for all nodes; its keys are Nodes."""

    name = KERNEL
    lag_ms = 1_000

    @property
    def watches(self) -> dict[str, Any]:
        return {"Pod": _node}

    def reconcile(self, world: World, key: Key) -> int | None:
        """Share out the CPU, and see how long memory and disk last."""
        if world.store.get(key) is None:
            world.set_note(cpu.OWNER, key, None)
            return None
        if not _may_be_short(world, key.name):
            _share(world, key, [])
            return None
        running = processes_on(world, key.name)
        _share(world, key, running)
        taken = {
            "memory": memory_taken(world, key.name, running),
            "disk": disk_taken(world, key.name, running),
        }
        wakes = [
            resources.boot_end_ms(each.run) for each in running if "boot_m" in each.run.image.cpu
        ]
        for threshold in THRESHOLDS:
            limit = threshold.limit(capacity(world, key.name, threshold.what))
            wakes += _warn(world, key, EVICTION, taken[threshold.what], limit, next_tick_ms)
        high = image_gc.limit(world, key.name)
        wakes += _warn(world, key, image_gc.OWNER, taken["disk"], high, image_gc.next_pass_ms)
        for each in running:
            most = disk_limit(each)
            if most is not None:
                wakes += _warn(world, key, EVICTION, resources.disk(each.run), most, next_tick_ms)
        wakes += _out_of_memory(world, key, taken["memory"], running)
        return min((at - world.now_ms for at in wakes if at > world.now_ms), default=None)


def _node(world: World, pod: Obj) -> Iterable[Key]:
    if node_of(pod) and world.settings.kubelet == "real":
        yield Key("Node", "", node_of(pod))


def _may_be_short(world: World, node: str) -> bool:
    """Whether the node could lack anything, from the most that its pods' images take."""
    cpu_m, memory = float(SYSTEM_CPU_M), float(SYSTEM_MEMORY)
    for pod in world.store.by("Pod", "node", node):
        loaded = world.note(RPS, key_of(pod)) is not None
        for container in containers_of(pod):
            needs = world.images.needs(container["image"])
            if needs.grows or (loaded and needs.by_load):
                return True
            cpu_m, memory = cpu_m + needs.cpu_m, memory + needs.memory
    memory += filled(world, node, "memory")
    full = capacity(world, node, "memory") - THRESHOLDS[0].bytes
    disk = SYSTEM_DISK + stored_bytes(world, node) + filled(world, node, "disk")
    return (
        cpu_m > node_cpu_m(world, node)
        or memory > full
        or disk > image_gc.limit(world, node)
        or disk > THRESHOLDS[1].limit(capacity(world, node, "disk"))
    )


def _share(world: World, key: Key, running: list[Process]) -> None:
    """Note who gets what where not all get what they want, and who feels it."""
    total = node_cpu_m(world, key.name) - SYSTEM_CPU_M
    wanted = [(each, _cpu_wanted(each)) for each in running]
    scarce = sum(want for _, want in wanted) > total
    shares = cpu.fair_shares(total, wanted) if scarce else {}
    before = cpu.segments(world, key.name)
    if shares == (before[-1][1] if before else {}):
        return
    world.compare(f"millicores that {key.name} has", round(sum(w for _, w in wanted)), total)
    world.set_note(cpu.OWNER, key, [*before[1 - SEGMENTS_MAX :], [world.now_ms, shares]])
    for process in running:
        world.wake(KUBELET, key_of(process.pod))
    for name in world.note(TRAFFIC, LOADS, ()):
        world.wake(TRAFFIC, LOADS._replace(name=name))


def _cpu_wanted(process: Process) -> float:
    wanted = resources.cpu_wanted_m(process.run)
    quota = process.cgroup.cpu_limit_m
    return wanted if quota is None else min(wanted, quota)


def _warn(
    world: World, key: Key, actor: str, taken: Line, limit: float, rounds: Rounds
) -> list[int]:
    """Wake ``actor`` in its first round after the use went over ``limit``; when to look again."""
    at_ms = crossing_ms(taken, world.now_ms, limit)
    if at_ms is None:
        return []
    if at_ms > world.now_ms:
        return [at_ms]
    world.wake(actor, key, rounds(world, key.name) - world.now_ms)
    return []


def _out_of_memory(world: World, key: Key, taken: Line, running: list[Process]) -> list[int]:
    """Kill one process where the node has no page left; when that may come else."""
    full = capacity(world, key.name, "memory")
    at_ms = crossing_ms(taken, world.now_ms, full)
    if at_ms is None or at_ms > world.now_ms or not running:
        return [] if at_ms is None else [at_ms]
    victim = max(running, key=lambda each: (_badness(each, full), label_of(*each[:2])))
    pod, name = key_of(victim.pod), victim.container["name"]
    world.set_note("oom", pod, {**world.note("oom", pod, {}), name: world.now_ms})
    world.wake(KUBELET, pod)
    process = victim.container["image"].rpartition("/")[2].partition(":")[0]
    pid = world.between(1000, PID_MAX, "pid", *pod, name, victim.run.started_ms)
    text = f"System OOM encountered, victim process: {process}, pid: {pid}"
    node = world.store.get(key)
    if node is not None:
        world.event(node, "Warning", "SystemOOM", text, "kubelet", host=key.name)
    return []


def _badness(process: Process, full: int) -> float:
    """The kernel's oom_badness: pages in use, and the adjustment as thousandths of all."""
    return memory_of(process) + oom_score_adj(process.pod, process.container, full) * full / 1000
