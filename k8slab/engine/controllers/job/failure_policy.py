"""podFailurePolicy: what a failed pod means for its Job (pod_failure_policy.go, 1.36)."""

from __future__ import annotations

from ...base.conditions import conditions_of
from ...base.objects import Obj, Objs, get_in
from .look import Look


def counts(look: Look, pod: Obj) -> bool:
    """Whether a failed pod counts towards the backoff limit."""
    rule = _matching(look, pod)
    return rule is None or rule[0] != "Ignore"


def fails_index(look: Look, pod: Obj) -> bool:
    """Whether a failed pod's index is not to be tried again."""
    rule = _matching(look, pod)
    return rule is not None and rule[0] == "FailIndex"


def fail_message(look: Look) -> str:
    """Why the whole Job fails at once, or ""."""
    for pod in look.pods:
        rule = _matching(look, pod) if look.has_failed(pod) else None
        if rule is not None and rule[0] == "FailJob":
            return rule[1]
    return ""


def _matching(look: Look, pod: Obj) -> tuple[str, str] | None:
    """The action of the first rule that fits, and the sentence that says so."""
    rules = (look.spec.get("podFailurePolicy") or {}).get("rules") or ()
    name = f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
    for place, rule in enumerate(rules):
        tail = f"matching {rule['action']} rule at index {place}"
        if rule.get("onExitCodes"):
            ended = _exit(pod, rule["onExitCodes"])
            if ended is not None:
                container, code = ended
                said = f"Container {container} for pod {name} failed with exit code {code} {tail}"
                return rule["action"], said
        elif type_ := _condition(pod, rule.get("onPodConditions") or []):
            return rule["action"], f"Pod {name} has condition {type_} {tail}"
    return None


def _exit(pod: Obj, requirement: Obj) -> tuple[str, int] | None:
    """The first container whose exit code fits."""
    wanted = requirement.get("containerName")
    for field in ("containerStatuses", "initContainerStatuses"):
        for status in get_in(pod, "status", field, default=[]):
            code = get_in(status, "state", "terminated", "exitCode", default=0)
            if not code or (wanted is not None and status["name"] != wanted):
                continue
            if (code in requirement["values"]) is (requirement["operator"] == "In"):
                return status["name"], code
    return None


def _condition(pod: Obj, patterns: Objs) -> str:
    """The first of the pod's conditions that fits a pattern."""
    wanted = {(pattern["type"], pattern["status"]) for pattern in patterns}
    found = (it["type"] for it in conditions_of(pod) if (it["type"], it["status"]) in wanted)
    return str(next(found, ""))
