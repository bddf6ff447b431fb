"""What a scheduler plugin is. A filter says whether a node will do, a score how well it does."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple, Protocol

from ..base.objects import Obj
from ..store import Store
from .nodeinfo import NodeInfo, Nodes


class Refusal(NamedTuple):
    """Why a node won't do. ``resolvable``: whether taking pods off the node could help.

    ``plugin`` is who refused; it is known to whoever asked.
    """

    texts: tuple[str, ...]
    resolvable: bool = False
    plugin: str = ""


class Cycle(NamedTuple):
    """One attempt to place one pod: the pod and all nodes, ordered by name."""

    pod: Obj
    nodes: Sequence[NodeInfo]
    store: Store
    known: Nodes


class Filter(Protocol):
    """A Filter plugin. ``prepare`` (PreFilter) gives what ``check`` needs; None sits out.

    A ``local`` plugin looks at nothing but the pod's spec and the one node, so what it says is
    remembered until the node's sums change. ``helped_by`` are the kinds of change (``hints``)
    after which a pod that it refused is tried anew (EventsToRegister).
    """

    name: str
    local: bool
    helped_by: frozenset[str]

    def concerns(self, pod: Obj, old: Obj | None, new: Obj | None, store: Store) -> bool:
        """Whether what changed from ``old`` to ``new`` may help a refused pod (QueueingHintFn).

        It is a Node, a Pod with a node, or of storage; one of both is None where it was added or
        has gone. A pod that has ended is gone.
        """
        return True

    def prepare(self, cycle: Cycle) -> Any: ...

    def check(self, state: Any, info: NodeInfo) -> Refusal | None: ...


class Score(Protocol):
    """A Score plugin. ``prepare`` (PreScore) gets the nodes that passed; None sits out.

    ``score`` gives a raw number for one node, ``normalize`` turns those of all nodes into 0..100
    by their extremes alone. ``local`` as for filters; another plugin says by ``looks`` which nodes
    it scores alike (those of equal look).
    """

    name: str
    weight: int
    local: bool

    def prepare(self, cycle: Cycle, nodes: Sequence[NodeInfo]) -> Any: ...

    def score(self, state: Any, info: NodeInfo) -> int: ...

    def looks(
        self, state: Any, nodes: Sequence[NodeInfo], places: Sequence[int]
    ) -> Sequence[Hashable]:
        """The raw scores themselves, unless there is something cheaper.

        ``places`` are the nodes' positions among all.
        """
        return [self.score(state, info) for info in nodes]

    def normalize(self, state: Any, raw: list[int]) -> list[int]: ...


SCORE_MAX = 100


def default_normalize(raw: Sequence[int], *, reverse: bool = False) -> list[int]:
    """helper.DefaultNormalizeScore: the largest becomes 100 (0 where reversed)."""
    top = max(raw, default=0)
    if top == 0:
        return [SCORE_MAX if reverse else 0] * len(raw)
    scaled = [value * SCORE_MAX // top for value in raw]
    return [SCORE_MAX - value for value in scaled] if reverse else scaled
