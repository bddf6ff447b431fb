"""What the local plugins make of one node for one pod spec, remembered until the node changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ..base.objects import Obj
from .filters import FILTERS
from .nodeinfo import NodeInfo
from .plugin import Cycle, Refusal
from .scores import SCORES

REMEMBERED_MAX = 64


class Opinion(NamedTuple):
    """The first local refusal, if any, and the raw scores of the local plugins."""

    refusal: Refusal | None
    scores: dict[str, int]


class Opinions(NamedTuple):
    """What is thought of the nodes, for one pod spec: beside each node its opinion, or None.

    Nodes of which the same is said share one Opinion.
    """

    spec: Obj  # held, so that its identity is not used again
    beside: list[Opinion | None]
    shared: dict[Any, Opinion]


def opinions_on(cycle: Cycle, nodes: Iterable[NodeInfo]) -> Iterator[Opinion]:
    """The opinions on these nodes, in turn: pods of one template share theirs."""
    known = _known(cycle)
    beside = known.beside
    return (beside[info.position] or _form(cycle, known, info) for info in nodes)


def _known(cycle: Cycle) -> Opinions:
    spec, remembered = cycle.pod["spec"], cycle.known.opinions
    known: Opinions | None = remembered.get(id(spec))
    if known is None or known.spec is not spec:
        known = remembered[id(spec)] = Opinions(spec, [None] * len(cycle.nodes), {})
        if len(remembered) > REMEMBERED_MAX:
            del remembered[next(iter(remembered))]
    return known


def _form(cycle: Cycle, known: Opinions, info: NodeInfo) -> Opinion:
    opinion = Opinion(local_refusal(cycle, info), _scores(cycle, info))
    value = (opinion.refusal, tuple(opinion.scores.items()))
    opinion = known.beside[info.position] = known.shared.setdefault(value, opinion)
    return opinion


def local_refusal(cycle: Cycle, info: NodeInfo) -> Refusal | None:
    """What the first local filter that refuses a node says of it."""
    for plugin in FILTERS:
        state = plugin.prepare(cycle) if plugin.local else None
        refusal = plugin.check(state, info) if state is not None else None
        if refusal is not None:
            return refusal._replace(plugin=plugin.name)
    return None


def _scores(cycle: Cycle, info: NodeInfo) -> dict[str, int]:
    found = {}
    for plugin in SCORES:
        state = plugin.prepare(cycle, ()) if plugin.local else None
        if state is not None:
            found[plugin.name] = plugin.score(state, info)
    return found
