"""Which nodes will do for a pod, and which of them would do best (1.36).

Nodes that look alike to every plugin score alike, so one of each look is scored: of the hundreds of
nodes that a large cluster offers, a few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from ..base.objects import Obj
from .filters import FILTERS
from .filters.node import named_nodes
from .nodeinfo import NodeInfo, Nodes
from .opinion import Opinion, local_refusal, opinions_between, opinions_on
from .plugin import Cycle, Filter, Refusal
from .scores import SCORES

UNNAMED = Refusal(("node(s) didn't satisfy plugin(s) [NodeAffinity]",), plugin="NodeAffinity")
NODES_MIN = 100  # minFeasibleNodesToFind
Asked = list[tuple[Filter, Any]]  # filters that look beyond one node, with what they prepared


class Fit(NamedTuple):
    """The nodes that will do, the opinion on each, why the others won't, where to begin next.

    ``turn`` are the positions of the nodes where they are simply those whose turn it was.
    """

    nodes: Sequence[NodeInfo]
    opinions: list[Opinion]
    refusals: dict[str, Refusal]
    next: int
    turn: Sequence[int] | None = None

    def places(self) -> Sequence[int]:
        """The nodes' positions among all."""
        return [info.position for info in self.nodes] if self.turn is None else self.turn


class Scores(NamedTuple):
    """The weighted scores of one node of each look, by plugin and node.

    A node is its place among those that will do; ``like`` is, beside each, the one scored for it.
    """

    table: dict[str, dict[int, int]]
    like: list[int]

    def of(self, index: int) -> dict[str, int]:
        """What the plugins give one node."""
        return {plugin: row[self.like[index]] for plugin, row in self.table.items()}

    def best(self) -> list[int]:
        """Which nodes have the highest sum."""
        totals = Counter[int]()
        for row in self.table.values():
            totals.update(row)
        top = max(totals.values(), default=0)
        losers = {one for one, total in totals.items() if total < top}
        return [index for index, one in enumerate(self.like) if one not in losers]


def asked_of(cycle: Cycle) -> Asked:
    """The filters that are not local and have something to say about the cycle's pod."""
    asked = [(plugin, plugin.prepare(cycle)) for plugin in FILTERS if not plugin.local]
    return [(plugin, state) for plugin, state in asked if state is not None]


def find_fitting(cycle: Cycle, begin: int) -> Fit:
    """Ask the filters about each node from the ``begin``-th on.

    In a large cluster not all are asked: once enough will do, the next pod's turn begins there
    (numFeasibleNodesToFind, nextStartNodeIndex).
    """
    asked = asked_of(cycle)
    named = named_nodes(cycle.pod["spec"])
    if named is not None:
        return _among(cycle, asked, named, begin)
    count = len(cycle.nodes)
    enough = _enough(count)
    begin = begin % count if enough < count else 0
    if not asked:
        beyond = max(begin + enough - count, 0)
        first = [*cycle.nodes[begin : begin + enough], *cycle.nodes[:beyond]]
        opinions = opinions_between(cycle, begin, begin + enough)
        if beyond:
            opinions += opinions_between(cycle, 0, beyond)
        if not [opinion for opinion in opinions if opinion.refusal is not None]:
            turn = [*range(begin, min(begin + enough, count)), *range(beyond)]
            return Fit(first, opinions, {}, (begin + enough) % count if count else 0, turn)
    return _search(cycle, asked, begin, enough)


def _among(cycle: Cycle, asked: Asked, named: frozenset[str], begin: int) -> Fit:
    """Only the nodes that the pod names are looked at, as for each pod of a DaemonSet."""
    nodes = [info for name in sorted(named) if (info := cycle.known.get(name)) is not None]
    refusals: dict[str, Refusal] = {}
    for info, opinion in zip(nodes, opinions_on(cycle, nodes), strict=True):
        refusal = opinion.refusal or _refused_by(asked, info)
        if refusal is not None:
            refusals[info.name] = refusal
    fitting = [info for info in nodes if info.name not in refusals]
    if not fitting:
        others = (info.name for info in cycle.nodes if info.name not in named)
        refusals.update(dict.fromkeys(others, UNNAMED))
    return Fit(fitting, list(opinions_on(cycle, fitting)), refusals, begin)


def _search(cycle: Cycle, asked: Asked, begin: int, enough: int) -> Fit:
    turn = [*cycle.nodes[begin:], *cycle.nodes[:begin]]
    if not turn:
        return Fit([], [], {}, 0)
    fitting: list[NodeInfo] = []
    opinions: list[Opinion] = []
    refusals: dict[str, Refusal] = {}
    for info, opinion in zip(turn, opinions_on(cycle, turn), strict=True):
        refusal = opinion.refusal or _refused_by(asked, info)
        if refusal is not None:
            refusals[info.name] = refusal
            continue
        fitting.append(info)
        opinions.append(opinion)
        if len(fitting) == enough:
            break
    return Fit(fitting, opinions, refusals, (begin + len(fitting) + len(refusals)) % len(turn))


def _refused_by(asked: Asked, info: NodeInfo) -> Refusal | None:
    for plugin, state in asked:
        refusal = plugin.check(state, info)
        if refusal is not None:
            return refusal._replace(plugin=plugin.name)
    return None


def refusal_of(cycle: Cycle, info: NodeInfo, asked: Asked) -> Refusal | None:
    """Why one node won't do, asking every filter; nothing of it is remembered."""
    return local_refusal(cycle, info) or _refused_by(asked, info)


def what_if(cycle: Cycle, info: NodeInfo, pods: Iterable[Obj], asked: Asked) -> Refusal | None:
    """Why a node would not do, had it these pods."""
    twin = info.with_pods(pods)
    if not asked:
        return refusal_of(cycle, twin, asked)
    nodes = [twin if each.name == info.name else each for each in cycle.nodes]
    imagined = cycle._replace(nodes=nodes, known=Nodes.of(nodes))
    return refusal_of(imagined, twin, asked_of(imagined))


def without(fit: Fit, refusals: dict[str, Refusal]) -> Fit:
    """The fit without nodes that won't do after all."""
    kept = [index for index, info in enumerate(fit.nodes) if info.name not in refusals]
    nodes = [fit.nodes[index] for index in kept]
    opinions = [fit.opinions[index] for index in kept]
    return Fit(nodes, opinions, {**fit.refusals, **refusals}, fit.next)


def _enough(nodes: int) -> int:
    """How many nodes that will do are looked for: all of 100, then 50 % falling to 5 %."""
    percent = max(5, 50 - nodes // 125)
    return nodes if nodes <= NODES_MIN else max(NODES_MIN, nodes * percent // 100)


def score(cycle: Cycle, fit: Fit) -> Scores:
    """What each plugin makes of the nodes; nobody is asked where there is no choice."""
    if len(fit.nodes) < 2:
        return Scores({}, [0] * len(fit.nodes))
    asked = [(plugin, plugin.prepare(cycle, fit.nodes)) for plugin in SCORES]
    asked = [(plugin, state) for plugin, state in asked if state is not None]
    places = fit.places()
    further = [
        plugin.looks(state, fit.nodes, places) for plugin, state in asked if not plugin.local
    ]
    looks: list[tuple[Any, ...]] = list(zip(map(id, fit.opinions), *further, strict=True))
    first = dict(zip(reversed(looks), reversed(range(len(looks))), strict=True))
    shown = sorted(first.values())
    table: dict[str, dict[int, int]] = {}
    for plugin, state in asked:
        if plugin.local:
            raw = [fit.opinions[index].scores[plugin.name] for index in shown]
        else:
            raw = [plugin.score(state, fit.nodes[index]) for index in shown]
        weighted = (value * plugin.weight for value in plugin.normalize(state, raw))
        table[plugin.name] = dict(zip(shown, weighted, strict=True))
    return Scores(table, list(map(first.__getitem__, looks)))
