"""Slow start: pods are created in batches that double while all goes well (controller_utils)."""

from __future__ import annotations

from collections.abc import Callable

from ..api.errors import ApiError


def slow_start(count: int, attempt: Callable[[int], object]) -> ApiError | None:
    """Attempt 0, 1, 2 ... ``count`` - 1; the first refusal, if any.

    A batch of 1 is followed by one of 2, of 4 ...: all of a batch are attempted, and one in which
    something was refused is the last.
    """
    done, size = 0, 1
    while done < count:
        batch = range(done, min(done + size, count))
        refusals = [it for place in batch if (it := _refusal(attempt, place)) is not None]
        if refusals:
            return refusals[0]
        done, size = done + size, size * 2
    return None


def _refusal(attempt: Callable[[int], object], place: int) -> ApiError | None:
    try:
        attempt(place)
    except ApiError as refusal:
        return refusal
    return None
