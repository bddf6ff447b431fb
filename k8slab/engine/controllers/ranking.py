"""Which pods go first when there are too many (controller_utils.go ActivePodsWithRanks, 1.36)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cmp_to_key
from math import log2

from ..base.objects import Obj, Objs, annotations_of, uid_of
from ..base.pods import node_of, phase_of, pod_is_active, ready_since_ms
from ..base.times import parse_rfc3339

_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}
DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"


def pods_to_delete(pods: Objs, count: int, related: Iterable[Obj], now_unix_ms: int) -> Objs:
    """The ``count`` pods to delete first.

    In this order: unassigned, pending, not ready, cheap by deletion cost, doubled up on a node
    with ``related`` pods, ready for a shorter time (by powers of two), restarted more, younger.
    """
    if count >= len(pods):
        return pods[:count]
    crowd = Counter(node_of(pod) for pod in related if pod_is_active(pod))

    def compare(left: Obj, right: Obj) -> int:
        ours, theirs = _standing(left, crowd), _standing(right, crowd)
        if ours != theirs:
            return -1 if ours < theirs else 1
        return _by_age(left, right, now_unix_ms)

    return sorted(pods, key=cmp_to_key(compare))[:count]


def _standing(pod: Obj, crowd: Counter[str]) -> tuple[bool, int, bool, int, int]:
    node = node_of(pod)
    return (
        bool(node),
        _PHASES.get(phase_of(pod), 2),
        ready_since_ms(pod) is not None,
        _deletion_cost(pod),
        -crowd[node],
    )


def _deletion_cost(pod: Obj) -> int:
    try:
        return int(annotations_of(pod).get(DELETION_COST, "0"))
    except ValueError:
        return 0


def _by_age(left: Obj, right: Obj, now_unix_ms: int) -> int:
    since = ready_since_ms(left), ready_since_ms(right)
    if since[0] is not None and since[1] is not None and since[0] != since[1]:
        return _shorter(since[0], since[1], now_unix_ms) or _by_uid(left, right)
    restarts = _restarts(right) - _restarts(left)
    if restarts:
        return restarts
    born = tuple(parse_rfc3339(pod["metadata"]["creationTimestamp"]) for pod in (left, right))
    return (born[0] != born[1] and _shorter(born[0], born[1], now_unix_ms)) or _by_uid(left, right)


def _shorter(left_ms: int, right_ms: int, now_unix_ms: int) -> int:
    return _magnitude(now_unix_ms - left_ms) - _magnitude(now_unix_ms - right_ms)


def _magnitude(span_ms: int) -> int:
    """The power of two of a span in nanoseconds: pods of about one age count as equally old."""
    return int(log2(span_ms * 1_000_000)) if span_ms > 0 else -1


def _restarts(pod: Obj) -> int:
    statuses = (pod.get("status") or {}).get("containerStatuses") or ()
    return max((status["restartCount"] for status in statuses), default=0)


def _by_uid(left: Obj, right: Obj) -> int:
    return -1 if uid_of(left) < uid_of(right) else 1
