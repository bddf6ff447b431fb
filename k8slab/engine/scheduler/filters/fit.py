"""Filters that look at what is taken: NodePorts and NodeResourcesFit."""

from __future__ import annotations

from collections.abc import Sequence

from ...base.objects import Obj, get_in
from ...store import Store
from ..hints import NODE_ADDED, NODE_ALLOCATABLE, POD_GONE
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
    helped_by = frozenset({NODE_ADDED, NODE_ALLOCATABLE, POD_GONE})

    def concerns(self, pod: Obj, other: Obj, store: Store) -> bool:
        if other["kind"] != "Node":
            return True
        room = get_in(other, "status", "allocatable", default={})
        wanted = demand_of(pod["spec"]).requests
        return all(amount(name, room.get(name, "0")) >= count for name, count in wanted.items())

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


def _clash(wanted: Port, taken: Port) -> bool:
    same_port = wanted[0] == taken[0] and wanted[2] == taken[2]
    return same_port and (wanted[1] == taken[1] or "0.0.0.0" in (wanted[1], taken[1]))
