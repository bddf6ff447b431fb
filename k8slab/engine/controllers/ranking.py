"""Which pods go first when there are too many (controller_utils.go ActivePodsWithRanks, 1.36)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cmp_to_key
from math import log2
from typing import Any, NamedTuple

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
    alike: dict[Any, Objs] = {}
    for pod in pods:
        alike.setdefault(_standing(pod, crowd), []).append(pod)
    first: Objs = []
    for standing in sorted(alike):
        first += _by_age(alike[standing], now_unix_ms)
        if len(first) >= count:
            break
    return first[:count]


def least_settled_first(pods: Objs) -> Objs:
    """As above without costs and nodes, and by exact ages: the order of Jobs (ActivePods)."""
    return sorted(pods, key=_settled)


def _settled(pod: Obj) -> tuple[Any, ...]:
    age, restarts = _age(pod), _restarts(pod)
    ready = (ready_since_ms(pod) is not None, -age.since_ms)
    phase = _PHASES.get(phase_of(pod), 2)
    return bool(node_of(pod)), phase, *ready, -restarts[0], -restarts[1], -age.born_ms, age.uid


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


class _Age(NamedTuple):
    since_ms: int  # since when it is ready; 0 where it is not, as no other of its standing is
    restarts: tuple[int, int]  # of its containers, of its sidecars
    born_ms: int
    uid: str
    pod: Obj


def _by_age(pods: Objs, now_unix_ms: int) -> Objs:
    """Pods of one standing, in the order in which they go."""

    def compare(left: _Age, right: _Age) -> int:
        by_uid = -1 if left.uid < right.uid else 1
        if left.since_ms != right.since_ms:
            return _shorter(left.since_ms, right.since_ms, now_unix_ms) or by_uid
        if left.restarts != right.restarts:
            return -1 if left.restarts > right.restarts else 1
        return _shorter(left.born_ms, right.born_ms, now_unix_ms) or by_uid

    if len(pods) < 2:
        return pods
    return [age.pod for age in sorted(map(_age, pods), key=cmp_to_key(compare))]


def _age(pod: Obj) -> _Age:
    born_ms = parse_rfc3339(pod["metadata"]["creationTimestamp"])
    return _Age(ready_since_ms(pod) or 0, _restarts(pod), born_ms, uid_of(pod), pod)


def _shorter(left_ms: int, right_ms: int, now_unix_ms: int) -> int:
    return _magnitude(now_unix_ms - left_ms) - _magnitude(now_unix_ms - right_ms)


def _magnitude(span_ms: int) -> int:
    """The power of two of a span in nanoseconds: pods of about one age count as equally old."""
    return int(log2(span_ms * 1_000_000)) if span_ms > 0 else -1


def _restarts(pod: Obj) -> tuple[int, int]:
    """The most restarts of a container, then of a sidecar."""
    status = pod.get("status") or {}
    sidecars = {
        it["name"]
        for it in pod["spec"].get("initContainers") or ()
        if it.get("restartPolicy") == "Always"
    }
    beside = [it for it in status.get("initContainerStatuses") or () if it["name"] in sidecars]
    return _most(status.get("containerStatuses") or ()), _most(beside)


def _most(statuses: Iterable[Obj]) -> int:
    return max((status["restartCount"] for status in statuses), default=0)
