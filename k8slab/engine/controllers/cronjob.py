"""The CronJob controller: a Job at every time of a schedule (cronjob_controllerv2.go, 1.36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from email.utils import formatdate
from typing import Any

from ..api.errors import ApiError
from ..base.conditions import conditions_of
from ..base.cron import Schedule, parse_schedule
from ..base.objects import (
    Key,
    Obj,
    Objs,
    annotations_of,
    controller_of,
    get_in,
    is_deleting,
    key_of,
    labels_of,
    owner_reference,
    uid_of,
)
from ..base.times import parse_rfc3339, rfc3339
from ..control import World
from ..control.loop import Watch
from .cron_times import Due, due

SOURCE = "cronjob-controller"
SLACK_MS = 100  # it looks so much after a scheduled time (nextScheduleDelta)
SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"
_FORBIDDEN = "Not starting job because prior execution is running and concurrency policy is Forbid"
_MANY = (
    "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
)


class CronJobs:
    """Creates Jobs in time, by the concurrency policy, and keeps a short history of them."""

    name = "cronjob"
    lag_ms = 6

    @property
    def watches(self) -> Mapping[str, Watch]:
        return {"CronJob": _itself, "Job": _owner}

    def reconcile(self, world: World, key: Key) -> int | None:
        cron_job = world.store.get(key)
        if cron_job is None:
            return None
        jobs = world.store.by("Job", "controller", uid_of(cron_job))
        status = _observed(world, cron_job, jobs)
        again_ms = None
        if not is_deleting(cron_job) and not cron_job["spec"]["suspend"]:
            status, again_ms = _run(world, cron_job, status)
        _clean_up(world, cron_job, jobs)
        world.api.update_status(cron_job, status)
        return again_ms


def _itself(world: World, obj: Obj) -> Iterable[Key]:
    yield key_of(obj)


def _owner(world: World, job: Obj) -> Iterable[Key]:
    owner = controller_of(job)
    if owner is not None and owner["kind"] == "CronJob":
        yield Key("CronJob", job["metadata"]["namespace"], owner["name"])


def _tell(world: World, cron_job: Obj, reason: str, message: str, type_: str = "Normal") -> None:
    world.event(cron_job, type_, reason, message, SOURCE)


def _ending(job: Obj) -> str:
    """Complete or Failed, or "" while it runs."""
    for condition in conditions_of(job):
        if condition["type"] in ("Complete", "Failed") and condition["status"] == "True":
            return str(condition["type"])
    return ""


def _observed(world: World, cron_job: Obj, jobs: Objs) -> dict[str, Any]:
    """The status by its Jobs: what has ended or vanished is no longer active."""
    status: dict[str, Any] = dict(cron_job.get("status") or {})
    active: Objs = list(status.get("active") or [])
    known = {it["uid"] for it in active}
    for job in jobs:
        name, ending = job["metadata"]["name"], _ending(job)
        if not ending and uid_of(job) not in known:
            message = f"Saw a job that the controller did not create or forgot: {name}"
            _tell(world, cron_job, "UnexpectedJob", message, "Warning")
        elif ending and uid_of(job) in known:
            active = [it for it in active if it["uid"] != uid_of(job)]
            message = f"Saw completed job: {name}, condition: {ending}"
            _tell(world, cron_job, "SawCompletedJob", message)
        done = get_in(job, "status", "completionTime")
        if ending == "Complete" and done > status.get("lastSuccessfulTime", ""):
            status["lastSuccessfulTime"] = done
    alive = {uid_of(job) for job in jobs}
    for gone in [it for it in active if it["uid"] not in alive]:
        _tell(world, cron_job, "MissingJob", f"Active job went missing: {gone['name']}")
    return _with_active(status, [it for it in active if it["uid"] in alive])


def _with_active(status: dict[str, Any], active: Objs) -> dict[str, Any]:
    rest = {name: it for name, it in status.items() if name != "active"}
    return {**rest, "active": active} if active else rest


def _run(world: World, cron_job: Obj, status: dict[str, Any]) -> tuple[dict[str, Any], int | None]:
    """Start the Job that is due, where the policy lets it; when to look again."""
    spec = cron_job["spec"]
    schedule = parse_schedule(spec["schedule"], spec.get("timeZone"))
    found = due(cron_job, status, schedule, world.unix_ms)
    if found.many_missed:
        _tell(world, cron_job, "TooManyMissedTimes", _MANY, "Warning")
    again_ms = _next_look(schedule, found, world.unix_ms)
    at_ms = found.at_unix_ms
    if at_ms is None:
        return status, again_ms
    deadline_s = spec.get("startingDeadlineSeconds")
    if deadline_s is not None and at_ms + deadline_s * 1000 < world.unix_ms:
        missed = formatdate(at_ms / 1000).replace("-0000", "+0000")
        message = f"Missed scheduled time to start a job: {missed}"
        _tell(world, cron_job, "MissSchedule", message, "Warning")
        return status, again_ms
    active: Objs = status.get("active") or []
    name = f"{cron_job['metadata']['name']}-{at_ms // 60_000}"
    if name in {it["name"] for it in active} or status.get("lastScheduleTime") == rfc3339(at_ms):
        return status, again_ms
    world.compare("active Jobs", spec["concurrencyPolicy"], len(active))
    if active and spec["concurrencyPolicy"] == "Forbid":
        _tell(world, cron_job, "JobAlreadyActive", _FORBIDDEN)
        return status, again_ms
    if spec["concurrencyPolicy"] == "Replace":
        for reference in active:
            _delete(world, cron_job, reference["name"])
        active = []
    job = _create(world, cron_job, name, at_ms)
    status = _with_active(status, [*active, _reference(job)])
    return {**status, "lastScheduleTime": rfc3339(at_ms)}, again_ms


def _next_look(schedule: Schedule, found: Due, now_ms: int) -> int | None:
    next_ms = schedule.after(now_ms if found.missed else found.since_unix_ms)
    return None if next_ms is None else max(1, next_ms + SLACK_MS - now_ms)


def _create(world: World, cron_job: Obj, name: str, at_ms: int) -> Obj:
    template = cron_job["spec"]["jobTemplate"]
    metadata: dict[str, Any] = {
        "name": name,
        "namespace": cron_job["metadata"]["namespace"],
        "annotations": {**_metadata(template, "annotations"), SCHEDULED: rfc3339(at_ms)},
        "ownerReferences": [owner_reference(cron_job)],
    }
    labels = _metadata(template, "labels")
    if labels:
        metadata["labels"] = labels
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template["spec"]}
    try:
        created = world.api.create(job)
    except ApiError as refusal:
        message = f"Error creating job: {refusal.message}"
        _tell(world, cron_job, "FailedCreate", message, "Warning")
        raise
    _tell(world, cron_job, "SuccessfulCreate", f"Created job {name}")
    return created


def _metadata(template: Obj, field: str) -> dict[str, str]:
    whole = {"metadata": template.get("metadata") or {}}
    return dict(labels_of(whole) if field == "labels" else annotations_of(whole))


def _reference(job: Obj) -> Obj:
    metadata = job["metadata"]
    fields = ("name", "namespace", "uid", "resourceVersion")
    head = {"kind": "Job", "apiVersion": "batch/v1"}
    return {**head, **{field: metadata[field] for field in fields}}


def _delete(world: World, cron_job: Obj, name: str) -> None:
    key = Key("Job", cron_job["metadata"]["namespace"], name)
    if world.store.get(key) is None:
        return
    world.api.delete(key, propagation="Background")
    _tell(world, cron_job, "SuccessfulDelete", f"Deleted job {name}")


def _clean_up(world: World, cron_job: Obj, jobs: Objs) -> None:
    """Delete the oldest finished Jobs beyond the history limits."""
    for ending, field in (
        ("Complete", "successfulJobsHistoryLimit"),
        ("Failed", "failedJobsHistoryLimit"),
    ):
        ended = [job for job in jobs if _ending(job) == ending and not is_deleting(job)]
        ended.sort(key=_started)
        for job in ended[: max(0, len(ended) - cron_job["spec"][field])]:
            _delete(world, cron_job, job["metadata"]["name"])


def _started(job: Obj) -> tuple[int, str]:
    start = get_in(job, "status", "startTime")
    return parse_rfc3339(start) if start else 0, job["metadata"]["name"]
