"""Probing without a timer: ticks are arithmetic, and only those that matter are waked for.

A probe's worker begins when the pod's sandbox is there and ticks every periodSeconds from then on,
without jitter (the kubelet spreads first ticks only right after its own start). A tick before the
container has run for initialDelaySeconds does nothing. Readiness is looked at once more, outside
the ticks, when the container has started or its startup probe has passed (prober worker, 1.36).

The state of a probe is {"ok": verdict or None, "last": bool, "streak": int, "seen_ms": int}.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..base.objects import Key, Obj, key_of
from ..control import World
from ..control.events import REFILL_MS
from .handlers import Finding, find
from .inside import TOUCHED, with_files
from .lifecycle import Record
from .runs import run_of

NAMES = ("startup", "liveness", "readiness")


class Probing(NamedTuple):
    """One probe of one running container; it looks from ``begin_ms`` on."""

    world: World
    pod: Obj
    container: Obj
    record: Record
    name: str
    ip: str
    worker_ms: int
    begin_ms: int

    @property
    def spec(self) -> Obj:
        found: Obj = self.container[f"{self.name}Probe"]
        return found


class Seen(NamedTuple):
    """The state after the ticks that are due, what they had to say, and when to look again."""

    state: dict[str, Any]
    told: list[Finding]
    again_ms: int | None


def look(probing: Probing, state: dict[str, Any]) -> Seen:
    """Process every tick up to now."""
    now_ms = probing.world.now_ms
    told: list[Finding] = []
    state = _as_before_files_changed(probing, state)
    tick = _tick(probing, state.get("seen_ms"))
    while tick <= now_ms and not _decided(probing, state):
        finding, until_ms = _finding(probing, tick)
        state = _count(probing.spec, state, not finding.failure, tick)
        if _says_something(finding):
            told.append(finding)
        calm = state["ok"] is True and not _says_something(finding) and finding.share == 1
        after = tick if not calm else (now_ms if until_ms is None else min(until_ms - 1, now_ms))
        tick = _tick(probing, after)
        state = {**state, "seen_ms": tick - _period_ms(probing.spec) if calm else state["seen_ms"]}
    return Seen(state, told, _again(probing, state, tick))


def _says_something(finding: Finding) -> bool:
    return bool(finding.failure or finding.warning)


def _as_before_files_changed(probing: Probing, state: dict[str, Any]) -> dict[str, Any]:
    """Ticks before someone wrote to the pod's files found what the last one did."""
    touched_ms = (
        probing.world.note(TOUCHED, key_of(probing.pod), 0) if "exec" in probing.spec else 0
    )
    if state.get("last") is None or state["seen_ms"] >= touched_ms - 1:
        return state
    return {**state, "seen_ms": touched_ms - 1}


def _decided(probing: Probing, state: dict[str, Any]) -> bool:
    """A startup probe that passed is over; one that failed, like liveness, ends the container."""
    verdict = state.get("ok")
    if probing.name == "startup":
        return verdict is not None
    return probing.name == "liveness" and verdict is False


def _period_ms(spec: Obj) -> int:
    return int(spec.get("periodSeconds") or 10) * 1000


def _tick(probing: Probing, after_ms: int | None) -> int:
    """The first moment of probing after ``after_ms`` (None: the first of all)."""
    spec, begin_ms = probing.spec, probing.begin_ms
    delay_ms = int(spec.get("initialDelaySeconds") or 0) * 1000
    earliest = max(begin_ms, probing.record["started_ms"] + delay_ms)
    if after_ms is None and probing.name == "readiness" and earliest == begin_ms:
        return begin_ms
    if after_ms is not None:
        earliest = max(earliest, after_ms + 1)
    period = _period_ms(spec)
    ticks: int = -(-(earliest - probing.worker_ms) // period)
    return probing.worker_ms + ticks * period


def _finding(probing: Probing, at_ms: int) -> tuple[Finding, int | None]:
    """What the probe at ``at_ms`` finds; a share below 1 is drawn."""
    world, pod, container = probing.world, probing.pod, probing.container
    run = run_of(world, pod, container, probing.record, at_ms)
    if run is None:
        return Finding(1.0, "container is not running"), None
    if "exec" in probing.spec:
        run = with_files(world, pod, container, probing.record, run)
    findings = find(run, container, probing.spec, probing.ip)
    left = world.chance("probe", pod["metadata"]["uid"], container["name"], probing.name, at_ms)
    for finding in findings.each:
        left -= finding.share
        if left < 0:
            return finding, findings.until_ms
    return findings.each[-1], findings.until_ms


def _count(spec: Obj, state: dict[str, Any], good: bool, at_ms: int) -> dict[str, Any]:
    streak = state.get("streak", 0) + 1 if state.get("last") is good else 1
    needed = spec.get("successThreshold", 1) if good else spec.get("failureThreshold", 3)
    verdict = good if streak >= needed else state.get("ok")
    return {"ok": verdict, "last": good, "streak": min(streak, needed), "seen_ms": at_ms}


def _again(probing: Probing, state: dict[str, Any], tick: int) -> int | None:
    """When the probe next matters: a tick that may change a verdict or write an Event."""
    if _decided(probing, state):
        return None
    if state.get("last") is None or state["last"] is not state["ok"]:
        return tick
    finding, until_ms = _finding(probing, probing.world.now_ms)
    if finding.share < 1 or (not finding.failure) is not state["ok"]:
        return tick
    if _says_something(finding):
        refill_ms = _next_event_ms(probing.world, probing.pod)
        until_ms = refill_ms if until_ms is None else min(until_ms, refill_ms)
    if until_ms is None:
        return None
    return max(tick, _tick(probing, until_ms - 1))


def _next_event_ms(world: World, pod: Obj) -> int:
    """When the recorder's spam filter lets the kubelet's next Event about the pod through."""
    key: Key = key_of(pod)
    note = world.note("events", key) or {"tokens": {}}
    bucket = f"kubelet/{pod['spec']['nodeName']}/Warning"
    left, at_ms = note["tokens"].get(bucket) or (1.0, world.now_ms)
    left = left + (world.now_ms - at_ms) / REFILL_MS
    return world.now_ms if left >= 1 else world.now_ms + round((1 - left) * REFILL_MS) + 1
