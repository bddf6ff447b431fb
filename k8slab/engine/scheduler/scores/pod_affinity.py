"""InterPodAffinity: preferred pod affinity and anti-affinity, of this pod and of those there."""

from __future__ import annotations

from collections.abc import Sequence

from ...base.objects import Obj
from ..affinity import Term, has_terms, preferred_terms, required_terms
from ..nodeinfo import NodeInfo
from ..plugin import SCORE_MAX, Cycle, Score

HARD_WEIGHT = 1  # InterPodAffinityArgs.hardPodAffinityWeight

Weights = dict[tuple[str, str], int]  # (topology key, value) -> sum of weights


class InterPodAffinity(Score):
    """Sums of weights over the node's domains, stretched to 0..100."""

    name = "InterPodAffinity"
    weight = 2
    local = False

    def prepare(self, cycle: Cycle, nodes: Sequence[NodeInfo]) -> Weights | None:
        pod = cycle.pod
        mine = _signed(pod)
        weights: Weights = {}
        for info in cycle.nodes if mine else cycle.known.choosy.values():
            others = info.pods if mine else info.choosy
            for other in others.values():
                for term, weight in mine:
                    if term.speaks_of(other, cycle.store):
                        _add(weights, term, info, weight)
                if has_terms(other):
                    self._symmetric(cycle, other, info, weights)
        return weights or None

    @staticmethod
    def _symmetric(cycle: Cycle, other: Obj, info: NodeInfo, weights: Weights) -> None:
        wanted = _signed(other)
        wanted += [(term, HARD_WEIGHT) for term in required_terms(other, "podAffinity")]
        for term, weight in wanted:
            if term.speaks_of(cycle.pod, cycle.store):
                _add(weights, term, info, weight)

    def score(self, state: Weights, info: NodeInfo) -> int:
        labels = info.labels
        return sum(weight for (key, value), weight in state.items() if labels.get(key) == value)

    def normalize(self, state: Weights, raw: list[int]) -> list[int]:
        low, span = min(raw), max(raw) - min(raw)
        return [int(SCORE_MAX * ((value - low) / span)) if span else 0 for value in raw]


def _signed(pod: Obj) -> list[tuple[Term, int]]:
    if not has_terms(pod):
        return []
    return [
        *((term, term.weight) for term in preferred_terms(pod, "podAffinity")),
        *((term, -term.weight) for term in preferred_terms(pod, "podAntiAffinity")),
    ]


def _add(weights: Weights, term: Term, info: NodeInfo, weight: int) -> None:
    value = info.labels.get(term.topology_key)
    if value is not None:
        domain = (term.topology_key, value)
        weights[domain] = weights.get(domain, 0) + weight
