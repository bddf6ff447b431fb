"""ValidatingAdmissionPolicy: what is written is judged by CEL (plugin/policy/validating, 1.36)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ...base.objects import Obj
from ..errors import ApiError, forbidden
from ..kinds.base import Kind
from .policy_context import (
    PolicyFailure,
    bound,
    conditions_hold,
    contexts,
    evaluate,
    with_variables,
)
from .policy_match import Write

if TYPE_CHECKING:
    from ..server import Api

KIND = "ValidatingAdmissionPolicy"
_MESSAGE_BYTES_MAX = 5 * 1024
_CODES = {"Forbidden": 403, "Unauthorized": 401, "RequestEntityTooLarge": 413}


class Denial(NamedTuple):
    """One validation that did not hold."""

    message: str
    reason: str


class ValidatingAdmissionPolicy:
    """Refuses (Deny), warns (Warn) or only notes (Audit), as each binding says."""

    name = KIND

    def check(
        self, api: Api, kind: Kind, obj: Obj, old: Obj | None, user: str, dry_run: bool
    ) -> None:
        judge(api, Write(kind, obj, old, user))


def judge(api: Api, write: Write) -> None:
    """ApiError where a policy denies a write; warnings where one warns of it."""
    refusal: ApiError | None = None
    for policy, binding in bound(api, write, KIND):
        names = policy["metadata"]["name"], binding["metadata"]["name"]
        actions = binding["spec"].get("validationActions") or ()
        for denial in _denials(api, write, policy, binding):
            if "Warn" in actions:
                api.warn(
                    f"Validation failed for {KIND} '{names[0]}' with binding '{names[1]}': "
                    f"{denial.message}"
                )
            if "Deny" in actions and refusal is None:
                refusal = _refusal(write, names, denial)
    if refusal is not None:
        raise refusal


def _refusal(write: Write, names: tuple[str, str], denial: Denial) -> ApiError:
    why = f"{KIND} '{names[0]}' with binding '{names[1]}' denied request: {denial.message}"
    kind = write.kind
    error = forbidden(kind.plural, kind.group, write.subject["metadata"].get("name", ""), why)
    details = {**(error.details or {}), "causes": [{"message": why}]}
    return ApiError(_CODES.get(denial.reason, 422), denial.reason, error.message, details)


def _denials(api: Api, write: Write, policy: Obj, binding: Obj) -> Iterator[Denial]:
    """What does not hold; a failure counts unless the policy is to be ignored then."""
    heeds = policy["spec"].get("failurePolicy", "Fail") == "Fail"
    try:
        for context in contexts(api, write, policy, binding):
            if not conditions_hold(policy, context):
                continue
            known = with_variables(context, policy)
            for validation in policy["spec"].get("validations") or ():
                yield from _judged(validation, known, heeds=heeds)
    except PolicyFailure as failure:
        if heeds:
            yield Denial(str(failure), "Invalid")


def _judged(validation: Obj, context: Obj, *, heeds: bool) -> Iterator[Denial]:
    try:
        holds = evaluate(validation["expression"], context)
    except PolicyFailure as failure:
        if heeds:
            yield Denial(str(failure), "Invalid")
        return
    if holds is not True:
        yield Denial(_message(validation, context), validation.get("reason") or "Invalid")


def _message(validation: Obj, context: Obj) -> str:
    """messageExpression's, if it makes one line of text; else message's; else the expression."""
    try:
        said = evaluate(validation.get("messageExpression") or "''", context)
    except PolicyFailure:
        said = ""
    text = said.strip() if isinstance(said, str) else ""
    if text and "\n" not in text and len(text.encode()) <= _MESSAGE_BYTES_MAX:
        return text
    message = (validation.get("message") or "").strip()
    return message or f"failed expression: {validation['expression'].strip()}"
