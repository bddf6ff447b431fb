"""Filters that look at what is taken: NodePorts and NodeResourcesFit."""

from __future__ import annotations

from collections.abc import Sequence

from ...base.objects import Obj, get_in
from ...store import Store
from ..hints import NODE_ADDED, NODE_ALLOCATABLE, POD_GONE, POD_SMALLER, is_of_node
from ..nodeinfo import NodeInfo
from ..plugin import Cycle, Filter, Refusal
from ..podinfo import Resources, amount, demand_of

Port = tuple[str, str, int]


class NodePorts(Filter):
    """No two pods of a node have the same host port (of the same protocol and host IP)."""

    name = "NodePorts"
    local = True
    helped_by = frozenset({NODE_ADDED, POD_GONE})
    _refusal = Refusal(("node(s) didn't have free ports for the requested pod ports",), True)

    def concerns(self, pod: Obj, old: Obj | None, new: Obj | None, store: Store) -> bool:
        if is_of_node(old, new):
            return True
        wanted, freed = demand_of(pod["spec"]).ports, demand_of((old or pod)["spec"]).ports
        return any(_clash(mine, port) for mine in wanted for port in freed)

    def prepare(self, cycle: Cycle) -> Sequence[Port] | None:
        return demand_of(cycle.pod["spec"]).ports or None

    def check(self, state: Sequence[Port], info: NodeInfo) -> Refusal | None:
        taken = [port for port, count in info.ports.items() if count > 0]
        clash = any(_clash(wanted, port) for wanted in state for port in taken)
        return self._refusal if clash else None


class NodeResourcesFit(Filter):
    """Requests on a node stay within its allocatable, and its pods within their number."""

    name = "NodeResourcesFit"
    local = True
    helped_by = frozenset({NODE_ADDED, NODE_ALLOCATABLE, POD_GONE, POD_SMALLER})

    def concerns(self, pod: Obj, old: Obj | None, new: Obj | None, store: Store) -> bool:
        if new is None or new["kind"] != "Node":
            return True
        wanted = {**demand_of(pod["spec"]).requests, "pods": 1}
        had, has = _room(old), _room(new)
        if any(has.get(name, 0) < count for name, count in wanted.items()):
            return False
        return old is None or any(has.get(name, 0) > had.get(name, 0) for name in wanted)

    def prepare(self, cycle: Cycle) -> Resources:
        return demand_of(cycle.pod["spec"]).requests

    def check(self, state: Resources, info: NodeInfo) -> Refusal | None:
        texts: list[str] = []
        resolvable = True
        allocatable = info.allocatable
        if len(info.pods) + 1 > allocatable.get("pods", 0):
            texts.append("Too many pods")
        for resource, wanted in state.items():
            limit = allocatable.get(resource, 0)
            if wanted and wanted > limit - info.requested.get(resource, 0):
                texts.append(f"Insufficient {resource}")
                resolvable = resolvable and wanted <= limit
        return Refusal(tuple(texts), resolvable) if texts else None


def _room(node: Obj | None) -> Resources:
    room = get_in(node or {}, "status", "allocatable", default={})
    return {name: amount(name, text) for name, text in room.items()}


def _clash(wanted: Port, taken: Port) -> bool:
    same_port = wanted[0] == taken[0] and wanted[2] == taken[2]
    return same_port and (wanted[1] == taken[1] or "0.0.0.0" in (wanted[1], taken[1]))
