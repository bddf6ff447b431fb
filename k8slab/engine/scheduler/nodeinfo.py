"""The nodes as the scheduler sees them: what is there, and what the pods bound to them take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ..base.memo import by_identity
from ..base.objects import Key, Obj, Objs, is_deleting, key_of, labels_of
from ..base.pods import node_of, pod_is_terminal
from ..store import Change, Gone, Store
from .affinity import has_terms
from .podinfo import Resources, amount, demand_of

Group = tuple[str, tuple[tuple[str, str], ...]]  # namespace and sorted labels
Tally = tuple[Callable[[Group], bool], str]  # which groups count, by which topology key
TALLIES_MAX = 64
HOSTNAME = "kubernetes.io/hostname"
FAR_BEHIND = 10_000
"""Changes of the store, which remembers several times as many."""


@dataclass(slots=True, eq=False)
class NodeInfo:
    """A node and the sums over its pods that have not finished.

    ``groups`` counts the pods that stay (are not being deleted) by namespace and labels;
    ``memo`` is what was counted, forgotten when anything here changes; ``position`` is the node's
    among all.
    """

    name: str
    node: Obj
    labels: dict[str, str]
    taints: Objs
    images: dict[str, int]
    allocatable: Resources
    requested: Resources = field(default_factory=dict)
    assumed_cpu: int = 0
    assumed_memory: int = 0
    ports: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    pods: dict[Key, Obj] = field(default_factory=dict)
    choosy: dict[Key, Obj] = field(default_factory=dict)  # of these, those with pod (anti-)affinity
    groups: dict[Group, int] = field(default_factory=dict)
    memo: dict[Any, Any] = field(default_factory=dict)
    position: int = 0

    def describe(self, node: Obj) -> None:
        """Take over what the Node says of itself."""
        amounts = (node.get("status") or {}).get("allocatable") or {}
        self.node = node
        self.labels = labels_of(node)
        self.taints = (node.get("spec") or {}).get("taints") or []
        self.images = _image_sizes((node.get("status") or {}).get("images") or [])
        self.allocatable = {name: amount(name, text) for name, text in amounts.items()}

    def add(self, key: Key, pod: Obj) -> None:
        """Count a pod in."""
        self.pods[key] = pod
        if has_terms(pod):
            self.choosy[key] = pod
        self._count(pod, 1)

    def remove(self, key: Key, pod: Obj) -> None:
        """Count a pod out."""
        del self.pods[key]
        self.choosy.pop(key, None)
        self._count(pod, -1)

    def _count(self, pod: Obj, sign: int) -> None:
        demand = demand_of(pod["spec"])
        for resource, count in demand.requests.items():
            self.requested[resource] = self.requested.get(resource, 0) + sign * count
        self.assumed_cpu += sign * demand.assumed[0]
        self.assumed_memory += sign * demand.assumed[1]
        for port in demand.ports:
            self.ports[port] += sign
        if not is_deleting(pod):
            group = group_of(pod)
            self.groups[group] = self.groups.get(group, 0) + sign

    def with_pods(self, pods: Iterable[Obj]) -> NodeInfo:
        """The same node with these pods instead of its own (what if?)."""
        twin = NodeInfo(self.name, self.node, {}, [], {}, {}, position=self.position)
        twin.describe(self.node)
        for pod in pods:
            twin.add(key_of(pod), pod)
        return twin


def group_of(pod: Obj) -> Group:
    """What spreading tells pods apart by."""
    return (pod["metadata"]["namespace"], _sorted_labels(labels_of(pod)))


class Nodes:
    """Every node's NodeInfo, brought up to date from the store's changes.

    Derived from the store alone: a fresh one gives the same answers. ``choosy`` are the nodes
    that have pods with (anti-)affinity, ``images`` counts the nodes that have each image.
    """

    def __init__(self) -> None:
        self.choosy: dict[str, NodeInfo] = {}
        self.images: Counter[str] = Counter()
        self.opinions: dict[bytes, Any] = {}  # for pods of one spec, beside the nodes (opinion.py)
        self._infos: dict[str, NodeInfo] = {}
        self._ordered: list[NodeInfo] = []
        self._tallies: dict[Tally, dict[str, int]] = {}
        self._columns: dict[Any, list[int | None]] = {}  # of tallies by host name, beside the nodes
        self._waiting: dict[str, dict[Key, Obj]] = {}  # pods bound to nodes that don't exist
        self._version = -1

    @classmethod
    def of(cls, infos: Iterable[NodeInfo]) -> Nodes:
        """These nodes, as if they were all (what if?)."""
        nodes = cls()
        nodes._ordered = list(infos)
        nodes._infos = {info.name: info for info in nodes._ordered}
        nodes.choosy = {info.name: info for info in nodes._ordered if info.choosy}
        return nodes

    def get(self, name: str) -> NodeInfo | None:
        """The node of that name."""
        return self._infos.get(name)

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
        if not self._ordered:
            self._ordered = [self._infos[name] for name in sorted(self._infos)]
            self.opinions.clear()
            for position, info in enumerate(self._ordered):
                info.position = position
        return self._ordered

    def keep_up(self, store: Store) -> None:
        """Take in what has changed before the store forgets it."""
        if store.version - self._version > FAR_BEHIND:
            self.update(store)

    def tally(self, selects: Callable[[Group], bool], topology_key: str) -> dict[str, int]:
        """How many pods that stay, of the groups that ``selects`` takes, each domain has.

        Remembered, and kept up to date as pods come and go.
        """
        counts = self._tallies.get((selects, topology_key))
        if counts is None:
            if len(self._tallies) >= TALLIES_MAX:
                self._tallies.clear()
                self._columns.clear()
            counts = self._tallies[(selects, topology_key)] = {}
            for info in self._infos.values():
                domain = info.labels.get(topology_key)
                if domain is not None:
                    number = sum(n for group, n in info.groups.items() if selects(group))
                    counts[domain] = counts.get(domain, 0) + number
        return counts

    def column(self, selects: Callable[[Group], bool]) -> list[int | None]:
        """The tally by host name, beside the nodes."""
        column = self._columns.get(selects)
        if column is None:
            counts = self.tally(selects, HOSTNAME)
            column = [counts.get(info.labels.get(HOSTNAME, "")) for info in self._ordered]
            self._columns[selects] = column
        return column

    def _rebuild(self, store: Store) -> None:
        self._infos, self._waiting, self.choosy, self.images = {}, {}, {}, Counter()
        self._ordered, self._tallies, self._columns = [], {}, {}
        for node in store.list("Node"):
            self._set_node(node)
        for pod in store.list("Pod"):
            self._add(Key("Pod", pod["metadata"]["namespace"], pod["metadata"]["name"]), pod)

    def _apply(self, change: Change) -> None:
        if change.key.kind == "Node":
            if change.type == "DELETED":
                gone = self._infos.pop(change.key.name)
                self._waiting[change.key.name] = gone.pods
                self.images.subtract(gone.images.keys())
                self.choosy.pop(change.key.name, None)
                self._ordered, self._tallies, self._columns = [], {}, {}
            else:
                self._set_node(change.object)
        elif change.key.kind == "Pod":
            old, new = change.previous, change.object
            if (
                old is not None
                and change.type == "MODIFIED"
                and self._replace(change.key, old, new)
            ):
                return
            if old is not None:
                self._remove(change.key, old)
            if change.type != "DELETED":
                self._add(change.key, new)

    def _set_node(self, node: Obj) -> None:
        name = node["metadata"]["name"]
        info = self._infos.get(name)
        if info is not None:
            if labels_of(node) != info.labels:
                self._tallies, self._columns = {}, {}
            self._describe(info, node)
            return
        self._ordered, self._tallies, self._columns = [], {}, {}
        info = self._infos[name] = NodeInfo(name, node, {}, [], {}, {})
        self._describe(info, node)
        for key, pod in self._waiting.pop(name, {}).items():
            self._add(key, pod)

    def _describe(self, info: NodeInfo, node: Obj) -> None:
        self.images.subtract(info.images.keys())
        info.describe(node)
        self.images.update(info.images.keys())
        self._forget(info)

    def _forget(self, info: NodeInfo) -> None:
        """What was made of a node that has changed."""
        info.memo.clear()
        if self._ordered:
            for opinions in self.opinions.values():
                opinions.stale.add(info.position)

    def _replace(self, key: Key, old: Obj, new: Obj) -> bool:
        """Put a pod's new state in place of the old where no sum changes; whether that was so."""
        info = self._infos.get(node_of(new))
        if info is None or key not in info.pods or not _counts_alike(old, new):
            return False
        info.pods[key] = new
        if key in info.choosy:
            info.choosy[key] = new
        return True

    def _add(self, key: Key, pod: Obj) -> None:
        node = node_of(pod)
        if not node or pod_is_terminal(pod):
            return
        if node not in self._infos:
            self._waiting.setdefault(node, {})[key] = pod
            return
        info = self._infos[node]
        info.add(key, pod)
        if key in info.choosy:
            self.choosy[node] = info
        self._counted(info, pod, 1)

    def _remove(self, key: Key, pod: Obj) -> None:
        node = node_of(pod)
        self._waiting.get(node, {}).pop(key, None)
        info = self._infos.get(node)
        if info is not None and key in info.pods:
            info.remove(key, pod)
            if not info.choosy:
                self.choosy.pop(node, None)
            self._counted(info, pod, -1)

    def _counted(self, info: NodeInfo, pod: Obj, sign: int) -> None:
        self._forget(info)
        if not is_deleting(pod):
            group = group_of(pod)
            for (selects, topology_key), counts in self._tallies.items():
                domain = info.labels.get(topology_key)
                if domain is not None and selects(group):
                    counts[domain] = counts.get(domain, 0) + sign
                    if topology_key == HOSTNAME and self._ordered and selects in self._columns:
                        self._columns[selects][info.position] = counts[domain]


def _counts_alike(old: Obj, new: Obj) -> bool:
    return (
        old["spec"] is new["spec"]
        and pod_is_terminal(old) == pod_is_terminal(new)
        and is_deleting(old) == is_deleting(new)
        and labels_of(old) == labels_of(new)
    )


@by_identity
def _image_sizes(listed: Objs) -> dict[str, int]:
    return {
        name: image.get("sizeBytes", 0) for image in listed for name in image.get("names") or ()
    }


@by_identity
def _sorted_labels(labels: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(labels.items()))
