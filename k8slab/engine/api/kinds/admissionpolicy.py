"""Admission policies and their bindings (admissionregistration.k8s.io/v1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ...base.objects import Obj, get_in
from .. import cel
from .base import Kind
from .faults import Faults, invalid, required, unsupported
from .filling import change, change_each, fill, fill_zero
from .generic import GENERIC

_RULES = ("resourceRules", "excludeResourceRules")
_OPERATIONS = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
_EVERYTHING = {"matchPolicy": "Equivalent", "namespaceSelector": {}, "objectSelector": {}}


def _default_match(wanted: Obj) -> Obj:
    for name in _RULES:
        wanted = change_each(wanted, name, lambda rule: fill_zero(rule, {"scope": "*"}))
    return fill(wanted, _EVERYTHING)


def _default_policy(obj: Obj) -> Obj:
    spec = fill_zero(obj.get("spec") or {}, {"failurePolicy": "Fail"})
    return {**obj, "spec": change(spec, "matchConstraints", _default_match)}


def _default_binding(obj: Obj) -> Obj:
    return change(obj, "spec", lambda spec: change(spec, "matchResources", _default_match))


def _validate_validating(obj: Obj) -> Faults:
    spec = obj["spec"]
    faults = list(_faults_of_matching(spec))
    if not spec.get("validations") and not spec.get("auditAnnotations"):
        why = "validations or auditAnnotations must be non-empty"
        faults.append(required("spec.validations", why))
    for index, validation in enumerate(spec.get("validations") or ()):
        path = f"spec.validations[{index}]"
        faults += _expression(f"{path}.expression", validation.get("expression", ""))
        if validation.get("messageExpression"):
            faults += _expression(f"{path}.messageExpression", validation["messageExpression"])
    return [*faults, *_faults_of_parts(spec)]


def _validate_mutating(obj: Obj) -> Faults:
    spec = obj["spec"]
    faults = list(_faults_of_matching(spec))
    if not spec.get("mutations"):
        faults.append(required("spec.mutations", "mutations must contain at least one item"))
    if not spec.get("reinvocationPolicy"):
        faults.append(required("spec.reinvocationPolicy"))
    return [*faults, *_faults_of_parts(spec)]


def _faults_of_matching(spec: Obj) -> Iterator[Any]:
    policy = spec.get("failurePolicy")
    if policy not in ("Fail", "Ignore"):
        yield unsupported("spec.failurePolicy", policy, ("Fail", "Ignore"))
    rules = get_in(spec, "matchConstraints", "resourceRules")
    if not spec.get("matchConstraints"):
        yield required("spec.matchConstraints")
    elif not rules:
        yield required("spec.matchConstraints.resourceRules")
    for index, rule in enumerate(rules or ()):
        path = f"spec.matchConstraints.resourceRules[{index}]"
        for name in ("operations", "apiGroups", "apiVersions", "resources"):
            if not rule.get(name):
                yield required(f"{path}.{name}")
        for place, operation in enumerate(rule.get("operations") or ()):
            if operation not in _OPERATIONS:
                yield unsupported(f"{path}.operations[{place}]", operation, _OPERATIONS)


def _faults_of_parts(spec: Obj) -> Iterator[Any]:
    for field in ("variables", "matchConditions"):
        for index, part in enumerate(spec.get(field) or ()):
            path = f"spec.{field}[{index}]"
            if not part.get("name"):
                yield required(f"{path}.name")
            yield from _expression(f"{path}.expression", part.get("expression", ""))


def _expression(path: str, expression: str) -> Iterator[Any]:
    if not expression.strip():
        yield required(path, "expression is not specified")
    elif fault := cel.fault_of(expression):
        yield invalid(path, expression, f"compilation failed: {fault}")


def _validate_binding(obj: Obj) -> Faults:
    spec = obj.get("spec") or {}
    faults = [] if spec.get("policyName") else [required("spec.policyName")]
    reference = spec.get("paramRef")
    if reference and not reference.get("parameterNotFoundAction"):
        faults.append(required("spec.paramRef.parameterNotFoundAction"))
    if obj["kind"].startswith("Mutating"):
        return faults
    actions = spec.get("validationActions") or []
    known = ("Audit", "Deny", "Warn")
    for index, action in enumerate(actions):
        if action not in known:
            faults.append(unsupported(f"spec.validationActions[{index}]", action, known))
    if not actions:
        faults.append(required("spec.validationActions"))
    if {"Deny", "Warn"} <= set(actions):
        why = (
            "must not contain both Deny and Warn (repeating the same validation failure "
            "information in the API response and headers serves no purpose)"
        )
        faults.append(invalid("spec.validationActions", actions, why))
    return faults


def _generic(kind: str) -> Kind:
    return next(it for it in GENERIC if it.kind == kind)


KINDS: tuple[Kind, ...] = (
    replace(_generic("ValidatingAdmissionPolicy"), default=_default_policy,
            validate=_validate_validating),
    replace(_generic("MutatingAdmissionPolicy"), default=_default_policy,
            validate=_validate_mutating),
    *(
        replace(_generic(f"{stem}AdmissionPolicyBinding"), default=_default_binding,
                validate=_validate_binding)
        for stem in ("Validating", "Mutating")
    ),
)  # fmt: skip
