"""The faults of the CEL rules in a definition's schema (apiextensions validation, 1.36)."""

from __future__ import annotations

from collections.abc import Iterator

from ...base.objects import Obj
from ..errors import FieldError
from .faults import invalid, required, unsupported

RULES = "x-kubernetes-validations"
_REASONS = (
    "FieldValueDuplicate",
    "FieldValueForbidden",
    "FieldValueInvalid",
    "FieldValueRequired",
)


def rule_words(schema: Obj, path: str) -> Iterator[FieldError]:
    """What is wrong with how the rules are written down."""
    for index, rule in enumerate(schema.get(RULES) or ()):
        at, text = f"{path}.{RULES}[{index}]", (rule.get("rule") or "").strip()
        message, told = rule.get("message") or "", (rule.get("message") or "").strip()
        if not text:
            yield required(f"{at}.rule", "rule is not specified")
        elif message and not told:
            yield invalid(f"{at}.message", message, "message must be non-empty if specified")
        elif "\n" in told or "\r" in told:
            yield invalid(f"{at}.message", message, "message must not contain line breaks")
        elif ("\n" in text or "\r" in text) and not told:
            why = "message must be specified if rule contains line breaks"
            yield required(f"{at}.message", why)
        expression, reason = rule.get("messageExpression") or "", rule.get("reason")
        if expression and not expression.strip():
            why = "messageExpression must be non-empty if specified"
            yield required(f"{at}.messageExpression", why)
        if reason is not None and reason not in _REASONS:
            yield unsupported(f"{at}.reason", reason, _REASONS)


def rule_types(schema: Obj, path: str, lost: str, *, root: bool) -> Iterator[FieldError]:
    """What is wrong with the rules once they are held against the schema."""
    from ..custom.rule_types import fault_of_message, fault_of_rule

    for index, rule in enumerate(schema.get(RULES) or ()):
        at, text, expression = (
            f"{path}.{RULES}[{index}]",
            rule["rule"],
            rule.get("messageExpression"),
        )
        if why := fault_of_rule(text, schema, root=root):
            yield invalid(f"{at}.rule", _go_rule(rule), why)
        if expression and (why := fault_of_message(expression, schema, root=root)):
            yield invalid(f"{at}.messageExpression", _go_rule(rule), why)
        if "oldSelf" in text:
            if lost:
                where = f"uncorrelatable portion of the schema within {lost}"
                yield invalid(f"{at}.rule", text, f"oldSelf cannot be used on the {where}")
        elif rule.get("optionalOldSelf") is not None:
            why = "may not be set if oldSelf is not used in rule"
            yield invalid(f"{at}.optionalOldSelf", rule["optionalOldSelf"], why)


def _go_rule(rule: Obj) -> Obj:
    """A rule as Go prints it."""
    return {
        "Rule": rule["rule"],
        "Message": rule.get("message") or "",
        "MessageExpression": rule.get("messageExpression") or "",
        "Reason": rule.get("reason"),
        "FieldPath": rule.get("fieldPath") or "",
        "OptionalOldSelf": rule.get("optionalOldSelf"),
    }
