"""The delay before a failed pod is replaced: 10 s, 20 s, 40 s ... (backoff_utils.go, 1.36)."""

from __future__ import annotations

from ...base.conditions import condition_of
from ...base.objects import Obj, Objs, get_in, key_of
from ...base.times import parse_rfc3339
from . import outcomes
from .look import OWNER, Look

BASE_MS = 10_000
MAX_MS = 600_000


def note(look: Look) -> None:
    """Remember the failures since the last success, and when the last one was."""
    succeeded, failed = look.new_succeeded, look.new_failed
    if look.retries_by_index or (not succeeded and not failed):
        return
    memory = look.world.note(OWNER, key_of(look.job)) or {}
    failures, last_ms = memory.get("failures", 0), memory.get("failed_unix_ms", 0)
    ends = sorted(_ended_ms(pod) for pod in failed)
    if succeeded:
        success_ms = max(_ended_ms(pod) for pod in succeeded)
        failures, ends = 0, [end_ms for end_ms in ends if end_ms > success_ms]
    last_ms = ends[-1] if ends else last_ms
    memory = {**memory, "failures": failures + len(ends), "failed_unix_ms": last_ms}
    look.world.set_note(OWNER, key_of(look.job), memory)


def remaining_ms(look: Look) -> int:
    """How long no pod may be created yet."""
    memory = look.world.note(OWNER, key_of(look.job)) or {}
    if not memory.get("failures"):
        return 0
    return _remaining_ms(look, memory["failures"], memory["failed_unix_ms"])


def remaining_of_index_ms(look: Look, failed: Obj | None) -> int:
    """How long the last failed pod of an index, if there is one, may not be replaced yet."""
    if failed is None:
        return 0
    return _remaining_ms(look, outcomes.failures(failed) + 1, _ended_ms(failed))


def _remaining_ms(look: Look, failures: int, failed_unix_ms: int) -> int:
    delay_ms = min(BASE_MS << min(failures - 1, 10), MAX_MS)
    waited_ms = look.world.unix_ms - failed_unix_ms
    look.world.compare("seconds since the last failure", delay_ms // 1000, waited_ms // 1000)
    return max(0, int(delay_ms - waited_ms))


def _ended_ms(pod: Obj) -> int:
    """Unix milliseconds of a pod's end (getFinishedTime).

    That of its last container where all have ended, else since when it is not ready, else when
    its deletion began.
    """
    statuses: Objs = get_in(pod, "status", "containerStatuses", default=[])
    ends = [get_in(it, "state", "terminated", "finishedAt") for it in statuses]
    if ends and all(ends):
        return max(map(parse_rfc3339, ends))
    ready = condition_of(pod, "Ready")
    if ready is not None and ready["status"] == "False" and ready.get("lastTransitionTime"):
        return parse_rfc3339(ready["lastTransitionTime"])
    deleted = pod["metadata"].get("deletionTimestamp")
    if deleted:
        grace_s = int(pod["metadata"].get("deletionGracePeriodSeconds") or 0)
        return parse_rfc3339(deleted) - grace_s * 1000
    return parse_rfc3339(pod["metadata"]["creationTimestamp"])
