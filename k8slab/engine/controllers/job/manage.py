"""How many pods of a Job should run now (job_controller.go manageJob, 1.36)."""

from __future__ import annotations

from ..ranking import pods_to_delete
from . import backoff, indexes, pods
from .look import Look
from .outcomes import counts_after, done_indexes, failed_indexes, to_replace

BURST = 500


def manage(look: Look, succeeded: int) -> int | None:
    """Create or delete pods; milliseconds until the back-off lets a pod be created."""
    if look.spec["suspend"]:
        for pod in look.active:
            pods.dismiss(look, pod)
        return None
    active, wanted = look.active, _wanted(look, succeeded)
    look.world.compare("active pods", wanted, len(active))
    surplus = len(active) - wanted
    going = indexes.surplus(look.spec["completions"], active) if look.is_indexed else []
    if surplus > len(going):
        left = [pod for pod in active if pod not in going]
        going += pods_to_delete(left, surplus - len(going), [], look.world.unix_ms)
    if going:
        for pod in going[:BURST]:
            pods.dismiss(look, pod)
        return None
    ending = look.terminating if look.spec["podReplacementPolicy"] == "Failed" else 0
    missing = wanted - len(active) - ending
    if missing <= 0:
        return None
    if look.retries_by_index:
        return _create_by_index(look, min(missing, BURST))
    wait_ms = backoff.remaining_ms(look)
    if not wait_ms:
        _create(look, min(missing, BURST))
    return wait_ms or None


def _wanted(look: Look, succeeded: int) -> int:
    completions, parallelism = look.spec.get("completions"), look.spec["parallelism"]
    if completions is None:
        return len(look.active) if succeeded else int(parallelism)
    return int(max(0, min(completions - succeeded, parallelism)))


def _create(look: Look, count: int) -> None:
    free: list[int | None] = [None] * count
    if look.is_indexed:
        completions = look.spec["completions"]
        free = list(indexes.pending(completions, done_indexes(look), look.active, count))
    for index in free:
        pods.create(look, index)


def _create_by_index(look: Look, count: int) -> int | None:
    """Pods for the next indexes that need not wait; milliseconds until one that does may start."""
    settled, failed = done_indexes(look) | failed_indexes(look), to_replace(look)
    waits: list[int] = []
    for index in indexes.pending(look.spec["completions"], settled, look.active, count):
        wait_ms = backoff.remaining_of_index_ms(look, failed.get(index))
        if wait_ms:
            waits.append(wait_ms)
        else:
            pods.create(look, index, counts_after(look, failed.get(index)))
    return min(waits, default=None)
