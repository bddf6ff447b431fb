"""The life of a pod: invariants 8, 13, 14 and 15."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from k8slab.engine.base.objects import Obj, get_in, is_deleting, uid_of
from k8slab.engine.base.pods import node_of, phase_of, pod_is_terminal
from k8slab.engine.base.times import parse_rfc3339
from k8slab.engine.store import Change

from ..view import COMMAND, View, actor_of

FIRST_S, LAST_S = 10, 300
RESET_MS = 600_000
BACK_OFF = re.compile(r"back-off (?:(\d+)m)?(\d+)s ")


def a_pod_stays_on_its_node(view: View, change: Change) -> Iterator[str]:
    """8. nodeName once set never changes."""
    if change.key.kind != "Pod" or change.previous is None:
        return
    before, after = node_of(change.previous), node_of(change.object)
    if before and before != after:
        yield f"{change.key} moved from {before} to {after}"


def what_is_final_stays(view: View, change: Change) -> Iterator[str]:
    """13. Succeeded and Failed are final; restartCount never falls."""
    if change.key.kind != "Pod" or change.previous is None:
        return
    before, after = phase_of(change.previous), phase_of(change.object)
    if before in ("Succeeded", "Failed") and before != after:
        yield f"{change.key} went from {before} to {after}"
    old, new = _statuses(change.previous), _statuses(change.object)
    for name, status in old.items():
        if name in new and new[name]["restartCount"] < status["restartCount"]:
            yield f"{change.key}: restartCount of {name} fell"


def _statuses(pod: Obj) -> dict[str, Obj]:
    status = pod.get("status") or {}
    every = (status.get("initContainerStatuses") or []) + (status.get("containerStatuses") or [])
    return {each["name"]: each for each in every}


class Told(NamedTuple):
    """A back-off that a status told of: after which restart and end, for how long, and when."""

    restarts: int
    finished: str
    delay_s: int
    at_ms: int


def back_off_doubles(view: View, change: Change) -> Iterator[str]:
    """14. Back-off 10 s, doubling, to 300 s; and a container waits for as long as it is told."""
    if change.key.kind != "Pod" or change.type == "DELETED":
        return
    memory: dict[tuple[str, str], Told] = view.recall("back-off", {})
    for name, status in _statuses(change.object).items():
        where = uid_of(change.object), name
        before = memory.get(where)
        told = _told(view, status)
        if told is not None:
            if told.delay_s not in _allowed(before, told):
                yield f"{change.key}: a back-off of {told.delay_s} s after {before}"
            if before is None or told[:3] != before[:3]:
                memory[where] = told
        started = get_in(status, "state", "running", "startedAt")
        if started and before is not None:
            waited_ms = parse_rfc3339(started) - parse_rfc3339(before.finished)
            if 0 < waited_ms < (before.delay_s - 1) * 1000:
                yield f"{change.key}: started {waited_ms} ms after its end, in spite of {before}"


def _told(view: View, status: Obj) -> Told | None:
    waiting = get_in(status, "state", "waiting", default={})
    if waiting.get("reason") != "CrashLoopBackOff":
        return None
    found = BACK_OFF.search(waiting["message"])
    if found is None:
        raise ValueError(f"no back-off in {waiting['message']!r}")
    finished = status["lastState"]["terminated"]["finishedAt"]
    delay_s = int(found[1] or 0) * 60 + int(found[2])
    return Told(status["restartCount"], finished, delay_s, view.unix_ms)


def _allowed(before: Told | None, told: Told) -> set[int]:
    """What a back-off may be. It doubles at each restart, also at those without a wait: where the
    kubelet itself stopped a container, the time that it ran counts as waited."""
    if before is None:
        return _doubled(FIRST_S, range(told.restarts))
    steps = told.restarts - before.restarts
    if not steps:
        return {before.delay_s}
    quiet_ms = parse_rfc3339(told.finished) - before.at_ms - before.delay_s * 1000
    anew = _doubled(FIRST_S, range(steps)) if quiet_ms >= RESET_MS - 1000 else set()
    return anew | _doubled(before.delay_s, range(1, steps + 1))


def _doubled(delay_s: int, times: range) -> set[int]:
    return {min(delay_s << min(time, 10), LAST_S) for time in times}


def only_grace_or_force_ends_a_pod(view: View, change: Change) -> Iterator[str]:
    """15. A pod goes only after grace or by force.

    A pod that is on a node and has not finished is removed by its kubelet once nothing of it runs,
    by the pod collector once its node is gone, or by who asked for no grace.
    """
    if change.key.kind != "Pod" or change.type != "DELETED":
        return
    pod, actor = change.object, actor_of(change)
    if not node_of(pod) or pod_is_terminal(pod):
        return
    if actor == "kubelet":
        if not is_deleting(pod):
            yield f"the kubelet removed {change.key}, which nobody deleted"
        running = [name for name, it in _statuses(pod).items() if "running" in it["state"]]
        if running:
            yield f"the kubelet removed {change.key} while {running} runs"
    elif actor == COMMAND:
        if not _is_forced(view, pod):
            yield f"{change.key} went at once, and nobody forced it"
    elif actor != "pod-gc" and _grace_s(pod):
        yield f"{actor} removed {change.key}, which runs"


def _grace_s(pod: Obj) -> int:
    metadata, spec = pod["metadata"], pod["spec"]
    return int(
        metadata.get("deletionGracePeriodSeconds", spec.get("terminationGracePeriodSeconds", 30))
    )


def _is_forced(view: View, pod: Obj) -> bool:
    options = (view.request or {}).get("options") or {}
    return options.get("grace_s") == 0 or not _grace_s(pod)
