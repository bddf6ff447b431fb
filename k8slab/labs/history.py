"""Time travel: checkpoints of a cluster, and replay from the nearest one.

A checkpoint shares every object with the cluster, so it costs a few dicts. There are at most 64:
when there would be more, every second one is dropped and they are taken half as often.
"""

from __future__ import annotations

from itertools import islice

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Obj
from k8slab.engine.journal import Journal

CHECKPOINTS_MAX = 64
FIRST_SPACING_MS = 5_000


class History:
    """The past of one cluster, whose set-up was ``genesis``."""

    def __init__(self) -> None:
        self._points: list[Cluster] = []
        self._spacing_ms = FIRST_SPACING_MS
        self._before: tuple[int, Cluster] | None = None

    @classmethod
    def retrace(cls, genesis: Obj, journal: Journal, until_ms: int) -> tuple[Cluster, History]:
        """The cluster at ``until_ms`` by its journal, and the checkpoints on the way there."""
        cluster, history = Cluster.replay(genesis, [], 0), cls()
        for at_ms in (*range(0, until_ms, FIRST_SPACING_MS), until_ms):
            proceed(cluster, journal, at_ms)
            history.note(cluster)
        return cluster, history

    def note(self, cluster: Cluster) -> None:
        """Take a checkpoint if the last one is old enough."""
        if self._points and cluster.now_ms < self._points[-1].now_ms + self._spacing_ms:
            return
        self._points.append(cluster.fork(with_log=False))
        if len(self._points) > CHECKPOINTS_MAX:
            self._points = self._points[::2]
            self._spacing_ms *= 2

    def at(self, cluster: Cluster, at_ms: int) -> Cluster:
        """``cluster`` as it was at ``at_ms``, as one of its own."""
        earlier = [point for point in self._points if point.now_ms <= at_ms]
        if not earlier:
            return Cluster.replay(cluster.genesis, cluster.journal, at_ms)
        past = earlier[-1].fork()
        proceed(past, cluster.journal, at_ms)
        return past

    def before(self, cluster: Cluster, index: int) -> Cluster:
        """``cluster`` as the journal's ``index``-th command met it. Read it only: it is kept."""
        if self._before is None or self._before[0] != index:
            at_ms, earlier = cluster.journal[index].at_ms, cluster.journal[:index]
            points = [it for it in self._points if it.now_ms <= at_ms and len(it.journal) <= index]
            if points:
                past = points[-1].fork()
                proceed(past, earlier, at_ms)
            else:
                past = Cluster.replay(cluster.genesis, earlier, at_ms)
            self._before = index, past
        return self._before[1]


def proceed(cluster: Cluster, journal: Journal, until_ms: int) -> None:
    """Carry out what ``journal`` holds beyond the cluster's own, up to ``until_ms``."""
    for entry in islice(journal, len(cluster.journal), None):
        if entry.at_ms > until_ms:
            break
        cluster.run_until(entry.at_ms)
        cluster.execute(entry.command)
    cluster.run_until(until_ms)
