"""What a process takes of CPU and memory, as pure functions of a Run; nothing ticks.

CPU is in millicores, memory in bytes. An image's ``cpu`` is {idle_m, boot_m, wants_m, request_ms}:
millicores while idle, more until it is warm, more always, and milliseconds of CPU a request; with
``work_s`` the process ends when it has had so many seconds of a core. Its
``memory`` is {base_mi, leak_mi_s, request_mi, jvm}: what it begins with, what it never gives back,
what each request holds while it is served, and the heap of a JVM, {non_heap_mi, wants_mi,
grows_mi_s, aware}: a heap grows until what the program leaves lying about, or its maximum. Its
``disk`` is {writes_mi_s}.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from .behaviour import Run
    from .catalogue import Image

MI = 1 << 20
IDLE_M, BASE_MI = 1.0, 8.0
QUIET = 0.7  # the share of its CPU that a process can use before its requests queue
FULL = 0.95  # beyond it the queue only grows as the work does
CONCURRENT_MAX = 1_000  # requests that a process holds at once
HEAP_START = 1 / 64  # InitialRAMPercentage
HEAP_PERCENT = 25.0  # MaxRAMPercentage
JVM_VARIABLES = ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "JAVA_OPTS")
_XMX = re.compile(r"-Xmx(\d+)([kKmMgG]?)")
_PERCENT = re.compile(r"-XX:MaxRAMPercentage=(\d+(?:\.\d+)?)")
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


class Line(NamedTuple):
    """Bytes as a line in time: ``at`` now, growing by ``per_ms`` until ``until_ms``."""

    at: float
    per_ms: float
    until_ms: int | None


class Needs(NamedTuple):
    """The most that a process of an image takes; without bound where it ``grows`` or has load."""

    cpu_m: float
    memory: float
    grows: bool
    by_load: bool


def needs(image: Image) -> Needs:
    """What can be said of an image's processes without looking at one."""
    cpu, takes = image.cpu, image.memory
    jvm = takes.get("jvm", {"non_heap_mi": 0, "wants_mi": 0})
    millicores = cpu.get("idle_m", IDLE_M) + cpu.get("boot_m", 0) + cpu.get("wants_m", 0)
    memory_mi = takes.get("base_mi", BASE_MI) + jvm["non_heap_mi"] + jvm["wants_mi"]
    grows = bool(takes.get("leak_mi_s") or image.disk)
    by_load = bool(cpu.get("request_ms") or takes.get("request_mi"))
    return Needs(millicores, memory_mi * MI, grows, by_load)


def boot_end_ms(run: Run) -> int:
    """When the last boot phase ends."""
    return run.started_ms + round(sum(seconds for _, seconds in run.image.boot) * 1000)


def cpu_wanted_m(run: Run) -> float:
    """The millicores that the process would use if it got all that it wants."""
    cpu = run.image.cpu
    wanted = float(cpu.get("idle_m", IDLE_M)) + float(cpu.get("wants_m", 0))
    if run.now_ms < boot_end_ms(run):
        wanted += cpu.get("boot_m", 0)
    return wanted + run.rps * float(cpu.get("request_ms", 0))


def cpu_used_m(run: Run) -> float:
    """The millicores that it uses: what it wants, up to what it gets."""
    wanted = cpu_wanted_m(run)
    return wanted if run.cpu_m is None else min(wanted, run.cpu_m)


def work_ms(run: Run) -> int | None:
    """How long a batch process takes for its work with the CPU that it gets; None: it has none."""
    if "work_s" not in run.image.cpu:
        return None
    work_s = float(run.image.cpu["work_s"])
    return round(work_s * 1_000_000 / max(1.0, cpu_used_m(run)))


def latency_ms(run: Run) -> float:
    """How long an answer takes: the image's own time, and what too little CPU adds to it.

    One request runs on one core, so less than a core stretches its work; the more of its CPU a
    process uses, the longer the queue before it (M/M/1, without effect on a quiet process).
    """
    image = run.image
    latency = image.latency_ms + image.latency_per_rps_ms * run.rps
    work_ms = float(image.cpu.get("request_ms", 0))
    if not work_ms or run.cpu_m is None:
        return latency
    granted_m = max(run.cpu_m, 1.0)
    stretched = max(1.0, 1000 / granted_m) * _queueing(cpu_wanted_m(run) / granted_m)
    return latency + work_ms * (stretched - 1)


def _queueing(busy: float) -> float:
    if busy <= QUIET:
        return 1.0
    return (1 - QUIET) / (1 - min(busy, FULL)) * max(1.0, busy / FULL)


def memory(run: Run) -> Line:
    """The working set of the process at ``run.now_ms``, and how it goes on."""
    wants = run.image.memory
    lived_ms = run.now_ms - run.started_ms
    leak = wants.get("leak_mi_s", 0.0) * MI / 1000
    held = min(run.rps * latency_ms(run) / 1000, CONCURRENT_MAX) if run.rps else 0.0
    at = (wants.get("base_mi", BASE_MI) + wants.get("request_mi", 0.0) * held) * MI
    heap = _heap(run, wants["jvm"], lived_ms) if "jvm" in wants else Line(0, 0, None)
    return Line(at + leak * lived_ms + heap.at, leak + heap.per_ms, heap.until_ms)


def _heap(run: Run, jvm: dict[str, Any], lived_ms: int) -> Line:
    most = heap_max(run)
    top = min(most, jvm["wants_mi"] * MI)
    start = min(top, most / HEAP_PERCENT * 100 * HEAP_START)
    per_ms = jvm["grows_mi_s"] * MI / 1000
    full_ms = round((top - start) / per_ms)
    outside = jvm["non_heap_mi"] * MI
    if lived_ms >= full_ms:
        return Line(outside + top, 0, None)
    return Line(outside + start + per_ms * lived_ms, per_ms, run.started_ms + full_ms)


def disk(run: Run) -> Line:
    """What the process has written to its own layer at ``run.now_ms``, and how it goes on."""
    per_ms = run.image.disk.get("writes_mi_s", 0.0) * MI / 1000
    return Line(per_ms * (run.now_ms - run.started_ms), per_ms, None)


def heap_max(run: Run) -> float:
    """The largest heap of a JVM in bytes: -Xmx, else a percentage of the memory that it sees.

    A JVM that is not aware of containers (before 8u191) sees the node's.
    """
    text = " ".join((*(run.env.get(name, "") for name in JVM_VARIABLES), *run.command))
    if flag := _XMX.search(text):
        return int(flag[1]) * _UNITS[flag[2].lower()]
    sees = run.node_memory
    if run.image.memory["jvm"].get("aware", True) and run.memory_limit is not None:
        sees = run.memory_limit
    percent = _PERCENT.search(text)
    return sees * (float(percent[1]) if percent else HEAP_PERCENT) / 100


def oom_ms(run: Run) -> int | None:
    """When the working set goes over the container's limit, from now on, if all stays as it is."""
    if run.memory_limit is None:
        return None
    while True:
        line = memory(run)
        at_ms = crossing_ms(line, run.now_ms, run.memory_limit)
        if at_ms is None or at_ms != line.until_ms:
            return at_ms
        run = replace(run, now_ms=at_ms)


def crossing_ms(line: Line, now_ms: int, limit: float) -> int | None:
    """When a line goes over ``limit``; its ``until_ms``, where that comes first."""
    if line.at > limit:
        return now_ms
    if line.per_ms <= 0:
        return line.until_ms
    at_ms = now_ms + int((limit - line.at) / line.per_ms) + 1
    return at_ms if line.until_ms is None else min(at_ms, line.until_ms)
