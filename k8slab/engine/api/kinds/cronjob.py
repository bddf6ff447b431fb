"""CronJob (batch/v1)."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ...base.cron import parse_schedule
from ...base.objects import Obj, get_in
from .base import Column, Kind
from .columns import AGE, NAME, NONE, age, text
from .faults import Faults, invalid, negative, required, unsupported
from .filling import change, fill, fill_zero
from .job_validation import validate_job_spec
from .podspec_defaults import default_template
from .warnings import of_workload

_NAME_MAX = 52
_SPEC = {"suspend": False, "successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 1}
_POLICIES = ("Allow", "Forbid", "Replace")
_SECONDS = ("startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit")


def _default(obj: Obj) -> Obj:
    spec = fill_zero(obj.get("spec") or {}, {"concurrencyPolicy": "Allow"})
    spec = fill(spec, {**_SPEC, "jobTemplate": {}})
    return {**obj, "spec": change(spec, "jobTemplate", _job_template)}


def _job_template(template: Obj) -> Obj:
    """The pods' template gets its defaults here; the Job's own come with each Job."""
    template = fill(template, {"metadata": {}, "spec": {}})
    return change(template, "spec", _job_spec)


def _job_spec(spec: Obj) -> Obj:
    return change(fill(spec, {"template": {}}), "template", default_template)


def _validate(obj: Obj) -> Faults:
    spec, name = obj["spec"], obj["metadata"].get("name", "")
    faults = _schedule(spec)
    if spec["concurrencyPolicy"] not in _POLICIES:
        faults.append(unsupported("spec.concurrencyPolicy", spec["concurrencyPolicy"], _POLICIES))
    for field in _SECONDS:
        faults += negative(f"spec.{field}", spec.get(field) or 0)
    template = spec["jobTemplate"]["spec"]
    faults += validate_job_spec(template, "spec.jobTemplate.spec")
    if template.get("selector") is not None:
        why = "`selector` will be auto-generated"
        faults.append(invalid("spec.jobTemplate.spec.selector", template["selector"], why))
    if template.get("manualSelector"):
        at = "spec.jobTemplate.spec.manualSelector"
        faults.append(unsupported(at, True, ("nil", "false")))
    if len(name) > _NAME_MAX:
        why = f"must be no more than {_NAME_MAX} characters"
        faults.append(invalid("metadata.name", name, why))
    return faults


def _schedule(spec: Obj) -> Faults:
    schedule, zone = spec.get("schedule") or "", spec.get("timeZone")
    faults: Faults = []
    if not schedule:
        faults.append(required("spec.schedule"))
    elif "TZ" in schedule:
        why = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
        faults.append(invalid("spec.schedule", schedule, why))
    else:
        try:
            parse_schedule(schedule)
        except ValueError as error:
            faults.append(invalid("spec.schedule", schedule, str(error)))
    if zone is not None and (wrong := _time_zone(zone)):
        faults.append(invalid("spec.timeZone", zone, wrong))
    return faults


def _time_zone(zone: str) -> str:
    if not zone:
        return "timeZone must be nil or non-empty string"
    if zone.lower() == "local":
        return (
            "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
        )
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return f"unknown time zone {zone}"
    return ""


def _last_schedule(obj: Obj, now_unix_ms: int) -> str:
    last = get_in(obj, "status", "lastScheduleTime")
    return age(last, now_unix_ms) if last else NONE


def _active(obj: Obj, now_unix_ms: int) -> int:
    return len(get_in(obj, "status", "active", default=[]))


def _containers(obj: Obj) -> list[Obj]:
    path = ("spec", "jobTemplate", "spec", "template", "spec", "containers")
    found: list[Obj] = get_in(obj, *path, default=[])
    return found


KIND = Kind(
    "CronJob",
    "cronjobs",
    group="batch",
    short_names=("cj",),
    categories=("all",),
    status=True,
    generation=True,
    default=_default,
    prepare=lambda new, old: new if old is not None else {**new, "status": {}},
    validate=_validate,
    warnings=of_workload,
    columns=(
        NAME,
        text("Schedule", "spec", "schedule"),
        text("Timezone", "spec", "timeZone"),
        Column("Suspend", lambda obj, _: str(bool(obj["spec"].get("suspend")))),
        Column("Active", _active, "integer"),
        Column("Last Schedule", _last_schedule),
        AGE,
        Column(
            "Containers", lambda obj, _: ",".join(it["name"] for it in _containers(obj)), wide=True
        ),
        Column(
            "Images", lambda obj, _: ",".join(it["image"] for it in _containers(obj)), wide=True
        ),
        Column("Selector", lambda obj, _: NONE, wide=True),
    ),
)
