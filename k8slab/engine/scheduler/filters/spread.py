"""PodTopologySpread: hard constraints (whenUnsatisfiable: DoNotSchedule)."""

from __future__ import annotations

from typing import NamedTuple

from ...base.nodeselector import matches_required
from ...base.objects import Obj, labels_of
from ...base.taints import tolerated
from ...store import Store
from ..hints import NODE_GONE, OF_NODES, OF_PODS, is_of_node
from ..nodeinfo import NodeInfo, group_of
from ..plugin import Cycle, Filter, Refusal
from ..spreading import Constraint, constraints_of


class _Tally(NamedTuple):
    constraint: Constraint
    counts: dict[str, int]  # matching pods by domain
    lowest: int
    self_match: int


class PodTopologySpread(Filter):
    """A node won't do where the pod would make its domain too full beside the emptiest."""

    name = "PodTopologySpread"
    local = False
    helped_by = OF_NODES | OF_PODS | {NODE_GONE}
    _refusal = Refusal(("node(s) didn't match pod topology spread constraints",), True)
    _no_label = Refusal(
        ("node(s) didn't match pod topology spread constraints (missing required label)",)
    )

    def concerns(self, pod: Obj, old: Obj | None, new: Obj | None, store: Store) -> bool:
        constraints = constraints_of(pod, "DoNotSchedule")
        if is_of_node(old, new):
            return _is_another(constraints, old, new)
        there = [group_of(it) for it in (old, new) if it is not None]
        counted = [[entry.selects(group) for entry in constraints] for group in there]
        return counted[0] != counted[1] if len(counted) == 2 else all(counted[0])

    def prepare(self, cycle: Cycle) -> list[_Tally] | None:
        constraints = constraints_of(cycle.pod, "DoNotSchedule")
        if not constraints:
            return None
        keys = [constraint.topology_key for constraint in constraints]
        nodes = [info for info in cycle.nodes if all(key in info.labels for key in keys)]
        return [_tally(cycle, constraint, nodes) for constraint in constraints]

    def check(self, state: list[_Tally], info: NodeInfo) -> Refusal | None:
        for tally in state:
            domain = info.labels.get(tally.constraint.topology_key)
            if domain is None:
                return self._no_label
            skew = tally.counts.get(domain, 0) + tally.self_match - tally.lowest
            if skew > tally.constraint.max_skew:
                return self._refusal
        return None


def _is_another(constraints: list[Constraint], old: Obj | None, new: Obj | None) -> bool:
    """Whether a node has come to count in other domains, or no more, or has other taints."""
    keys = [constraint.topology_key for constraint in constraints]
    before, after = (
        [labels_of(it).get(key) for key in keys] if it is not None else [None] for it in (old, new)
    )
    counted, counts = None not in before, None not in after
    if old is None or new is None or counted != counts:
        return counted or counts
    return counts and (before != after or old["spec"].get("taints") != new["spec"].get("taints"))


def _tally(cycle: Cycle, constraint: Constraint, nodes: list[NodeInfo]) -> _Tally:
    spec = cycle.pod["spec"]
    counts: dict[str, int] = {}
    for info in nodes:
        if constraint.respects_affinity and not matches_required(spec, info.node):
            continue
        if constraint.respects_taints and not _tolerates(spec.get("tolerations") or [], info):
            continue
        domain = info.labels[constraint.topology_key]
        counts[domain] = counts.get(domain, 0) + constraint.counts(info)
    labels = sorted(labels_of(cycle.pod).items())
    group = (cycle.pod["metadata"]["namespace"], tuple(labels))
    lowest = min(counts.values(), default=0) if len(counts) >= constraint.min_domains else 0
    return _Tally(constraint, counts, lowest, int(constraint.selects(group)))


def _tolerates(tolerations: list[dict[str, str]], info: NodeInfo) -> bool:
    return all(
        taint["effect"] == "PreferNoSchedule" or tolerated(tolerations, taint)
        for taint in info.taints
    )
