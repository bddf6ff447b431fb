"""Counting the pods that have ended, once each (trackJobStatusAndRemoveFinalizers, 1.36).

The status first names them as uncounted, then they lose their finalizer, then they are counted.
"""

from __future__ import annotations

from typing import Any

from ...base.conditions import replaced
from ...base.objects import Objs, uid_of
from ...base.pods import phase_of, pod_is_active, pod_is_ready
from . import failure_policy
from .indexes import written
from .look import SOURCE, Look, is_tracked
from .outcomes import done_indexes, failed_indexes, to_replace
from .pods import release
from .verdict import Verdict

_TOO_MANY = "Too many succeeded pods running after completion count reached"


def succeeded(look: Look) -> int:
    """How many completions there are, those included that are not counted yet."""
    if look.is_indexed:
        return len(done_indexes(look))
    return look.count("succeeded") + len(look.new_succeeded)


def track(look: Look, verdict: Verdict | None) -> None:
    """Write what this look found, let go of what has ended, count it, and end the Job."""
    ended = _ended(look, verdict)
    good = [uid_of(pod) for pod in look.new_succeeded]
    bad = [uid_of(pod) for pod in _failed(look, ended, verdict) if failure_policy.counts(look, pod)]
    done = done_indexes(look) if look.is_indexed else set()
    look.status.update(_present(look))
    if look.is_indexed:
        look.status.update(succeeded=len(done), completedIndexes=written(done))
    if look.retries_by_index:
        look.status["failedIndexes"] = written(failed_indexes(look))
    if verdict is not None and look.condition(verdict.interim) is None:
        add_condition(look, verdict.interim, "True", verdict.reason, verdict.message)
    uncounted = {"succeeded": [] if look.is_indexed else good, "failed": bad}
    look.status["uncountedTerminatedPods"] = {name: it for name, it in uncounted.items() if it}
    write(look)
    for pod in ended:
        release(look.world, pod)
    look.status["uncountedTerminatedPods"] = {}
    look.status["failed"] = look.count("failed") + len(bad)
    if not look.is_indexed:
        look.status["succeeded"] = look.count("succeeded") + len(good)
    if verdict is not None and not look.status["terminating"]:
        _finish(look, verdict)
    write(look)
    if verdict is not None and look.condition(verdict.final) is not None:
        _tell(look, verdict)


def _ended(look: Look, verdict: Verdict | None) -> Objs:
    """The pods to let go of: those that ended, and every one of a Job that is over or going."""
    if verdict is not None or "deletionTimestamp" in look.job["metadata"]:
        return [pod for pod in look.pods if is_tracked(pod)]
    kept = {uid_of(pod) for pod in to_replace(look).values()}
    return [pod for pod in look.ended if uid_of(pod) not in kept]


def _failed(look: Look, ended: Objs, verdict: Verdict | None) -> Objs:
    """Of those: what failed, and all that a failure of the Job cuts short."""
    if verdict is not None and verdict.final == "Failed":
        return [pod for pod in ended if look.is_new(pod) and phase_of(pod) != "Succeeded"]
    bad = {uid_of(pod) for pod in look.new_failed}
    return [pod for pod in ended if uid_of(pod) in bad]


def _present(look: Look) -> dict[str, Any]:
    active = look.world.store.by("Pod", "controller", uid_of(look.job))
    running = [pod for pod in active if pod_is_active(pod)]
    return {
        "active": len(running),
        "ready": sum(pod_is_ready(pod) for pod in running),
        "terminating": len(look.terminating),
    }


def _finish(look: Look, verdict: Verdict) -> None:
    add_condition(look, verdict.final, "True", verdict.reason, verdict.message)
    if verdict.final == "Complete":
        look.status["completionTime"] = look.world.timestamp()


def _tell(look: Look, verdict: Verdict) -> None:
    if verdict.final == "Complete":
        if look.spec.get("completions") and look.count("succeeded") > look.spec["completions"]:
            look.world.event(look.job, "Warning", "TooManySucceededPods", _TOO_MANY, SOURCE)
        look.world.event(look.job, "Normal", "Completed", "Job completed", SOURCE)
    else:
        look.world.event(look.job, "Warning", verdict.reason, verdict.message, SOURCE)


def add_condition(look: Look, type_: str, status: str, reason: str, message: str) -> None:
    """Put a condition into the status, in place of an older one of its type."""
    now = look.world.timestamp()
    new = {
        "type": type_,
        "status": status,
        "lastProbeTime": now,
        "lastTransitionTime": now,
        "reason": reason,
        "message": message,
    }
    look.status["conditions"] = replaced(look.status.get("conditions") or [], new)


def write(look: Look) -> None:
    """Store the status, without counts that are nothing."""
    shown = {
        name: it
        for name, it in look.status.items()
        if it or name not in ("active", "succeeded", "failed", "completedIndexes")
    }
    look.world.api.update_status(look.job, shown)
