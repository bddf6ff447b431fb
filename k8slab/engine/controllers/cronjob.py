"""The CronJob controller: a Job at every time of a schedule (cronjob_controllerv2.go, 1.36)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any
from zoneinfo import ZoneInfo

from ..api.errors import NAMESPACE_TERMINATING, ApiError
from ..base.conditions import conditions_of
from ..base.cron import parse_schedule
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
from .cron_times import due, next_look_ms

SOURCE = "cronjob-controller"
SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"
_FORBIDDEN = "Not starting job because prior execution is running and concurrency policy is Forbid"
_NEVER = "time difference between two schedules is less than 1 second"
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
        status: dict[str, Any] = dict(cron_job.get("status") or {})
        again_ms = refusal = None
        _clean_up(world, cron_job, status, jobs)
        _observe(world, cron_job, status, jobs)
        try:
            if not is_deleting(cron_job) and not cron_job["spec"]["suspend"]:
                again_ms = _run(world, cron_job, status)
        except ApiError as why:
            refusal = why
        world.api.update_status(cron_job, {name: it for name, it in status.items() if it})
        if refusal is not None:
            raise refusal
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


def _observe(world: World, cron_job: Obj, status: dict[str, Any], jobs: Objs) -> None:
    """What the Jobs change in the status: what has ended or vanished is no longer active."""
    known = {it["uid"] for it in _active(status)}
    for job in jobs:
        name, ending = job["metadata"]["name"], _ending(job)
        if not ending and uid_of(job) not in known:
            message = f"Saw a job that the controller did not create or forgot: {name}"
            _tell(world, cron_job, "UnexpectedJob", message, "Warning")
        elif ending and uid_of(job) in known:
            _drop(status, uid_of(job))
            message = f"Saw completed job: {name}, condition: {ending}"
            _tell(world, cron_job, "SawCompletedJob", message)
        done = get_in(job, "status", "completionTime")
        if ending == "Complete" and done > status.get("lastSuccessfulTime", ""):
            status["lastSuccessfulTime"] = done
    own = {uid_of(job) for job in jobs}
    for active in _active(status):
        key = Key("Job", active["namespace"], active["name"])
        if active["uid"] not in own and world.store.get(key) is None:
            _drop(status, active["uid"])
            _tell(world, cron_job, "MissingJob", f"Active job went missing: {active['name']}")


def _active(status: Mapping[str, Any]) -> Objs:
    """References to the Jobs that run."""
    active: Objs = status.get("active") or []
    return active


def _drop(status: dict[str, Any], uid: str) -> None:
    status["active"] = [it for it in _active(status) if it["uid"] != uid]


def _run(world: World, cron_job: Obj, status: dict[str, Any]) -> int | None:
    """Start the Job that is due, where the policy lets it; when to look again."""
    spec = cron_job["spec"]
    schedule = parse_schedule(spec["schedule"], spec.get("timeZone"))
    found = due(cron_job, status, schedule, world.unix_ms)
    if found.invalid:
        message = f"invalid schedule: {spec['schedule']} : {_NEVER}"
        _tell(world, cron_job, "InvalidSchedule", message, "Warning")
        return None
    if found.many_missed:
        _tell(world, cron_job, "TooManyMissedTimes", _MANY, "Warning")
    at_ms = found.at_unix_ms
    if at_ms is None or not _may_start(world, cron_job, status, at_ms):
        return next_look_ms(cron_job, status, schedule, world.unix_ms)
    if spec["concurrencyPolicy"] == "Replace":
        for reference in _active(status):
            _delete(world, cron_job, status, reference)
    job = _create(world, cron_job, at_ms)
    if job is None or uid_of(job) in {it["uid"] for it in _active(status)}:
        return None
    status["active"] = [*_active(status), _reference(job)]
    status["lastScheduleTime"] = rfc3339(at_ms)
    return next_look_ms(cron_job, status, schedule, world.unix_ms)


def _may_start(world: World, cron_job: Obj, status: Mapping[str, Any], at_ms: int) -> bool:
    """Whether a Job for a time that has come is neither late, nor started, nor forbidden."""
    spec, active = cron_job["spec"], _active(status)
    deadline_s = spec.get("startingDeadlineSeconds")
    if deadline_s is not None and at_ms + deadline_s * 1000 < world.unix_ms:
        missed = formatdate(at_ms / 1000).replace("-0000", "+0000")
        message = f"Missed scheduled time to start a job: {missed}"
        _tell(world, cron_job, "MissSchedule", message, "Warning")
        return False
    name = _job_name(cron_job, at_ms)
    if name in {it["name"] for it in active} or status.get("lastScheduleTime") == rfc3339(at_ms):
        return False
    world.compare("active Jobs", spec["concurrencyPolicy"], len(active))
    if active and spec["concurrencyPolicy"] == "Forbid":
        _tell(world, cron_job, "JobAlreadyActive", _FORBIDDEN)
        return False
    return True


def _job_name(cron_job: Obj, at_ms: int) -> str:
    return f"{cron_job['metadata']['name']}-{at_ms // 60_000}"


def _create(world: World, cron_job: Obj, at_ms: int) -> Obj | None:
    """The Job of a time; one of that name that is there already, where it is the CronJob's own."""
    name, template = _job_name(cron_job, at_ms), cron_job["spec"]["jobTemplate"]
    scheduled = _in_zone(at_ms, cron_job["spec"].get("timeZone"))
    metadata: dict[str, Any] = {
        "name": name,
        "namespace": cron_job["metadata"]["namespace"],
        "annotations": {**_metadata(template, "annotations"), SCHEDULED: scheduled},
        "ownerReferences": [owner_reference(cron_job)],
    }
    labels = _metadata(template, "labels")
    if labels:
        metadata["labels"] = labels
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template["spec"]}
    try:
        created = world.api.create(job)
    except ApiError as refusal:
        if refusal.reason == "AlreadyExists":
            stored = world.api.get(key_of(job))
            owner = controller_of(stored) or {}
            return stored if owner.get("uid") == uid_of(cron_job) else None
        if not refusal.because(NAMESPACE_TERMINATING):
            message = f"Error creating job: {refusal.message}"
            _tell(world, cron_job, "FailedCreate", message, "Warning")
        raise
    _tell(world, cron_job, "SuccessfulCreate", f"Created job {name}")
    return created


def _in_zone(at_ms: int, zone: str | None) -> str:
    """RFC 3339 by the clock of the CronJob's time zone."""
    moment = datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone) if zone else UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _metadata(template: Obj, field: str) -> dict[str, str]:
    whole = {"metadata": template.get("metadata") or {}}
    return dict(labels_of(whole) if field == "labels" else annotations_of(whole))


def _reference(job: Obj) -> Obj:
    metadata = job["metadata"]
    fields = ("name", "namespace", "uid", "resourceVersion")
    head = {"kind": "Job", "apiVersion": "batch/v1"}
    return {**head, **{field: metadata[field] for field in fields}}


def _delete(world: World, cron_job: Obj, status: dict[str, Any], job: Obj) -> None:
    """Delete a Job, of which ``job`` says name and uid, and forget that it was active."""
    _drop(status, job["uid"])
    key = Key("Job", cron_job["metadata"]["namespace"], job["name"])
    if world.store.get(key) is not None:
        world.api.delete(key, propagation="Background")
        _tell(world, cron_job, "SuccessfulDelete", f"Deleted job {job['name']}")


def _clean_up(world: World, cron_job: Obj, status: dict[str, Any], jobs: Objs) -> None:
    """Delete the oldest finished Jobs beyond the history limits."""
    for ending, field in (
        ("Complete", "successfulJobsHistoryLimit"),
        ("Failed", "failedJobsHistoryLimit"),
    ):
        ended = [job for job in jobs if _ending(job) == ending and not is_deleting(job)]
        ended.sort(key=_started)
        for job in ended[: max(0, len(ended) - cron_job["spec"][field])]:
            _delete(world, cron_job, status, job["metadata"])


def _started(job: Obj) -> tuple[bool, int, str]:
    """By start; what never started comes last (byJobStartTime)."""
    start = get_in(job, "status", "startTime")
    return not start, parse_rfc3339(start) if start else 0, job["metadata"]["name"]
