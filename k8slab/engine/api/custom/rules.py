"""CEL rules of a schema (x-kubernetes-validations), and patterns; both in time that is bounded.

A rule's loops are bounded before it runs: how often its comprehensions may nest, times the size of
what they go over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...base.objects import Obj
from .. import cel
from ..errors import FieldError

RULE_CHARACTERS_MAX = 2048
COST_MAX = 1_000_000
_UNCHECKED = (
    "some validation rules were not checked because the object was invalid; correct the existing "
    "errors to complete validation"
)


def matches_pattern(pattern: str, text: str) -> bool:
    """Whether a pattern is found in a text; one that is no pattern matches nothing."""
    try:
        return bool(cel.evaluate("text.matches(pattern)", {"text": text, "pattern": pattern}))
    except cel.FAILURES:
        return False


_REGEX_FAULTS = {
    "unclosed group": "missing closing )",
    "unopened group": "unexpected )",
    "unclosed character class": "missing closing ]",
    "repetition operator missing": "missing argument to repetition operator",
    "unclosed counted repetition": "missing argument to repetition operator",
    "invalid character class range": "invalid character class range",
    "unrecognized escape sequence": "invalid escape sequence",
}
"""What Go's regexp says, for what the library here says."""


def fault_of_pattern(pattern: str) -> str:
    """Why a pattern can't be compiled, or ""."""
    try:
        cel.evaluate("text.matches(pattern)", {"text": "", "pattern": pattern})
    except cel.FAILURES as error:
        told = next((it for known, it in _REGEX_FAULTS.items() if known in str(error)), "")
        return f"error parsing regexp: {told or 'invalid or unsupported Perl syntax'}: `{pattern}`"
    return ""


def compile_fault(expression: str) -> str:
    """Why an expression can't be compiled, or ""."""
    return cel.fault_of(expression)


def has_rules(schema: Obj) -> bool:
    """Whether a schema has a rule anywhere."""
    return any(True for _ in _all_rules(schema))


def _all_rules(schema: Obj) -> Iterator[Obj]:
    yield from schema.get("x-kubernetes-validations") or ()
    values = schema.get("additionalProperties")
    children = list((schema.get("properties") or {}).values())
    children += [it for it in (schema.get("items"), values) if isinstance(it, dict)]
    for child in children:
        yield from _all_rules(child)


def unchecked() -> FieldError:
    """What is said in place of the rules' faults where the object is wrong anyway."""
    return FieldError("<nil>", "FieldValueInvalid", f"Invalid value: null: {_UNCHECKED}")


def broken_rules(new: Any, old: Any, schema: Obj, path: str = "") -> Iterator[FieldError]:
    """The rules that a value does not keep; ``old`` is what it was (None where there was none)."""
    for rule in schema.get("x-kubernetes-validations") or ():
        transition = "oldSelf" in rule["rule"]
        if transition and old is None and not rule.get("optionalOldSelf"):
            continue
        told = _broken(rule, {"self": new, "oldSelf": old} if transition else {"self": new})
        if told:
            where = f"{path}{rule.get('fieldPath', '')}"
            reason = rule.get("reason") or "FieldValueInvalid"
            yield FieldError(where.lstrip("."), reason, told)
    if isinstance(new, dict):
        properties = schema.get("properties") or {}
        values = schema.get("additionalProperties")
        before = old if isinstance(old, dict) else {}
        for name in sorted(new):
            child = properties.get(name) or (values if isinstance(values, dict) else {})
            inside = f"{path}.{name}" if path else name
            yield from broken_rules(new[name], before.get(name), child, inside)
    elif isinstance(new, list):
        for index, item in enumerate(new):
            yield from broken_rules(item, None, schema.get("items") or {}, f"{path}[{index}]")


def _broken(rule: Obj, context: Obj) -> str:
    """The message of a rule that does not hold, or ""."""
    head = {"FieldValueForbidden": "Forbidden", "FieldValueRequired": "Required value",
            "FieldValueDuplicate": "Duplicate value"}  # fmt: skip
    kind = head.get(rule.get("reason", ""), "Invalid value")
    if _size(context["self"]) ** cel.loops(rule["rule"]) > COST_MAX:
        return f"{kind}: call cost exceeds limit: {rule['rule']}"
    try:
        if cel.evaluate(rule["rule"], context) is True:
            return ""
    except cel.FAILURES as error:
        return f"{kind}: {cel.why(error)} evaluating rule: {rule['rule']}"
    return f"{kind}: {_message(rule, context)}"


def _message(rule: Obj, context: Obj) -> str:
    expression = rule.get("messageExpression")
    if expression:
        try:
            return str(cel.evaluate(expression, context))
        except cel.FAILURES:
            pass
    return str(rule.get("message") or f"failed rule: {rule['rule']}")


def _size(value: Any) -> int:
    """How many values there are in a value."""
    if isinstance(value, dict):
        return 1 + sum(map(_size, value.values()))
    return 1 + sum(map(_size, value)) if isinstance(value, list) else 1
