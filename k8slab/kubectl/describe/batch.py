"""kubectl describe job and cronjob."""

from __future__ import annotations

from typing import Any

from k8slab.engine.base.durations import human_duration
from k8slab.engine.base.objects import Obj, annotations_of, controller_of, labels_of
from k8slab.engine.base.selectors import format_selector
from k8slab.engine.base.times import parse_rfc3339

from ..session import Session
from .lines import NONE, Lines, lower, moment, yes
from .template import template_lines

_UNSET = "<unset>"
_INDEXES_SHOWN = 50


def job(session: Session, obj: Obj, lines: Lines) -> None:
    """A Job: what it is to reach, how far it is, its template."""
    spec, status = obj["spec"], obj.get("status") or {}
    lines.value(0, "Name", obj["metadata"]["name"])
    lines.value(0, "Namespace", obj["metadata"]["namespace"])
    lines.value(0, "Selector", format_selector(spec.get("selector") or {}))
    lines.mapping("Labels", labels_of(obj))
    lines.annotations(annotations_of(obj))
    owner = controller_of(obj)
    if owner:
        lines.value(0, "Controlled By", f"{owner['kind']}/{owner['name']}")
    lines.value(0, "Parallelism", spec.get("parallelism", _UNSET))
    lines.value(0, "Completions", spec.get("completions", _UNSET))
    lines.value(0, "Completion Mode", spec.get("completionMode", "NonIndexed"))
    lines.value(0, "Suspend", lower(spec.get("suspend")))
    lines.value(0, "Backoff Limit", spec.get("backoffLimit", _UNSET))
    if "ttlSecondsAfterFinished" in spec:
        lines.value(0, "TTL Seconds After Finished", spec["ttlSecondsAfterFinished"])
    _times(spec, status, lines)
    ready = f" ({status['ready']} Ready)" if "ready" in status else ""
    counts = (
        f"{status.get('active', 0)} Active{ready}",
        f"{status.get('succeeded', 0)} Succeeded",
        f"{status.get('failed', 0)} Failed",
    )
    lines.value(0, "Pods Statuses", " / ".join(counts))
    if spec.get("completionMode") == "Indexed":
        lines.value(0, "Completed Indexes", _indexes(status.get("completedIndexes", "")))
    lines.lines += template_lines(spec["template"])


def _indexes(text: str) -> str:
    """The indexes that are done, cut off at the first comma behind 50 characters."""
    end = text.find(",", _INDEXES_SHOWN)
    return (f"{text[: end + 1]}..." if end >= 0 else text) or NONE


def _times(spec: Obj, status: Obj, lines: Lines) -> None:
    start, end = status.get("startTime"), status.get("completionTime")
    if start:
        lines.value(0, "Start Time", moment(start))
    if end:
        lines.value(0, "Completed At", moment(end))
    if start and end:
        lines.value(0, "Duration", human_duration(parse_rfc3339(end) - parse_rfc3339(start)))
    if "activeDeadlineSeconds" in spec:
        lines.value(0, "Active Deadline Seconds", f"{spec['activeDeadlineSeconds']}s")


def cron_job(session: Session, obj: Obj, lines: Lines) -> None:
    """A CronJob: when it runs, what it keeps, and the template of its Jobs."""
    spec, status = obj["spec"], obj.get("status") or {}
    lines.head(obj)
    lines.value(0, "Schedule", spec["schedule"])
    lines.value(0, "Concurrency Policy", spec["concurrencyPolicy"])
    lines.value(0, "Suspend", yes(spec.get("suspend")))
    lines.value(0, "Time Zone", spec.get("timeZone") or _UNSET)
    lines.value(0, "Successful Job History Limit", spec["successfulJobsHistoryLimit"])
    lines.value(0, "Failed Job History Limit", spec["failedJobsHistoryLimit"])
    deadline: Any = spec.get("startingDeadlineSeconds")
    lines.value(0, "Starting Deadline Seconds", _UNSET if deadline is None else f"{deadline}s")
    job_spec = spec["jobTemplate"]["spec"]
    selector = job_spec.get("selector")
    lines.value(0, "Selector", format_selector(selector) if selector else _UNSET)
    lines.value(0, "Parallelism", job_spec.get("parallelism", _UNSET))
    lines.value(0, "Completions", job_spec.get("completions", _UNSET))
    if "activeDeadlineSeconds" in job_spec:
        lines.value(0, "Active Deadline Seconds", f"{job_spec['activeDeadlineSeconds']}s")
    lines.lines += template_lines(job_spec["template"])
    last = status.get("lastScheduleTime")
    lines.value(0, "Last Schedule Time", moment(last) if last else _UNSET)
    names = [reference["name"] for reference in status.get("active") or ()]
    lines.value(0, "Active Jobs", ", ".join(names) or NONE)
