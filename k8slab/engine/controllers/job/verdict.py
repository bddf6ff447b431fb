"""Whether a Job is done, and why (job_controller.go syncJob, 1.36)."""

from __future__ import annotations

from typing import NamedTuple

from ...base.objects import get_in
from ...base.pods import phase_of
from ...base.times import parse_rfc3339
from . import failure_policy
from .look import Look
from .outcomes import done_indexes, failed_indexes

_LIMIT_MESSAGE = "Job has reached the specified backoff limit"
_DEADLINE_MESSAGE = "Job was active longer than specified deadline"
_TOO_MANY_MESSAGE = "Job has exceeded the specified maximal number of failed indexes"
_COMPLETE_MESSAGE = "Reached expected number of succeeded pods"


class Verdict(NamedTuple):
    """How a Job ends: the interim condition (SuccessCriteriaMet or FailureTarget) and why."""

    interim: str
    reason: str
    message: str

    @property
    def final(self) -> str:
        """The condition that ends the Job."""
        return "Complete" if self.interim == "SuccessCriteriaMet" else "Failed"


def standing(look: Look) -> Verdict | None:
    """The verdict of an earlier look, or a failure that this one finds."""
    for interim in ("SuccessCriteriaMet", "FailureTarget"):
        condition = look.condition(interim)
        if condition is not None:
            return Verdict(interim, condition["reason"], condition["message"])
    message = failure_policy.fail_message(look) if look.spec.get("podFailurePolicy") else ""
    if message:
        return Verdict("FailureTarget", "PodFailurePolicy", message)
    if _past_limit(look):
        return Verdict("FailureTarget", "BackoffLimitExceeded", _LIMIT_MESSAGE)
    if deadline_ms(look) == 0:
        return Verdict("FailureTarget", "DeadlineExceeded", _DEADLINE_MESSAGE)
    return _of_indexes(look) if look.retries_by_index else None


def _of_indexes(look: Look) -> Verdict | None:
    """A failure by indexes that are given up: too many, or the only ones left."""
    failed, done = failed_indexes(look), done_indexes(look)
    most = look.spec.get("maxFailedIndexes")
    if most is not None and len(failed) > most:
        return Verdict("FailureTarget", "MaxFailedIndexesExceeded", _TOO_MANY_MESSAGE)
    if failed and len(failed) + len(done) >= look.spec["completions"]:
        return Verdict("FailureTarget", "FailedIndexes", "Job has failed indexes")
    return None


def success(look: Look, succeeded: int) -> Verdict | None:
    """Complete, where enough pods succeeded (without completions: one), and none is left."""
    completions = look.spec.get("completions")
    if look.active or succeeded < (1 if completions is None else completions):
        return None
    return Verdict("SuccessCriteriaMet", "CompletionsReached", _COMPLETE_MESSAGE)


def deadline_ms(look: Look) -> int | None:
    """Milliseconds until the active deadline; 0 where it is past, None where there is none."""
    limit_s, start = look.spec.get("activeDeadlineSeconds"), look.status.get("startTime")
    if limit_s is None or not start or look.spec["suspend"]:
        return None
    return max(0, int(parse_rfc3339(start) + limit_s * 1000 - look.world.unix_ms))


def _past_limit(look: Look) -> bool:
    limit = look.spec["backoffLimit"]
    counted = [pod for pod in look.new_failed if failure_policy.counts(look, pod)]
    failed = look.count("failed") + len(counted)
    look.world.compare("failed pods", f"at most {limit}", failed)
    return bool(failed > limit) or _restarted_too_often(look, limit)


def _restarted_too_often(look: Look, limit: int) -> bool:
    """Under OnFailure the kubelet restarts containers, and each restart is a failure."""
    if look.spec["template"]["spec"]["restartPolicy"] != "OnFailure":
        return False
    restarts = sum(
        status["restartCount"]
        for pod in look.pods
        if phase_of(pod) in ("Running", "Pending")
        for field in ("initContainerStatuses", "containerStatuses")
        for status in get_in(pod, "status", field, default=[])
    )
    return bool(restarts >= max(1, limit))
