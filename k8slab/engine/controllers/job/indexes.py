"""Completion indexes: ``0,2-4`` and the pods that have them (indexed_job_utils.go, 1.36)."""

from __future__ import annotations

from collections.abc import Iterable

from ...base.objects import Obj, Objs, annotations_of

INDEX = "batch.kubernetes.io/job-completion-index"


def index_of(pod: Obj) -> int:
    """The pod's completion index; -1 where it has none."""
    text = annotations_of(pod).get(INDEX, "")
    return int(text) if text.isdecimal() else -1


def parsed(text: str, completions: int) -> set[int]:
    """The indexes that ``text`` names, below ``completions``."""
    found: set[int] = set()
    for span in filter(None, text.split(",")):
        first, _, last = span.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return {index for index in found if index < completions}


def written(indexes: Iterable[int]) -> str:
    """``0,2-4``: three in a row or two are written as a span."""
    spans: list[list[int]] = []
    for index in sorted(indexes):
        if spans and spans[-1][1] == index - 1:
            spans[-1][1] = index
        else:
            spans.append([index, index])
    return ",".join(_span(first, last) for first, last in spans)


def _span(first: int, last: int) -> str:
    if first == last:
        return str(first)
    return f"{first},{last}" if last == first + 1 else f"{first}-{last}"


def pending(completions: int, done: set[int], busy: Objs, count: int) -> list[int]:
    """The first ``count`` indexes that are neither done nor being worked at by ``busy`` pods."""
    taken = done | {index_of(pod) for pod in busy}
    free = (index for index in range(completions) if index not in taken)
    return [index for index, _ in zip(free, range(count), strict=False)]


def surplus(completions: int, active: Objs) -> Objs:
    """Active pods whose index is out of range, and of those with one index all but the best.

    ``active`` are given the least settled first.
    """
    best = {index_of(pod): pod for pod in active if 0 <= index_of(pod) < completions}
    return [pod for pod in active if best.get(index_of(pod)) is not pod]
