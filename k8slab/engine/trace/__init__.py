"""The way of one apply, as it really happened: a request's stages, then what it set off.

Nothing here is a script. The stages are those that the API server takes on a copy of the cluster
as it was before; what comes after is read from the log of changes and from the reconciles that
caused them. Where a stage or a controller fails, the trace ends there.
"""

from __future__ import annotations

from ..base.objects import Obj
from ..cluster import Cluster
from .afterwards import afterwards
from .request import stages
from .step import TITLES, Step

SLICE_MS = 100


def apply_trace(
    cluster: Cluster, index: int | None = None, before: Cluster | None = None
) -> list[Step]:
    """The steps of the journal's ``index``-th command (the latest that wrote a Deployment).

    Steps bear the numbers 1 to 23 and come in order of time; one number may come often (a pod
    each, a node each). ``before`` is the cluster as that command met it, where the caller knows
    it; else it is replayed. Raises LookupError where there is no such command.
    """
    index = latest_apply(cluster) if index is None else index
    request, before = cluster.journal[index].command["request"], before or _before(cluster, index)
    since = before.version
    return sorted(
        [*stages(before.fork(), request), *afterwards(cluster, request, since)], key=_order
    )


def refused(cluster: Cluster, request: Obj) -> list[Step]:
    """The stages of a request that would be sent now; the last tells why it is refused, if so."""
    return stages(cluster.fork(), request)


def reached(cluster: Cluster, number: int, index: int | None = None) -> bool:
    """Whether the apply has come to a step."""
    return any(step.number == number for step in apply_trace(cluster, index))


def run_to(
    cluster: Cluster, number: int, timeout_s: float = 600, before: Cluster | None = None
) -> bool:
    """Let time pass until the latest apply comes to a step; False where it does not in time.

    The clock stops at the very change; a node's rules and a request are no change, so that these
    are seen within SLICE_MS.
    """
    deadline_ms = cluster.now_ms + round(timeout_s * 1000)
    index = latest_apply(cluster)
    request, before = cluster.journal[index].command["request"], before or _before(cluster, index)
    since = before.version
    if any(step.number == number for step in stages(before.fork(), request)):
        return True
    while all(step.number != number for step in afterwards(cluster, request, since)):
        if cluster.now_ms >= deadline_ms:
            return False
        due_ms = cluster.world.clock.next_at() or deadline_ms
        cluster.run_until(min(due_ms, cluster.now_ms + SLICE_MS, deadline_ms))
    return True


def latest_apply(cluster: Cluster) -> int:
    """The journal's latest command that wrote a Deployment; LookupError where there is none."""
    for index in range(len(cluster.journal) - 1, -1, -1):
        command = cluster.journal[index].command
        if command["do"] == "request" and command["request"].get("kind") == "Deployment":
            return index
    raise LookupError("no command has written a Deployment yet")


def _before(cluster: Cluster, index: int) -> Cluster:
    """The cluster as a command met it."""
    return Cluster.replay(cluster.genesis, cluster.journal[:index], cluster.journal[index].at_ms)


def _order(step: Step) -> tuple[int, int, str]:
    return step.at_ms, step.number, step.object


__all__ = ["TITLES", "Step", "apply_trace", "latest_apply", "reached", "refused", "run_to"]
