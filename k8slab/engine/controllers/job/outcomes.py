"""Which indexes of an Indexed Job succeeded, failed, or are to be tried again (1.36).

With backoffLimitPerIndex each index has its own limit (job_controller.go, indexed_job_utils.go,
backoff_utils.go). A failed pod is kept, uncounted, until the pod that replaces it is there: that
one's annotations carry on the count.
"""

from __future__ import annotations

from ...base.objects import Obj, annotations_of
from . import failure_policy
from .indexes import index_of, parsed
from .look import Look

FAILURES = "batch.kubernetes.io/job-index-failure-count"
IGNORED = "batch.kubernetes.io/job-index-ignored-failure-count"


def done_indexes(look: Look) -> set[int]:
    """The indexes that succeeded, by the status and the pods."""
    completions = look.spec["completions"]
    done = parsed(look.status.get("completedIndexes", ""), completions)
    return done | {
        index for pod in look.new_succeeded if 0 <= (index := index_of(pod)) < completions
    }


def failed_indexes(look: Look) -> set[int]:
    """The indexes that are given up: their limit is reached, or a FailIndex rule fits."""
    if not look.retries_by_index:
        return set()
    failed = parsed(look.status.get("failedIndexes", ""), look.spec["completions"])
    return failed | {
        index_of(pod) for pod in look.new_failed if index_of(pod) >= 0 and _is_last(look, pod)
    }


def to_replace(look: Look) -> dict[int, Obj]:
    """index -> the last failed pod of each index that is to be tried again."""
    if not look.retries_by_index:
        return {}
    settled = done_indexes(look) | failed_indexes(look) | {index_of(pod) for pod in look.active}
    last: dict[int, Obj] = {}
    for pod in look.new_failed:
        index = index_of(pod)
        if index in settled or not 0 <= index < look.spec["completions"]:
            continue
        if index not in last or failures(last[index]) <= failures(pod):
            last[index] = pod
    return last


def failures(pod: Obj) -> int:
    """How often the pod's index had failed before it, ignored failures included."""
    notes = annotations_of(pod)
    return int(notes.get(FAILURES, "0")) + int(notes.get(IGNORED, "0"))


def counts_after(look: Look, failed: Obj | None) -> dict[str, str]:
    """The annotations of the pod that replaces a failed one, or is its index's first."""
    notes = annotations_of(failed) if failed is not None else {}
    counted, ignored = int(notes.get(FAILURES, "0")), int(notes.get(IGNORED, "0"))
    if failed is not None:
        counts = failure_policy.counts(look, failed)
        counted, ignored = counted + counts, ignored + (not counts)
    return {FAILURES: str(counted), **({IGNORED: str(ignored)} if ignored else {})}


def _is_last(look: Look, pod: Obj) -> bool:
    if failure_policy.fails_index(look, pod):
        return True
    if not failure_policy.counts(look, pod):
        return False
    count = int(annotations_of(pod).get(FAILURES, "0"))
    return bool(count >= look.spec["backoffLimitPerIndex"])
