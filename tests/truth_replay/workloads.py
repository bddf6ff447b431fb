"""StatefulSets, DaemonSets, Jobs, and CronJobs of a trace, state by state, against ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from k8slab.engine.base.conditions import conditions_of

from . import commands, names, seen, told
from .lines import Line
from .seen import Moment, State
from .traces import Story

TRACES = (
    "04-drain-cordon-pdb",
    "05-statefulset-orderedready",
    "05-statefulset-partition-stuck",
    "05-statefulset-pvc",
    "06-cronjob",
    "06-daemonset",
    "06-job-backoff-never",
    "06-job-completions-parallelism",
)
_PUNCTUAL = ("CronJob", "DaemonSet", "Job")
"""A StatefulSet adds up what its pods, one after another, are late."""
_POD = re.compile(r"\b((?:t-[\w-]+|default)/[a-z]+)-(?:[a-z0-9]{5}|[a-z])\b")


def lines(story: Story) -> list[Line]:
    """Every state, Event and answer of a trace of workloads."""
    return [*_all_states(story), *told.lines(story), *commands.lines(story)]


def _all_states(story: Story) -> Iterator[Line]:
    for kind, (recorded, ours) in _STATES.items():
        for name, moments in seen.as_recorded(story, kind, recorded).items():
            mine = seen.distinct(_of_all_lives(story, kind, name, ours))
            yield from seen.in_order(
                story, f"{kind} {name}", seen.distinct(moments), mine, punctual=kind in _PUNCTUAL
            )


def _of_all_lives(
    story: Story, kind: str, name: str, state: Callable[[Any], State]
) -> list[Moment]:
    """Our states, found by the run's number where a CronJob named the Job."""
    return [
        moment
        for own in _named_alike(story, kind, name)
        for moment in seen.states(story, kind, own, state)
    ]


def _named_alike(story: Story, kind: str, name: str) -> list[str]:
    """Ours of that name; of a CronJob's Jobs those of the same run."""
    theirs = names.runs(story.trace["names_map"].values())
    made = [change.key.name for change in story.cluster.changes() if change.key.kind == kind]
    mine = names.runs(made)
    wanted = names.rename(name, theirs)
    return [own for own in dict.fromkeys(made) if names.rename(own, mine) == wanted]


def _recorded_stateful_set(event: dict[str, Any]) -> State:
    counts = [event[name] for name in ("replicas", "ready", "current", "updated", "available")]
    settled = event.get("curRev") == event.get("updRev")
    return counts, settled, event.get("obs", 0) == event["gen"]


def _stateful_set(obj: Any) -> State:
    status = obj["status"]
    fields = ("replicas", "readyReplicas", "currentReplicas", "updatedReplicas")
    counts = [status.get(name, 0) for name in (*fields, "availableReplicas")]
    settled = status.get("currentRevision") == status.get("updateRevision")
    return counts, settled, _is_observed(obj)


def _is_observed(obj: Any) -> bool:
    return bool(obj["status"].get("observedGeneration", 0) == obj["metadata"]["generation"])


def _recorded_daemon_set(event: dict[str, Any]) -> State:
    fields = ("desired", "current", "ready", "updated", "available", "unavailable", "mis")
    return [event.get(name, 0) for name in fields], event.get("obs", 0) == event["gen"]


def _daemon_set(obj: Any) -> State:
    fields = (
        "desiredNumberScheduled",
        "currentNumberScheduled",
        "numberReady",
        "updatedNumberScheduled",
        "numberAvailable",
        "numberUnavailable",
        "numberMisscheduled",
    )
    return [obj["status"].get(name, 0) for name in fields], _is_observed(obj)


def _recorded_job(event: dict[str, Any]) -> State:
    uncounted = event.get("uncountedTerminatedPods", {})
    return (
        [event.get(name, 0) for name in ("active", "ready", "succeeded", "failed", "terminating")],
        sorted((name, len(uids)) for name, uids in uncounted.items()),
        event.get("completedIndexes", ""),
        event.get("conds", []),
        [_POD.sub(r"\1-pod", text).partition("/")[2] for text in event.get("msgs", [])],
        bool(event.get("suspend")),
        bool(event.get("startTime")),
    )


def _job(obj: Any) -> State:
    status, conditions = obj["status"], conditions_of(obj)
    uncounted = status.get("uncountedTerminatedPods", {})
    fields = ("active", "ready", "succeeded", "failed", "terminating")
    return (
        [status.get(name, 0) for name in fields],
        sorted((name, len(uids)) for name, uids in uncounted.items()),
        status.get("completedIndexes", ""),
        [f"{it['type']}={it['status']} {it['reason']}" for it in conditions],
        [_POD.sub(r"\1-pod", it["message"]).partition("/")[2] for it in conditions],
        obj["spec"]["suspend"],
        "startTime" in status,
    )


def _recorded_cron_job(event: dict[str, Any]) -> State:
    return len(event.get("active", ())), "last" in event, "lastOK" in event


def _cron_job(obj: Any) -> State:
    status = obj["status"]
    succeeded = "lastSuccessfulTime" in status
    return len(status.get("active", ())), "lastScheduleTime" in status, succeeded


_STATES: dict[str, tuple[Callable[[dict[str, Any]], State], Callable[[Any], State]]] = {
    "StatefulSet": (_recorded_stateful_set, _stateful_set),
    "DaemonSet": (_recorded_daemon_set, _daemon_set),
    "Job": (_recorded_job, _job),
    "CronJob": (_recorded_cron_job, _cron_job),
}
