"""successPolicy: an Indexed Job that is done before all of it is (success_policy.go, 1.36)."""

from __future__ import annotations

from ...base.objects import Objs
from .indexes import parsed
from .look import Look
from .outcomes import done_indexes
from .verdict import Verdict


def met(look: Look) -> Verdict | None:
    """Success by the first rule that holds: of its indexes (or of all) as many as it asks for."""
    rules: Objs = (look.spec.get("successPolicy") or {}).get("rules") or []
    done = done_indexes(look) if rules else set()
    for place, rule in enumerate(rules):
        named = done
        if rule.get("succeededIndexes"):
            named = parsed(rule["succeededIndexes"], look.spec["completions"])
        wanted = int(rule.get("succeededCount") or len(named))
        if done & named and len(done & named) >= wanted:
            return Verdict("SuccessCriteriaMet", "SuccessPolicy", f"Matched rules at index {place}")
    return None
