"""What the local plugins make of one node for one pod spec, remembered until the node changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import orjson

from ..base.memo import by_identity
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
    """What is thought of the nodes, for pods of one spec: beside each node its opinion.

    ``stale`` are the positions of nodes that were not looked at since they changed. Nodes of which
    the same is said share one Opinion.
    """

    beside: list[Opinion]
    stale: set[int]
    shared: dict[Any, Opinion]


NONE_YET = Opinion(None, {})


def opinions_on(cycle: Cycle, nodes: Iterable[NodeInfo]) -> Iterator[Opinion]:
    """The opinions on these nodes, in turn: pods of one template share theirs."""
    known = _known(cycle)
    for info in nodes:
        if info.position in known.stale:
            _form(cycle, known, info)
        yield known.beside[info.position]


def opinions_between(cycle: Cycle, begin: int, end: int) -> list[Opinion]:
    """The opinions on the nodes from one position up to another."""
    known = _known(cycle)
    for position in [it for it in known.stale if begin <= it < end]:
        _form(cycle, known, cycle.nodes[position])
    return known.beside[begin:end]


def _known(cycle: Cycle) -> Opinions:
    text, remembered = _text(cycle.pod["spec"]), cycle.known.opinions
    known: Opinions | None = remembered.get(text)
    if known is None:
        count = len(cycle.nodes)
        known = remembered[text] = Opinions([NONE_YET] * count, set(range(count)), {})
        if len(remembered) > REMEMBERED_MAX:
            del remembered[next(iter(remembered))]
    return known


@by_identity
def _text(spec: Obj) -> bytes:
    """What tells one spec from another; no local plugin looks at volumes, whose names are drawn."""
    spec = {name: value for name, value in spec.items() if name != "volumes"}
    for name in ("initContainers", "containers"):
        if name in spec:
            spec[name] = [{**container, "volumeMounts": None} for container in spec[name]]
    return orjson.dumps(spec)


def _form(cycle: Cycle, known: Opinions, info: NodeInfo) -> None:
    opinion = Opinion(local_refusal(cycle, info), _scores(cycle, info))
    value = (opinion.refusal, tuple(opinion.scores.items()))
    known.beside[info.position] = known.shared.setdefault(value, opinion)
    known.stale.discard(info.position)


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
