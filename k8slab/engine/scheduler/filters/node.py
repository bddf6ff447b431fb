"""Filters that look at the node alone: cordon, name, taints, affinity."""

from __future__ import annotations

from collections.abc import Iterable

from ...base.memo import by_identity
from ...base.nodeselector import matches_required
from ...base.objects import Obj, get_in, labels_of
from ...base.taints import tolerated
from ...store import Store
from ..hints import NODE_ADDED, NODE_TAINTS, OF_NODES
from ..nodeinfo import NodeInfo
from ..plugin import Cycle, Filter, Refusal

_UNSCHEDULABLE = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


class NodeUnschedulable(Filter):
    """A cordoned node takes no pod that does not tolerate the unschedulable taint."""

    name = "NodeUnschedulable"
    local = True
    helped_by = frozenset({NODE_ADDED, NODE_TAINTS})
    _refusal = Refusal(("node(s) were unschedulable",))

    def concerns(self, pod: Obj, old: Obj | None, new: Obj | None, store: Store) -> bool:
        return (old is None or _is_cordoned(old)) and new is not None and not _is_cordoned(new)

    def prepare(self, cycle: Cycle) -> bool:
        return tolerated(cycle.pod["spec"].get("tolerations") or (), _UNSCHEDULABLE)

    def check(self, state: bool, info: NodeInfo) -> Refusal | None:
        return self._refusal if _is_cordoned(info.node) and not state else None


def _is_cordoned(node: Obj) -> bool:
    return bool(get_in(node, "spec", "unschedulable", default=False))


class NodeName(Filter):
    """A pod that names its node fits there only."""

    name = "NodeName"
    local = True
    helped_by = frozenset({NODE_ADDED})
    _refusal = Refusal(("node(s) didn't match the requested node name",))

    def prepare(self, cycle: Cycle) -> str | None:
        name: str | None = cycle.pod["spec"].get("nodeName")
        return name

    def check(self, state: str, info: NodeInfo) -> Refusal | None:
        return None if info.name == state else self._refusal


class TaintToleration(Filter):
    """A pod goes to no node with a NoSchedule or NoExecute taint that it does not tolerate."""

    name = "TaintToleration"
    local = True
    helped_by = frozenset({NODE_ADDED, NODE_TAINTS})
    _refusal = Refusal(("node(s) had untolerated taint(s)",))

    def concerns(self, pod: Obj, old: Obj | None, new: Obj | None, store: Store) -> bool:
        stated = pod["spec"].get("tolerations") or []
        was_kept_out = old is None or _keeps_out(stated, _taints_of(old))
        return was_kept_out and new is not None and not _keeps_out(stated, _taints_of(new))

    def prepare(self, cycle: Cycle) -> list[Obj]:
        return cycle.pod["spec"].get("tolerations") or []

    def check(self, state: list[Obj], info: NodeInfo) -> Refusal | None:
        return self._refusal if _keeps_out(state, info.taints) else None


def _taints_of(node: Obj) -> list[Obj]:
    return get_in(node, "spec", "taints", default=None) or []


def _keeps_out(tolerations: list[Obj], taints: Iterable[Obj]) -> bool:
    return any(
        taint["effect"] != "PreferNoSchedule" and not tolerated(tolerations, taint)
        for taint in taints
    )


class NodeAffinity(Filter):
    """spec.nodeSelector and required node affinity."""

    name = "NodeAffinity"
    local = True
    helped_by = OF_NODES
    _refusal = Refusal(("node(s) didn't match Pod's node affinity/selector",))

    def concerns(self, pod: Obj, old: Obj | None, new: Obj | None, store: Store) -> bool:
        spec = pod["spec"]
        if old is not None and new is not None and labels_of(old) == labels_of(new):
            return True  # other taints (seen in the traces of 1.36.2)
        did_not = old is None or not matches_required(spec, old)
        return did_not and new is not None and matches_required(spec, new)

    def prepare(self, cycle: Cycle) -> Obj | None:
        spec: Obj = cycle.pod["spec"]
        required = get_in(
            spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"
        )
        return spec if spec.get("nodeSelector") or required else None

    def check(self, state: Obj, info: NodeInfo) -> Refusal | None:
        return None if matches_required(state, info.node) else self._refusal


def conflict_of(spec: Obj) -> Refusal | None:
    """Why no node is even asked (PreFilter): each term names nodes, and none is left of them."""
    if named_nodes(spec) != frozenset():
        return None
    return Refusal(("pod affinity terms conflict",), plugin=NodeAffinity.name)


@by_identity
def named_nodes(spec: Obj) -> frozenset[str] | None:
    """The only nodes that required affinity names (its PreFilterResult), or None: any node."""
    terms = get_in(
        spec,
        *("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"),
        "nodeSelectorTerms",
        default=[],
    )
    names: set[str] = set()
    for term in terms:
        fields = [
            field["values"]
            for field in term.get("matchFields") or ()
            if field["key"] == "metadata.name" and field["operator"] == "In"
        ]
        if not fields:
            return None
        names |= set(fields[0]).intersection(*fields)
    return frozenset(names) if terms else None
