"""Validation of a Job's spec, its own or a CronJob's (pkg/apis/batch/validation, 1.36)."""

from __future__ import annotations

from ...base.objects import Obj, get_in
from .faults import IMMUTABLE, Faults, invalid, negative, required, unsupported
from .internal import internal_template
from .podspec import validate_template

_NOT_NEGATIVE = (
    "parallelism",
    "completions",
    "activeDeadlineSeconds",
    "backoffLimit",
    "ttlSecondsAfterFinished",
    "backoffLimitPerIndex",
    "maxFailedIndexes",
)
_MODES = ("Indexed", "NonIndexed")
_REPLACEMENTS = ("Failed", "TerminatingOrFailed")
_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
_OPERATORS = ("In", "NotIn")
_INDEXED_MAX = 100_000
_FIXED = ("completions", "selector", "template", "completionMode", "podFailurePolicy")


def validate_job_spec(spec: Obj, path: str) -> Faults:
    """Every fault of a Job's spec but those of its selector."""
    faults: Faults = []
    for field in _NOT_NEGATIVE:
        faults += negative(f"{path}.{field}", spec.get(field) or 0)
    faults += _mode(spec, path)
    if spec.get("podFailurePolicy") is not None:
        faults += _failure_policy(spec, f"{path}.podFailurePolicy")
    replacement = spec.get("podReplacementPolicy")
    if replacement is not None and replacement not in _REPLACEMENTS:
        faults.append(unsupported(f"{path}.podReplacementPolicy", replacement, _REPLACEMENTS))
    template = spec.get("template") or {}
    faults += validate_template(template, f"{path}.template")
    return faults + _restart_policy(spec, f"{path}.template.spec.restartPolicy")


def _mode(spec: Obj, path: str) -> Faults:
    faults: Faults = []
    mode = spec.get("completionMode")
    if mode is not None and mode not in _MODES:
        faults.append(unsupported(f"{path}.completionMode", mode, _MODES))
    if mode == "Indexed":
        if spec.get("completions") is None:
            faults.append(required(f"{path}.completions", "when completion mode is Indexed"))
        parallelism = spec.get("parallelism") or 0
        if parallelism > _INDEXED_MAX:
            why = f"must be less than or equal to {_INDEXED_MAX} when completion mode is Indexed"
            faults.append(invalid(f"{path}.parallelism", parallelism, why))
    elif spec.get("backoffLimitPerIndex") is not None:
        limit = spec["backoffLimitPerIndex"]
        why = "requires indexed completion mode"
        faults.append(invalid(f"{path}.backoffLimitPerIndex", limit, why))
    return faults


def _failure_policy(spec: Obj, path: str) -> Faults:
    pod = get_in(spec, "template", "spec", default={})
    containers = [
        it.get("name") for name in ("containers", "initContainers") for it in pod.get(name) or ()
    ]
    faults: Faults = []
    for index, rule in enumerate(spec["podFailurePolicy"].get("rules") or ()):
        faults += _rule(rule, f"{path}.rules[{index}]", containers)
    return faults


def _rule(rule: Obj, path: str, containers: list[str | None]) -> Faults:
    faults: Faults = []
    action, codes, conditions = (
        rule.get(name) for name in ("action", "onExitCodes", "onPodConditions")
    )
    if not action:
        faults.append(required(f"{path}.action", f"valid values: {_quoted(_ACTIONS)}"))
    elif action not in _ACTIONS:
        faults.append(unsupported(f"{path}.action", action, _ACTIONS))
    if codes:
        faults += _exit_codes(codes, f"{path}.onExitCodes", containers)
    if codes and conditions:
        why = "specifying both OnExitCodes and OnPodConditions is not supported"
        faults.append(invalid(path, rule, why))
    elif not codes and not conditions:
        why = "specifying one of OnExitCodes and OnPodConditions is required"
        faults.append(invalid(path, rule, why))
    return faults


def _exit_codes(codes: Obj, path: str, containers: list[str | None]) -> Faults:
    faults: Faults = []
    operator, values = codes.get("operator"), codes.get("values") or []
    if operator not in _OPERATORS:
        faults.append(unsupported(f"{path}.operator", operator or "", _OPERATORS))
    name = codes.get("containerName")
    if name is not None and name not in containers:
        why = "must be one of the container or initContainer names in the pod template"
        faults.append(invalid(f"{path}.containerName", name, why))
    if not values:
        faults.append(invalid(f"{path}.values", values, "at least one value is required"))
    for index, value in enumerate(values):
        if operator == "In" and value == 0:
            why = "must not be 0 for the In operator"
            faults.append(invalid(f"{path}.values[{index}]", value, why))
    if values != sorted(values):
        faults.append(invalid(f"{path}.values", values, "must be ordered"))
    return faults


def _restart_policy(spec: Obj, path: str) -> Faults:
    policy = get_in(spec, "template", "spec", "restartPolicy", default="")
    if policy not in ("Never", "OnFailure"):
        return [required(path, 'valid values: "OnFailure", "Never"')]
    if spec.get("podFailurePolicy") is not None and policy != "Never":
        why = 'only "Never" is supported when podFailurePolicy is specified'
        return [invalid(path, policy, why)]
    return []


def validate_job_update(new: Obj, old: Obj) -> Faults:
    """What of a Job is fixed; an Indexed one may change completions with parallelism."""
    spec, before = new["spec"], old["spec"]
    fixed = [field for field in _FIXED if spec.get(field) != before.get(field)]
    elastic = spec.get("completionMode") == "Indexed" and (
        spec.get("completions") == spec.get("parallelism")
    )
    if elastic and "completions" in fixed:
        fixed.remove("completions")
    shown = {**spec, "template": internal_template(spec["template"])} if fixed else spec
    return [invalid(f"spec.{field}", shown.get(field), IMMUTABLE) for field in fixed]


def _quoted(values: tuple[str, ...]) -> str:
    return ", ".join(f'"{value}"' for value in values)
