"""Validation of a Job's spec, its own or a CronJob's (pkg/apis/batch/validation, 1.36)."""

from __future__ import annotations

from typing import Any

from ...base import names
from ...base.objects import Obj, get_in
from .faults import (
    IMMUTABLE,
    Faults,
    duplicate,
    invalid,
    negative,
    omitted,
    required,
    too_long,
    too_many,
    unsupported,
)
from .internal import internal, internal_template
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
_MODES = ("NonIndexed", "Indexed")
_REPLACEMENTS = ("Failed", "TerminatingOrFailed")
_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
_OPERATORS = ("In", "NotIn")
_STATUSES = ("False", "True", "Unknown")
_INDEXED_MAX = 100_000
_MANAGER_MAX = 63
_RULES_MAX, _CODES_MAX, _PATTERNS_MAX = 20, 255, 20
_FIXED = (
    "completions",
    "selector",
    "template",
    "completionMode",
    "podFailurePolicy",
    "backoffLimitPerIndex",
    "managedBy",
    "successPolicy",
)
_TYPES = {
    "podFailurePolicy": "PodFailurePolicy",
    "successPolicy": "SuccessPolicy",
}


def validate_job_spec(spec: Obj, path: str) -> Faults:
    """Every fault of a Job's spec but those of its selector."""
    faults: Faults = []
    for field in _NOT_NEGATIVE:
        faults += negative(f"{path}.{field}", spec.get(field) or 0)
    if spec.get("maxFailedIndexes") is not None and spec.get("backoffLimitPerIndex") is None:
        at = f"{path}.backoffLimitPerIndex"
        faults.append(required(at, "when maxFailedIndexes is specified"))
    faults += _manager(spec.get("managedBy"), f"{path}.managedBy") + _mode(spec, path)
    if spec.get("podFailurePolicy") is not None:
        faults += _failure_policy(spec, f"{path}.podFailurePolicy")
    if spec.get("successPolicy") is not None:
        faults += _success_policy(spec, f"{path}.successPolicy")
    replacement = spec.get("podReplacementPolicy")
    known = _REPLACEMENTS if spec.get("podFailurePolicy") is None else ("Failed",)
    if replacement is not None and replacement not in known:
        faults.append(unsupported(f"{path}.podReplacementPolicy", replacement, known))
    template = spec.get("template") or {}
    faults += validate_template(template, f"{path}.template")
    return faults + _restart_policy(spec, f"{path}.template.spec.restartPolicy")


def _manager(name: str | None, path: str) -> Faults:
    """Who looks after the Job in the controller's place: a path with a domain before it."""
    if name is None:
        return []
    if not name:
        return [required(path)]
    domain, slash, rest = name.partition("/")
    if not slash or not domain or not rest:
        why = 'must be a domain-prefixed path (such as "acme.io/foo")'
        faults = [invalid(path, name, why)]
    else:
        faults = [invalid(path, domain, why) for why in names.dns_subdomain(domain)]
    return [*faults, too_long(path, _MANAGER_MAX)] if len(name) > _MANAGER_MAX else faults


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
        most, completions = spec.get("maxFailedIndexes"), spec.get("completions")
        if most is not None and completions is not None and most > completions:
            why = "must be less than or equal to completions"
            faults.append(invalid(f"{path}.maxFailedIndexes", most, why))
    elif mode in (None, "NonIndexed"):
        faults += [
            invalid(f"{path}.{field}", spec[field], "requires indexed completion mode")
            for field in ("backoffLimitPerIndex", "maxFailedIndexes")
            if spec.get(field) is not None
        ]
    return faults


def _failure_policy(spec: Obj, path: str) -> Faults:
    pod = get_in(spec, "template", "spec", default={})
    containers = [
        it.get("name") for name in ("containers", "initContainers") for it in pod.get(name) or ()
    ]
    rules = spec["podFailurePolicy"].get("rules") or []
    faults: Faults = []
    if len(rules) > _RULES_MAX:
        faults.append(too_many(f"{path}.rules", len(rules), _RULES_MAX))
    per_index = spec.get("backoffLimitPerIndex") is not None
    for index, rule in enumerate(rules):
        at = f"{path}.rules[{index}]"
        if rule.get("action") == "FailIndex" and not per_index:
            why = "requires the backoffLimitPerIndex to be set"
            faults.append(invalid(f"{at}.action", "FailIndex", why))
        faults += _rule(rule, at, containers)
    return faults


def _success_policy(spec: Obj, path: str) -> Faults:
    """When an Indexed Job has done enough, though not all has ended (validateSuccessPolicy)."""
    policy, completions = spec["successPolicy"], spec.get("completions") or 0
    if spec.get("completionMode") != "Indexed":
        told = internal(policy, "SuccessPolicy")
        return [invalid(path, told, "requires indexed completion mode")]
    rules = policy.get("rules") or []
    faults: Faults = []
    if not rules:
        why = "at least one rules must be specified when the successPolicy is specified"
        faults.append(required(f"{path}.rules", why))
    if len(rules) > _RULES_MAX:
        faults.append(too_many(f"{path}.rules", len(rules), _RULES_MAX))
    for index, rule in enumerate(rules):
        at, count = f"{path}.rules[{index}]", rule.get("succeededCount")
        if count is None and rule.get("succeededIndexes") is None:
            why = "at least one of succeededCount or succeededIndexes must be specified"
            faults.append(required(at, why))
        if count is not None:
            faults += negative(f"{at}.succeededCount", count)
        if count is not None and count > completions:
            limit = f"{completions} (the number of specified completions)"
            why = f"must be less than or equal to {limit}"
            faults.append(invalid(f"{at}.succeededCount", count, why))
    return faults


def _rule(rule: Obj, path: str, containers: list[str | None]) -> Faults:
    faults: Faults = []
    action, codes, conditions = (
        rule.get(name) for name in ("action", "onExitCodes", "onPodConditions")
    )
    if not action:
        faults.append(required(f"{path}.action", _choice(_ACTIONS)))
    elif action not in _ACTIONS:
        faults.append(unsupported(f"{path}.action", action, _ACTIONS))
    if codes is not None:
        faults += _exit_codes(codes, f"{path}.onExitCodes", containers)
    faults += _conditions(conditions or [], f"{path}.onPodConditions")
    if codes is not None and conditions:
        why = "specifying both OnExitCodes and OnPodConditions is not supported"
        faults.append(omitted(path, why))
    elif codes is None and not conditions:
        why = "specifying one of OnExitCodes and OnPodConditions is required"
        faults.append(omitted(path, why))
    return faults


def _conditions(patterns: list[Obj], path: str) -> Faults:
    faults: Faults = []
    if len(patterns) > _PATTERNS_MAX:
        faults.append(too_many(path, len(patterns), _PATTERNS_MAX))
    for index, pattern in enumerate(patterns):
        at, kind, status = f"{path}[{index}]", pattern.get("type") or "", pattern.get("status")
        faults += [invalid(f"{at}.type", kind, why) for why in names.qualified_name(kind)]
        if not status:
            faults.append(required(f"{at}.status", _choice(_STATUSES)))
        elif status not in _STATUSES:
            faults.append(unsupported(f"{at}.status", status, _STATUSES))
    return faults


def _exit_codes(codes: Obj, path: str, containers: list[str | None]) -> Faults:
    faults: Faults = []
    operator, values = codes.get("operator"), codes.get("values") or []
    if not operator:
        faults.append(required(f"{path}.operator", _choice(_OPERATORS)))
    elif operator not in _OPERATORS:
        faults.append(unsupported(f"{path}.operator", operator, _OPERATORS))
    name = codes.get("containerName")
    if name is not None and name not in containers:
        why = "must be one of the container or initContainer names in the pod template"
        faults.append(invalid(f"{path}.containerName", name, why))
    if not values:
        told = codes.get("values")
        faults.append(invalid(f"{path}.values", told, "at least one value is required"))
    if len(values) > _CODES_MAX:
        faults.append(too_many(f"{path}.values", len(values), _CODES_MAX))
    for index, value in enumerate(values):
        at = f"{path}.values[{index}]"
        if operator == "In" and value == 0:
            faults.append(invalid(at, value, "must not be 0 for the In operator"))
        if value in values[:index]:
            faults.append(duplicate(at, value))
    if values != sorted(values):
        faults.append(invalid(f"{path}.values", values, "must be ordered"))
    return faults


def _restart_policy(spec: Obj, path: str) -> Faults:
    policy = get_in(spec, "template", "spec", "restartPolicy", default="")
    if policy in ("", "Always"):
        return [required(path, 'valid values: "OnFailure", "Never"')]
    if policy not in ("Never", "OnFailure"):
        return [unsupported(path, policy, ("OnFailure", "Never"))]
    if spec.get("podFailurePolicy") is not None and policy != "Never":
        why = 'only "Never" is supported when podFailurePolicy is specified'
        return [invalid(path, policy, why)]
    return []


def validate_job_update(new: Obj, old: Obj) -> Faults:
    """What of a Job is fixed; an Indexed one may change completions with parallelism."""
    spec, before = new["spec"], old["spec"]
    fixed = [field for field in _FIXED if spec.get(field) != before.get(field)]
    faults: Faults = []
    if spec.get("completionMode") == "Indexed" and "completions" in fixed:
        fixed.remove("completions")
        wanted = spec.get("completions")
        if wanted is not None and wanted != spec.get("parallelism"):
            why = "can only be modified in tandem with spec.parallelism"
            faults.append(invalid("spec.completions", wanted, why))
    return faults + [invalid(f"spec.{field}", _told(spec, field), IMMUTABLE) for field in fixed]


def _told(spec: Obj, field: str) -> Any:
    """A fixed field as the server shows it."""
    value = spec.get(field)
    if field == "template":
        return internal_template(spec["template"])
    return internal(value, _TYPES[field]) if value is not None and field in _TYPES else value


def _choice(values: tuple[str, ...]) -> str:
    """A list of Go's own."""
    return f"valid values: [{' '.join(f'{chr(34)}{value}{chr(34)}' for value in values)}]"
