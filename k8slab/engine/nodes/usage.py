"""What containers, pods and nodes use, computed from an interval when someone asks.

The past is known from three notes that change seldom: the lives of each container ("lives", Pod),
the load of each pod (``load``) and what the kernel shared out (``cpu``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from ..apps import Run, resources
from ..base.objects import Key, Obj, Objs, key_of
from ..base.pods import node_of
from ..control import World
from . import cpu
from .cgroups import cgroup
from .lifecycle import ALIVE, Record
from .load import steps_between
from .runs import memory as known_of
from .runs import run_of

LIVES = "lives"
OOM_KILLED = "OOMKilled"
LIVES_MAX = 200
PERIOD_MS = 100
"""cpu.max's period: a quota is used up within it, or not."""
SYSTEM_CPU_M, SYSTEM_MEMORY = 60.0, 500 << 20
"""What a node's kubelet, container runtime and operating system use."""
FILL = "fill"


class Usage(NamedTuple):
    """Mean millicores over an interval, working set in bytes at its end, and CFS periods.

    ``throttled`` of the ``periods`` with a quota were those in which it was used up.
    """

    cpu_m: float = 0.0
    memory: int = 0
    periods: int = 0
    throttled: int = 0

    def plus(self, other: Usage) -> Usage:
        """Both together."""
        return Usage(
            self.cpu_m + other.cpu_m,
            self.memory + other.memory,
            self.periods + other.periods,
            self.throttled + other.throttled,
        )


def remember_life(world: World, pod: Obj, name: str, record: Record, why: str = "") -> None:
    """Note that the process of the container ``name`` has ended now, and why."""
    key = key_of(pod)
    lives = world.note(LIVES, key, {})
    ended = [*lives.get(name, ())[1 - LIVES_MAX :], [record["started_ms"], world.now_ms, why]]
    world.set_note(LIVES, key, {**lives, name: ended})


def lives(world: World, pod: Obj, container: Obj) -> list[list[int]]:
    """[started_ms, ended_ms] of each process of a container, the latest last; one may live yet."""
    name = container["name"]
    found = [life[:2] for life in world.note(LIVES, key_of(pod), {}).get(name, ())]
    record = known_of(world, pod).get("containers", {}).get(name)
    if record is not None and record["state"] in ALIVE:
        found.append([record["started_ms"], world.now_ms + 1])
    return found


def kills(world: World, pod: Obj, container: Obj) -> list[int]:
    """When a container's processes were killed for want of memory."""
    ended = world.note(LIVES, key_of(pod), {}).get(container["name"], ())
    return [life[1] for life in ended if life[2:] == [OOM_KILLED]]


def run_at(world: World, pod: Obj, container: Obj, at_ms: int) -> Run | None:
    """The process of a container as it was at ``at_ms``; None where none ran."""
    for started_ms, ended_ms in reversed(lives(world, pod, container)):
        if started_ms <= at_ms < ended_ms:
            return run_of(world, pod, container, _alive(started_ms), at_ms)
    return None


def _alive(started_ms: int) -> Record:
    return {"state": "running", "started_ms": started_ms}


def _working_set(run: Run) -> int:
    at = resources.memory(run).at
    return int(at if run.memory_limit is None else min(at, run.memory_limit))


def container_usage(world: World, pod: Obj, container: Obj, t0_ms: int, t1_ms: int) -> Usage:
    """What a container used in [t0, t1]; zeros where it did not run."""
    used_m = periods = throttled = 0.0
    for from_ms, to_ms in _pieces(world, pod, container, t0_ms, t1_ms):
        run = run_at(world, pod, container, from_ms)
        if run is None:
            continue
        length_ms = to_ms - from_ms
        used_m += resources.cpu_used_m(run) * length_ms
        quota = cgroup(container).cpu_limit_m
        if quota is not None:
            periods += length_ms / PERIOD_MS
            over = resources.cpu_wanted_m(run) > quota
            throttled += length_ms / PERIOD_MS if over else 0
    run = run_at(world, pod, container, t1_ms)
    bytes_ = 0 if run is None else _working_set(run)
    return Usage(used_m / max(1, t1_ms - t0_ms), bytes_, int(periods), int(throttled))


def _pieces(
    world: World, pod: Obj, container: Obj, t0_ms: int, t1_ms: int
) -> Iterator[tuple[int, int]]:
    """Pieces of [t0, t1] in which what the container wants and gets of CPU stands still."""
    borders = {t0_ms, t1_ms, *steps_between(world, key_of(pod), t0_ms, t1_ms)}
    borders.update(segment[0] for segment in cpu.segments(world, node_of(pod)))
    image = world.images.get(container["image"])
    boot_ms = round(sum(seconds for _, seconds in image.boot) * 1000) if image else 0
    for started_ms, ended_ms in lives(world, pod, container):
        borders |= {started_ms, started_ms + boot_ms, ended_ms}
    inside = sorted(at for at in borders if t0_ms <= at <= t1_ms)
    yield from pairwise(inside)


def containers_of(pod: Obj) -> Objs:
    """All containers of a pod that may run, init containers first."""
    spec = pod["spec"]
    return [*(spec.get("initContainers") or ()), *spec["containers"]]


def pod_usage(world: World, pod: Obj, t0_ms: int, t1_ms: int) -> Usage:
    """What a pod's containers used together."""
    total = Usage()
    for container in containers_of(pod):
        total = total.plus(container_usage(world, pod, container, t0_ms, t1_ms))
    return total


def node_usage(world: World, node: str, t0_ms: int, t1_ms: int) -> Usage:
    """What a node used: its pods, its system, and what a fault fills it with."""
    total = Usage(SYSTEM_CPU_M, SYSTEM_MEMORY + filled(world, node, "memory"))
    for pod in world.store.by("Pod", "node", node):
        total = total.plus(pod_usage(world, pod, t0_ms, t1_ms))
    return total


def filled(world: World, node: str, what: str) -> int:
    """Bytes of ``memory`` or ``disk`` that a fault takes from a node."""
    return int(world.note(FILL, Key("Node", "", node), {}).get(what, 0))


def usage_series(
    world: World, pod: Obj, container: Obj, t0_ms: int, t1_ms: int, points: int = 120
) -> dict[str, Any]:
    """The picture of a container over [t0, t1], with the lines of its requests and limits.

    {"memory_request", "memory_limit", "cpu_request_m", "cpu_limit_m" (None: not set), "points":
    [{"t_ms", "memory", "cpu_m", "running"}], "ends": [ms of each end], "kills": [those of them for
    want of memory]}: at even distances, and just before and at each end and start, so that a
    sawtooth keeps its teeth.
    """
    step_ms = max(1, (t1_ms - t0_ms) // max(1, points))
    ends = [ended for _, ended in lives(world, pod, container) if t0_ms <= ended <= t1_ms]
    starts = [started for started, _ in lives(world, pod, container) if t0_ms <= started <= t1_ms]
    times = {*range(t0_ms, t1_ms + 1, step_ms), *ends, *starts}
    times |= {at - 1 for at in (*ends, *starts) if at > t0_ms}
    limits = cgroup(container)
    return {
        "memory_request": limits.memory_request,
        "memory_limit": limits.memory_limit,
        "cpu_request_m": limits.cpu_request_m,
        "cpu_limit_m": limits.cpu_limit_m,
        "points": [_point(world, pod, container, at) for at in sorted(times)],
        "ends": ends,
        "kills": [at for at in kills(world, pod, container) if at in ends],
    }


def _point(world: World, pod: Obj, container: Obj, at_ms: int) -> dict[str, Any]:
    run = run_at(world, pod, container, at_ms)
    if run is None:
        return {"t_ms": at_ms, "memory": 0, "cpu_m": 0.0, "running": False}
    used_m = round(resources.cpu_used_m(run), 1)
    return {"t_ms": at_ms, "memory": _working_set(run), "cpu_m": used_m, "running": True}


def profile(world: World, pod: Obj, container: Obj, t0_ms: int, t1_ms: int) -> dict[str, int]:
    """The working set of a container over [t0, t1]: {"p50", "max"} in bytes while it ran."""
    points = usage_series(world, pod, container, t0_ms, t1_ms)["points"]
    sizes = sorted(point["memory"] for point in points if point["running"])
    if not sizes:
        return {"p50": 0, "max": 0}
    return {"p50": sizes[len(sizes) // 2], "max": sizes[-1]}


def headroom(most: int, limit: int) -> str:
    """How a memory limit fits a working set of ``most`` bytes: a fifth above it to three times it.

    Below, the next spike kills; above, what is reserved for nothing keeps other pods Pending.
    """
    if limit < most * 1.2:
        return "too tight"
    return "fits" if limit <= most * 3 else "too loose"


def alerts(
    world: World, pod: Obj, container: Obj, share: float, t0_ms: int, t1_ms: int
) -> list[int]:
    """When, in [t0, t1], the working set went over ``share`` of the limit; once in a life."""
    limit = cgroup(container).memory_limit
    found = []
    for started_ms, ended_ms in lives(world, pod, container) if limit is not None else ():
        at_ms: int | None = started_ms
        while at_ms is not None and at_ms < ended_ms:
            run = run_of(world, pod, container, _alive(started_ms), at_ms)
            if run is None or limit is None:
                break
            line = resources.memory(run)
            if line.at >= limit * share:
                found.append(at_ms)
                break
            at_ms = _next(world, pod, line, at_ms, limit * share)
    return [at for at in found if t0_ms <= at <= t1_ms]


def _next(world: World, pod: Obj, line: resources.Line, at_ms: int, bytes_: float) -> int | None:
    """When a line may reach ``bytes_``: by its own way, or as the load changes."""
    changes = steps_between(world, key_of(pod), at_ms, world.now_ms + 1)
    reached = [line.until_ms] if line.until_ms is not None else []
    if line.per_ms > 0:
        reached.append(at_ms + max(1, math.ceil((bytes_ - line.at) / line.per_ms)))
    return min([*changes, *reached], default=None)
