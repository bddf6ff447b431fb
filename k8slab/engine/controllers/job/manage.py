"""How many pods of a Job should run now (job_controller.go manageJob, 1.36)."""

from __future__ import annotations

from collections.abc import Callable

from ...base.objects import Objs
from ..batches import slow_start
from ..ranking import least_settled_first
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
    ranked = least_settled_first(active)
    going = indexes.surplus(look.spec["completions"], ranked) if look.is_indexed else []
    left = [pod for pod in ranked if pod not in going]
    going += left[: max(0, surplus - len(going))]
    if going:
        for pod in going[:BURST]:
            pods.dismiss(look, pod)
        return None
    missing = wanted - len(_busy(look))
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


def _busy(look: Look) -> Objs:
    """Active pods, and those that are ending where only what has failed is replaced."""
    return [*look.active, *(look.terminating if look.replaces_failed_alone else [])]


def _create(look: Look, count: int) -> None:
    free: list[int | None] = [None] * count
    if look.is_indexed:
        completions = look.spec["completions"]
        free = list(indexes.pending(completions, done_indexes(look), _busy(look), count))
    _start(len(free), lambda place: pods.create(look, free[place]))


def _create_by_index(look: Look, count: int) -> int | None:
    """Pods for the next indexes that need not wait; milliseconds until one that does may start."""
    settled, failed = done_indexes(look) | failed_indexes(look), to_replace(look)
    pending = indexes.pending(look.spec["completions"], settled, _busy(look), count)
    waits = {it: backoff.remaining_of_index_ms(look, failed.get(it)) for it in pending}
    free = [index for index in pending if not waits[index]]

    def create(place: int) -> None:
        index = free[place]
        pods.create(look, index, counts_after(look, failed.get(index)))

    _start(len(free), create)
    return min(filter(None, waits.values()), default=None)


def _start(count: int, create: Callable[[int], None]) -> None:
    refusal = slow_start(count, create)
    if refusal is not None:
        raise refusal
