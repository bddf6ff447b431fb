"""Job (batch/v1)."""

from __future__ import annotations

from typing import Any

from ...base.durations import human_duration
from ...base.names import dns_label
from ...base.objects import Obj, get_in, labels_of, set_in, uid_of
from ...base.selectors import matcher
from ...base.times import parse_rfc3339
from .base import Column, Kind
from .columns import AGE, CONTAINERS, IMAGES, NAME, SELECTOR
from .faults import Faults, invalid, required
from .filling import change, change_each, fill, fill_zero
from .job_validation import validate_job_spec, validate_job_update
from .labelselector import validate_label_selector
from .podspec_defaults import default_template
from .warnings import of_workload

UID = "batch.kubernetes.io/controller-uid"
JOB_NAME = "batch.kubernetes.io/job-name"
_NO_LIMIT = 2**31 - 1
_SPEC = {"completionMode": "NonIndexed", "suspend": False, "manualSelector": False}


def _default(obj: Obj) -> Obj:
    obj = {**obj, "spec": default_job_spec(obj.get("spec") or {})}
    spec = fill(obj["spec"], {"manualSelector": False})
    labels = get_in(spec, "template", "metadata", "labels")
    if labels and not labels_of(obj):
        obj = set_in(obj, ("metadata", "labels"), labels)
    return {**obj, "spec": spec}


def default_job_spec(spec: Obj) -> Obj:
    """The defaults of a Job's spec (pkg/apis/batch/v1/defaults.go)."""
    if spec.get("completions") is None and spec.get("parallelism") is None:
        spec = {**spec, "completions": 1, "parallelism": 1}
    limit = 6 if spec.get("backoffLimitPerIndex") is None else _NO_LIMIT
    failing = spec.get("podFailurePolicy") is not None
    replacement = "Failed" if failing else "TerminatingOrFailed"
    defaults = {**_SPEC, "parallelism": 1, "backoffLimit": limit, "template": {}}
    spec = fill(spec, {**defaults, "podReplacementPolicy": replacement})
    spec = change(spec, "podFailurePolicy", lambda it: change_each(it, "rules", _rule))
    return change(spec, "template", default_template)


def _rule(rule: Obj) -> Obj:
    return change_each(rule, "onPodConditions", lambda it: fill_zero(it, {"status": "True"}))


def _prepare(new: Obj, old: Obj | None) -> Obj:
    """A new Job gets a selector that is its own, and labels to match (job strategy)."""
    if old is not None:
        return new
    new = {**new, "status": {}}
    if new["spec"]["manualSelector"]:
        return new
    uid, name = uid_of(new), new["metadata"].get("name", "")
    own = {UID: uid, JOB_NAME: name, "controller-uid": uid, "job-name": name}
    labels = {**(get_in(new, "spec", "template", "metadata", "labels") or {}), **own}
    new = set_in(new, ("spec", "template", "metadata", "labels"), labels)
    if new["spec"].get("selector") is None:
        new = set_in(new, ("spec", "selector"), {"matchLabels": {UID: uid}})
    return new if labels_of(new) else set_in(new, ("metadata", "labels"), labels)


def _validate(obj: Obj) -> Faults:
    spec = obj["spec"]
    selector, labels = spec.get("selector"), get_in(spec, "template", "metadata", "labels")
    faults = validate_job_spec(spec, "spec")
    if selector is None:
        faults.append(required("spec.selector"))
    faults += validate_label_selector(selector, "spec.selector")
    if not matcher(selector)(labels or {}):
        why = "`selector` does not match template `labels`"
        faults.append(invalid("spec.template.metadata.labels", labels, why))
    return faults + _hostnames(obj)


def _hostnames(obj: Obj) -> Faults:
    """The pods of an Indexed Job are called by its name and their number."""
    spec, name = obj["spec"], obj["metadata"].get("name", "")
    if spec.get("completionMode") != "Indexed" or (spec.get("completions") or 0) <= 0:
        return []
    last = f"{name}-{spec['completions'] - 1}"
    if not dns_label(last):
        return []
    why = f"will not able to create pod with invalid DNS label: {last}"
    return [invalid("metadata.name", name, why)]


def job_status(obj: Obj) -> str:
    """What ``kubectl get`` says of a Job, by its conditions (printersutil)."""
    true = {
        condition["type"]
        for condition in get_in(obj, "status", "conditions", default=[])
        if condition["status"] == "True"
    }
    for condition, said in (("Complete", "Complete"), ("Failed", "Failed")):
        if condition in true:
            return said
    if "deletionTimestamp" in obj["metadata"]:
        return "Terminating"
    for said in ("Suspended", "FailureTarget", "SuccessCriteriaMet"):
        if said in true:
            return said
    return "Running"


def _completions(obj: Obj, now_unix_ms: int) -> str:
    spec, succeeded = obj["spec"], get_in(obj, "status", "succeeded", default=0)
    if spec.get("completions") is not None:
        return f"{succeeded}/{spec['completions']}"
    parallelism = spec.get("parallelism") or 0
    return f"{succeeded}/1 of {parallelism}" if parallelism > 1 else f"{succeeded}/1"


def _duration(obj: Obj, now_unix_ms: int) -> Any:
    status = obj.get("status") or {}
    if not status.get("startTime"):
        return ""
    end = status.get("completionTime")
    end_ms = parse_rfc3339(end) if end else now_unix_ms
    return human_duration(end_ms - parse_rfc3339(status["startTime"]))


KIND = Kind(
    "Job",
    "jobs",
    group="batch",
    categories=("all",),
    status=True,
    generation=True,
    default=_default,
    prepare=_prepare,
    validate=_validate,
    warnings=of_workload,
    validate_update=validate_job_update,
    columns=(
        NAME,
        Column("Status", lambda obj, _: job_status(obj)),
        Column("Completions", _completions),
        Column("Duration", _duration),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR,
    ),
)
