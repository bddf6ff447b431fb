"""PodTopologySpread: soft constraints, the pod's own (ScheduleAnyway) or the cluster's defaults."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from math import log
from typing import NamedTuple

from ...base.nodeselector import matches_required
from ..nodeinfo import HOSTNAME, NodeInfo
from ..plugin import SCORE_MAX, Cycle, Score
from ..spreading import Constraint, constraints_of, default_constraints

IGNORED = -1  # the raw score of a node without a label that the pod's own constraints name


class _Domains(NamedTuple):
    constraint: Constraint
    counts: dict[str, int]  # matching pods by domain
    weight: float
    beside: list[int | None] | None  # by host name: the count of each node, by its position


class _State(NamedTuple):
    domains: list[_Domains]
    own: bool


class PodTopologySpread(Score):
    """Fewer matching pods in the node's domains; with more domains, a pod weighs more."""

    name = "PodTopologySpread"
    weight = 2
    local = False

    def prepare(self, cycle: Cycle, nodes: Sequence[NodeInfo]) -> _State | None:
        own = constraints_of(cycle.pod, "ScheduleAnyway")
        stated = cycle.pod["spec"].get("topologySpreadConstraints")
        constraints = own if stated else default_constraints(cycle.pod, cycle.store)
        if not constraints:
            return None
        keys = [constraint.topology_key for constraint in constraints] if own else []
        used = list(nodes)
        if keys:
            used = [info for info in nodes if all(key in info.labels for key in keys)]
        return _State([_count(cycle, entry, used) for entry in constraints], bool(own))

    def score(self, state: _State, info: NodeInfo) -> int:
        total = 0.0
        labels = info.labels
        for constraint, counts, weight, _ in state.domains:
            domain = labels.get(constraint.topology_key)
            if domain is not None:
                total += counts.get(domain, 0) * weight + constraint.max_skew - 1
            elif state.own:
                return IGNORED
        return round(total)

    def looks(
        self, state: _State, nodes: Sequence[NodeInfo], places: Sequence[int]
    ) -> Sequence[Hashable]:
        """How many pods each of the node's domains has."""
        columns = [
            list(map(entry.beside.__getitem__, places))
            if entry.beside is not None
            else [
                entry.counts.get(info.labels.get(entry.constraint.topology_key, ""))
                for info in nodes
            ]
            for entry in state.domains
            if entry.counts
        ]
        return list(zip(*columns, strict=True)) if columns else [()] * len(nodes)

    def normalize(self, state: _State, raw: list[int]) -> list[int]:
        kept = [value for value in raw if value != IGNORED]
        top, low = max(kept, default=0), min(kept, default=0)
        if top == 0:
            return [0 if value == IGNORED else SCORE_MAX for value in raw]
        return [0 if value == IGNORED else SCORE_MAX * (top + low - value) // top for value in raw]


def _count(cycle: Cycle, constraint: Constraint, used: list[NodeInfo]) -> _Domains:
    """Matching pods by domain, for the domains of the nodes that passed."""
    key, spec = constraint.topology_key, cycle.pod["spec"]
    beside: list[int | None] | None = None
    if spec.get("nodeSelector") or spec.get("affinity"):
        counts: dict[str, int] = {}
        for info in cycle.nodes:
            domain = info.labels.get(key)
            if domain is not None and matches_required(spec, info.node):
                counts[domain] = counts.get(domain, 0) + constraint.counts(info)
    else:
        counts = cycle.known.tally(constraint.selects, key)
        beside = cycle.known.column(constraint.selects) if key == HOSTNAME else None
    sizes = len(used)
    if key != HOSTNAME:
        sizes = len({info.labels.get(key) for info in used} - {None}) if counts else 0
    return _Domains(constraint, counts, log(sizes + 2), beside)
