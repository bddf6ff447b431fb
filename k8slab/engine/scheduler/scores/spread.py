"""PodTopologySpread: soft constraints, the pod's own (ScheduleAnyway) or the cluster's defaults."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import NamedTuple

from ..nodeinfo import NodeInfo
from ..nodeselector import matches_required
from ..plugin import SCORE_MAX, Cycle
from ..spreading import HOSTNAME, Constraint, constraints_of, default_constraints


class _State(NamedTuple):
    cycle: Cycle
    constraints: list[Constraint]
    own: bool  # the pod's own constraints: nodes without a label count as ignored


class PodTopologySpread:
    """Fewer matching pods in the node's domains; a rarer domain weighs more."""

    name = "PodTopologySpread"
    weight = 2

    def prepare(self, cycle: Cycle, nodes: Sequence[NodeInfo]) -> _State | None:
        own = constraints_of(cycle.pod, "ScheduleAnyway")
        stated = cycle.pod["spec"].get("topologySpreadConstraints")
        constraints = own if stated else default_constraints(cycle.pod, cycle.store)
        return _State(cycle, constraints, bool(own)) if constraints else None

    def scores(self, state: _State, nodes: Sequence[NodeInfo]) -> list[int]:
        ignored = [self._is_ignored(state, info) for info in nodes]
        raw = [0.0] * len(nodes)
        for constraint in state.constraints:
            used = [info for info, skip in zip(nodes, ignored, strict=True) if not skip]
            counts = _counts(state, constraint, used)
            domains = len(used) if constraint.topology_key == HOSTNAME else len(counts)
            weight = log(domains + 2)
            for index, info in enumerate(nodes):
                domain = info.labels.get(constraint.topology_key)
                if domain is not None and not ignored[index]:
                    raw[index] += counts.get(domain, 0) * weight + constraint.max_skew - 1
        return _normalised([round(value) for value in raw], ignored)

    @staticmethod
    def _is_ignored(state: _State, info: NodeInfo) -> bool:
        return state.own and any(
            constraint.topology_key not in info.labels for constraint in state.constraints
        )


def _counts(state: _State, constraint: Constraint, used: list[NodeInfo]) -> dict[str, int]:
    """Matching pods by domain, for the domains of the nodes that passed."""
    key, spec = constraint.topology_key, state.cycle.pod["spec"]
    counts = {info.labels[key]: 0 for info in used if key in info.labels}
    for info in state.cycle.nodes:
        domain = info.labels.get(key)
        if domain in counts and matches_required(spec, info.node):
            counts[domain] += constraint.counts(info)
    return counts


def _normalised(raw: list[int], ignored: list[bool]) -> list[int]:
    kept = [value for value, skip in zip(raw, ignored, strict=True) if not skip]
    top, low = max(kept, default=0), min(kept, default=0)
    if top == 0:
        return [0 if skip else SCORE_MAX for skip in ignored]
    return [
        0 if skip else SCORE_MAX * (top + low - value) // top
        for value, skip in zip(raw, ignored, strict=True)
    ]
