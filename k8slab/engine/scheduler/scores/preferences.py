"""Scores by what node and pod say of each other: TaintToleration and NodeAffinity."""

from __future__ import annotations

from collections.abc import Sequence

from ...base.nodeselector import matches_term
from ...base.objects import Obj, Objs, get_in
from ...base.taints import tolerated
from ..affinity import PREFERRED
from ..nodeinfo import NodeInfo
from ..plugin import Cycle, Score, default_normalize


class TaintToleration(Score):
    """Fewer PreferNoSchedule taints that the pod does not tolerate."""

    name = "TaintToleration"
    weight = 3
    local = True

    def prepare(self, cycle: Cycle, nodes: Sequence[NodeInfo]) -> Objs:
        stated = cycle.pod["spec"].get("tolerations") or ()
        return [entry for entry in stated if entry.get("effect") in (None, "", "PreferNoSchedule")]

    def score(self, state: Objs, info: NodeInfo) -> int:
        return sum(_repels(state, taint) for taint in info.taints)

    def normalize(self, state: Objs, raw: list[int]) -> list[int]:
        return default_normalize(raw, reverse=True)


class NodeAffinity(Score):
    """The weights of the preferred node affinity terms that a node matches."""

    name = "NodeAffinity"
    weight = 2
    local = True

    def prepare(self, cycle: Cycle, nodes: Sequence[NodeInfo]) -> Objs | None:
        stated: Objs = get_in(cycle.pod, "spec", "affinity", "nodeAffinity", PREFERRED, default=[])
        return stated or None

    def score(self, state: Objs, info: NodeInfo) -> int:
        return sum(term["weight"] for term in state if matches_term(term["preference"], info.node))

    def normalize(self, state: Objs, raw: list[int]) -> list[int]:
        return default_normalize(raw)


def _repels(tolerations: Objs, taint: Obj) -> bool:
    return taint["effect"] == "PreferNoSchedule" and not tolerated(tolerations, taint)
