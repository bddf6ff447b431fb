"""What the local plugins make of one node for one pod spec, remembered until the node changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..base.objects import Obj
from .filters import FILTERS
from .nodeinfo import NodeInfo
from .plugin import Cycle, Refusal
from .scores import SCORES

REMEMBERED_MAX = 256
SHARED_MAX = 4096


class Opinion(NamedTuple):
    """The first local refusal, if any, and the raw scores of the local plugins.

    Nodes of which the same is said share one Opinion.
    """

    spec: Obj  # held, so that its identity is not used again
    refusal: Refusal | None
    scores: dict[str, int]


def opinion_of(cycle: Cycle, info: NodeInfo) -> Opinion:
    """The opinion on a node for the cycle's pod: pods of one template share theirs."""
    spec = cycle.pod["spec"]
    known: Opinion | None = info.memo.get(id(spec))
    if known is None or known.spec is not spec:
        known = _shared(cycle, Opinion(spec, _refusal(cycle, info), _scores(cycle, info)))
        if len(info.memo) > REMEMBERED_MAX:
            info.memo.clear()
        info.memo[id(spec)] = known
    return known


def opinions_of(cycle: Cycle, nodes: Sequence[NodeInfo]) -> list[Opinion]:
    """The opinions on many nodes."""
    look_up = id(cycle.pod["spec"])
    return [info.memo.get(look_up) or opinion_of(cycle, info) for info in nodes]


def _shared(cycle: Cycle, opinion: Opinion) -> Opinion:
    known: dict[Any, Opinion] = cycle.known.opinions
    if len(known) > SHARED_MAX:
        known.clear()
    value = (id(opinion.spec), opinion.refusal, tuple(opinion.scores.items()))
    return known.setdefault(value, opinion)


def _refusal(cycle: Cycle, info: NodeInfo) -> Refusal | None:
    for plugin in FILTERS:
        state = plugin.prepare(cycle) if plugin.local else None
        refusal = plugin.check(state, info) if state is not None else None
        if refusal is not None:
            return refusal
    return None


def _scores(cycle: Cycle, info: NodeInfo) -> dict[str, int]:
    found = {}
    for plugin in SCORES:
        state = plugin.prepare(cycle, ()) if plugin.local else None
        if state is not None:
            found[plugin.name] = plugin.score(state, info)
    return found
