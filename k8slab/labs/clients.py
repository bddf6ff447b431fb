"""A steady client as the page draws it: its seconds, its failures by cause, some requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from k8slab.engine import Cluster, traffic
from k8slab.engine.base.objects import Obj

SECONDS_SHOWN = 1200
DOTS_AN_UPDATE = 10

Path = list[str]


class Client:
    """One load of a cluster; ``state`` arguments are its entry in State.traffic."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.url = ""
        self.rps: float = 0
        self._seen_ms = 0
        self._causes: dict[str, dict[str, int]] = {}

    def begin(self, cluster: Cluster) -> Obj:
        """The whole entry."""
        state = {"url": self.url, "rps": self.rps, "series": {}, "causes": {}, "dots": []}
        for _ in self.follow(cluster, state):
            pass
        return state

    def follow(self, cluster: Cluster, state: Obj) -> Iterator[tuple[Path, Any]]:
        """Bring ``state`` up to now; what was set, by path in it."""
        now_ms = cluster.now_ms
        whole_ms = now_ms // 1000 * 1000
        if whole_ms > self._seen_ms:
            since_ms = max(self._seen_ms, whole_ms - SECONDS_SHOWN * 1000)
            for sample in cluster.samples(self.name, since_ms, whole_ms):
                second = str(sample["t_ms"] // 1000)
                numbers = [sample["requests"], sample["failed"], sample["latency_ms"]]
                state["series"][second] = numbers
                if sample["causes"]:
                    self._causes[second] = sample["causes"]
                yield ["series", second], numbers
            yield from self._changed(state, "causes", self._count_causes())
            dots = traffic.dots(cluster.world, self.name, since_ms, whole_ms, DOTS_AN_UPDATE)
            yield from self._changed(state, "dots", dots)
            self._seen_ms = whole_ms
        yield from self._changed(state, "rps", self.rps)
        yield from self._changed(state, "url", self.url)

    def forget(self, state: Obj) -> list[Path]:
        """Drop the seconds that are too old; their paths."""
        series = state["series"]
        old = list(series)[: max(0, len(series) - SECONDS_SHOWN)]
        for second in old:
            del series[second]
            self._causes.pop(second, None)
        return [["series", second] for second in old]

    def _changed(self, state: Obj, name: str, value: Any) -> Iterator[tuple[Path, Any]]:
        if state[name] != value:
            state[name] = value
            yield [name], value

    def _count_causes(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for causes in self._causes.values():
            for cause, count in causes.items():
                counts[cause] = counts.get(cause, 0) + count
        return counts
