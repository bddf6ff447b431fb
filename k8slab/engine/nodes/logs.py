"""What a container printed, computed from the interval; nothing is stored.

Lines are the image's templates at the moments at which they were due: start, boot phases, probes at
their ticks, SIGTERM. A line is ``(ms, text)`` inside, text outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..apps import Exits, Request, Run, answer, fate, fill
from ..apps.behaviour import CLASH_S
from ..apps.sh import process
from ..base.objects import Obj
from ..base.times import rfc3339
from ..control import World
from . import scripts
from .handlers import port_number
from .inside import Inside
from .lifecycle import Record
from .lookups import lookups
from .runs import containers_with_kind, memory

Line = tuple[int, str]
PROBE_LINES_MAX = 2_000


class NoLogs(Exception):
    """There is no such container, or none of it has run."""


def pod_logs(
    world: World,
    pod: Obj,
    container: str,
    *,
    previous: bool = False,
    since_ms: int | None = None,
    tail: int | None = None,
    timestamps: bool = False,
) -> list[str]:
    """The lines of a container in order; of the run before this one with ``previous``.

    ``since_ms`` is a virtual time; ``timestamps`` puts the wall clock's before each line. Raises
    NoLogs where the container has not (yet) run.
    """
    every = (each for _, each in containers_with_kind(pod))
    spec = next((each for each in every if each["name"] == container), None)
    record = memory(world, pod).get("containers", {}).get(container)
    if spec is None or record is None:
        raise NoLogs(f"container {container} in pod {pod['metadata']['name']} has not run")
    if previous:
        record = record["last"]
    elif "number" not in record and record["last"] is None:
        record = None
    if record is None:
        raise NoLogs(f"container {container} in pod {pod['metadata']['name']} has not run")
    if scripts.run_at_start(world, pod, spec, record) is None:
        raise NoLogs(f"container {container} in pod {pod['metadata']['name']} has not run")
    start_ms = world.settings.start_unix_ms
    return [
        f"{_nanoseconds(start_ms + at_ms)} {text}" if timestamps else text
        for at_ms, text in printed(world, pod, spec, record, since_ms or 0, tail)
    ]


def printed(
    world: World, pod: Obj, spec: Obj, record: Record, since_ms: int = 0, tail: int | None = None
) -> list[Line]:
    """What one start of a container has printed from a moment on, or the last lines of it."""
    run = scripts.run_at_start(world, pod, spec, record)
    if run is None:
        return []
    until_ms = scripts.until_ms(world, record)
    if scripts.runs_script(run):
        box = Inside(world, pod, spec, record, run.image)
        lines = _printed(box, run, until_ms, since_ms, tail)
    else:
        lines = _lines(world, pod, spec, run, until_ms)
    ordered = sorted(lines, key=lambda line: line[0])
    seen = [line for line in ordered if since_ms <= line[0] <= until_ms]
    return seen if tail is None else seen[max(0, len(seen) - tail) :]


def _nanoseconds(unix_ms: int) -> str:
    """RFC 3339 as the container runtime writes it: ``2026-01-05T09:00:03.120000000Z``."""
    return f"{rfc3339(unix_ms)[:-1]}.{unix_ms % 1000:03d}000000Z"


def _lines(world: World, pod: Obj, container: Obj, run: Run, until_ms: int) -> Iterator[Line]:
    logs = run.image.logs
    yield from ((run.started_ms, fill(run, text)) for text in logs.get("start", ()))
    if run.clash is not None:
        yield _clash(run)
        return
    at_ms = run.started_ms
    for phase, seconds in run.image.boot:
        yield at_ms, f"boot: {phase}"
        at_ms += round(seconds * 1000)
    if "warm" in logs:
        yield at_ms, logs["warm"]
    ending = fate(run)
    if isinstance(ending, Exits) and "says" in run.image.exits and run.term_ms is None:
        yield ending.at_ms, run.image.exits["says"]
    if run.term_ms is not None and "term" in logs:
        yield run.term_ms, logs["term"]
    yield from lookups(world, pod, run, until_ms)
    yield from _probe_lines(world, pod, container, run, until_ms)


def _printed(
    box: Inside, run: Run, until_ms: int, since_ms: int, tail: int | None
) -> Iterator[Line]:
    """What the container's own command line printed."""
    files = tuple((path, each.text) for path, each in box.own_files().items())
    asked = scripts.process_of(box.world, box.pod, run, files)
    until_s, from_s = ((at - run.started_ms) / 1000 for at in (until_ms, since_ms))
    for seconds, text in process.lines(asked, until_s, max(0.0, from_s), tail):
        yield run.started_ms + round(seconds * 1000), text


def _clash(run: Run) -> Line:
    where = f"listen tcp 0.0.0.0:{run.clash}: bind: address already in use"
    return run.started_ms + round(CLASH_S * 1000), where


def _probe_lines(world: World, pod: Obj, container: Obj, run: Run, until_ms: int) -> Iterator[Line]:
    """The access log of httpGet probes: a line a tick, the latest of them."""
    worker_ms = memory(world, pod)["worker_ms"]
    for name in ("livenessProbe", "readinessProbe"):
        probe = container.get(name) or {}
        if "httpGet" not in probe:
            continue
        get = probe["httpGet"]
        period_ms = int(probe.get("periodSeconds") or 10) * 1000
        first_ms = run.started_ms + int(probe.get("initialDelaySeconds") or 0) * 1000
        first_ms = max(first_ms, until_ms - PROBE_LINES_MAX * period_ms)
        tick = worker_ms + -(-(first_ms - worker_ms) // period_ms) * period_ms
        headers = tuple((each["name"], each["value"]) for each in get.get("httpHeaders") or ())
        path = get.get("path") or "/"
        request = Request(port_number(container, get["port"]), path, headers)
        said = "".join(f" {key}: {value}" for key, value in headers)
        for at_ms in range(tick, until_ms + 1, period_ms):
            now = replace(run, now_ms=at_ms)
            outcome = answer(now, request).outcomes[0]
            if outcome.status > 0:
                yield at_ms, f"GET {path} {outcome.status} kube-probe/1.36{said}"
