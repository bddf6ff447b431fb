"""The nodes as the scheduler sees them: what is there, and what the pods bound to them take."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ..base.objects import Key, Obj
from ..base.pods import node_of, pod_is_terminal
from ..store import Change, Gone, Store
from .affinity import has_terms
from .podinfo import Resources, amount, demand_of


@dataclass(slots=True)
class NodeInfo:
    """A node and the sums over its pods that have not finished."""

    node: Obj
    allocatable: Resources
    requested: Resources = field(default_factory=dict)
    assumed_cpu: int = 0
    assumed_memory: int = 0
    ports: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    pods: dict[Key, Obj] = field(default_factory=dict)
    choosy: dict[Key, Obj] = field(default_factory=dict)  # of these, those with pod (anti-)affinity

    @property
    def name(self) -> str:
        return str(self.node["metadata"]["name"])

    @property
    def labels(self) -> dict[str, str]:
        return self.node["metadata"].get("labels") or {}

    @property
    def taints(self) -> list[Obj]:
        return self.node.get("spec", {}).get("taints") or []


class Nodes:
    """Every node's NodeInfo, brought up to date from the store's changes.

    Derived from the store alone: a fresh one gives the same answers.
    """

    def __init__(self) -> None:
        self._infos: dict[str, NodeInfo] = {}
        self._waiting: dict[str, dict[Key, Obj]] = {}  # pods bound to nodes that don't exist
        self._version = -1

    def update(self, store: Store) -> list[NodeInfo]:
        """The nodes as of now, ordered by name."""
        if self._version < 0:
            self._rebuild(store)
        elif self._version != store.version:
            try:
                for change in store.changes_since(self._version):
                    self._apply(change)
            except Gone:
                self._rebuild(store)
        self._version = store.version
        return [self._infos[name] for name in sorted(self._infos)]

    def _rebuild(self, store: Store) -> None:
        self._infos = {}
        self._waiting = {}
        for node in store.list("Node"):
            self._set_node(node)
        for pod in store.list("Pod"):
            self._add(Key("Pod", pod["metadata"]["namespace"], pod["metadata"]["name"]), pod)

    def _apply(self, change: Change) -> None:
        if change.key.kind == "Node":
            if change.type == "DELETED":
                gone = self._infos.pop(change.key.name)
                self._waiting[change.key.name] = gone.pods
            else:
                self._set_node(change.object)
        elif change.key.kind == "Pod":
            old, new = change.previous, change.object
            if old is not None and old["spec"] is new["spec"] and change.type == "MODIFIED":
                same = pod_is_terminal(old) == pod_is_terminal(new)
                if same and self._replace(change.key, new):
                    return
            if old is not None:
                self._remove(change.key, old)
            if change.type != "DELETED":
                self._add(change.key, new)

    def _set_node(self, node: Obj) -> None:
        name = node["metadata"]["name"]
        amounts = (node.get("status") or {}).get("allocatable") or {}
        allocatable = {resource: amount(resource, text) for resource, text in amounts.items()}
        info = self._infos.get(name)
        if info is not None:
            info.node, info.allocatable = node, allocatable
            return
        self._infos[name] = NodeInfo(node, allocatable)
        for key, pod in self._waiting.pop(name, {}).items():
            self._add(key, pod)

    def _replace(self, key: Key, pod: Obj) -> bool:
        info = self._infos.get(node_of(pod))
        if info is None or key not in info.pods:
            return False
        info.pods[key] = pod
        return True

    def _add(self, key: Key, pod: Obj) -> None:
        node = node_of(pod)
        if not node or pod_is_terminal(pod):
            return
        if node not in self._infos:
            self._waiting.setdefault(node, {})[key] = pod
            return
        info = self._infos[node]
        self._count(info, pod, 1)
        info.pods[key] = pod
        if has_terms(pod):
            info.choosy[key] = pod

    def _remove(self, key: Key, pod: Obj) -> None:
        node = node_of(pod)
        self._waiting.get(node, {}).pop(key, None)
        info = self._infos.get(node)
        if info is not None and info.pods.pop(key, None) is not None:
            self._count(info, pod, -1)
            info.choosy.pop(key, None)

    @staticmethod
    def _count(info: NodeInfo, pod: Obj, sign: int) -> None:
        demand = demand_of(pod["spec"])
        for resource, count in demand.requests.items():
            info.requested[resource] = info.requested.get(resource, 0) + sign * count
        info.assumed_cpu += sign * demand.assumed[0]
        info.assumed_memory += sign * demand.assumed[1]
        for port in demand.ports:
            info.ports[port] += sign
