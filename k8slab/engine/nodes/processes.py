"""The processes of a node at this moment, and what they take together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from ..apps import Run, resources
from ..apps.resources import Line
from ..base.objects import Key, Obj, get_in
from ..base.quantity import whole_value
from ..control import World
from .cgroups import Cgroup, cgroup, node_memory
from .images import stored_bytes
from .lifecycle import ALIVE
from .machine import machine
from .runs import memory as known_of
from .runs import run_of
from .usage import SYSTEM_MEMORY, containers_of, filled

PAGE = 4096
SYSTEM_DISK = 8 << 30
"""What the operating system has on a node's disk."""


class Process(NamedTuple):
    """A running container."""

    pod: Obj
    container: Obj
    run: Run

    @property
    def cgroup(self) -> Cgroup:
        """Its weights and limits."""
        return cgroup(self.container)


def processes_on(world: World, node: str) -> list[Process]:
    """The processes of a node's pods by namespace and name; none where its power is off."""
    if machine(world, node).get("crashed"):
        return []
    return [
        each for pod in world.store.by("Pod", "node", node) for each in processes_of(world, pod)
    ]


def processes_of(world: World, pod: Obj) -> list[Process]:
    """The processes of one pod."""
    records = known_of(world, pod).get("containers", {})
    found = []
    for container in containers_of(pod):
        record = records.get(container["name"])
        if record is not None and record["state"] in ALIVE:
            run = run_of(world, pod, container, record)
            if run is not None:
                found.append(Process(pod, container, run))
    return found


def memory_of(process: Process) -> int:
    """The working set in whole pages; it cannot pass the limit."""
    at = resources.memory(process.run).at
    limit = process.run.memory_limit
    return int(at if limit is None else min(at, limit)) // PAGE * PAGE


def disk_of(process: Process) -> int:
    """What the process has written to its own layer."""
    return int(resources.disk(process.run).at) // PAGE * PAGE


def disk_limit(process: Process) -> int | None:
    """The container's limit of ephemeral storage in bytes, if it has one."""
    said = get_in(process.container, "resources", "limits", "ephemeral-storage")
    return None if said is None else whole_value(str(said))


def _sum(lines: Iterable[Line]) -> Line:
    at = per_ms = 0.0
    until_ms = None
    for line in lines:
        at, per_ms = at + line.at, per_ms + line.per_ms
        untils = [each for each in (until_ms, line.until_ms) if each is not None]
        until_ms = min(untils, default=None)
    return Line(at, per_ms, until_ms)


def _taken(running: list[Process], line: Callable[[Run], Line], beside: int) -> Line:
    total = _sum(line(each.run) for each in running)
    return total._replace(at=total.at + beside)


def memory_taken(world: World, node: str, running: list[Process]) -> Line:
    """The node's working set: its system, its processes, and what a fault takes."""
    return _taken(running, resources.memory, SYSTEM_MEMORY + filled(world, node, "memory"))


def disk_taken(world: World, node: str, running: list[Process]) -> Line:
    """What is on the node's disk: its system, images, what processes wrote, and a fault's file."""
    beside = SYSTEM_DISK + stored_bytes(world, node) + filled(world, node, "disk")
    return _taken(running, resources.disk, beside)


def capacity(world: World, node: str, what: str) -> int:
    """The node's ``memory`` or ``disk`` in bytes."""
    if what == "memory":
        return node_memory(world, node)
    found = world.store.get(Key("Node", "", node)) or {}
    return whole_value(found.get("status", {})["capacity"]["ephemeral-storage"])
