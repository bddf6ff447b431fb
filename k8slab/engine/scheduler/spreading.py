"""Topology spread constraints: those of a pod, or the cluster's defaults (scheduler, 1.36)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from ..base.memo import by_identity
from ..base.objects import Key, Obj, controller_of, labels_of
from ..base.selectors import matcher
from ..store import Store
from .nodeinfo import HOSTNAME, Group, NodeInfo

Labels = tuple[tuple[str, str], ...]

ZONE = "topology.kubernetes.io/zone"
DEFAULTS = ((HOSTNAME, 3), (ZONE, 5))  # podtopologyspread systemDefaultConstraints


class Constraint(NamedTuple):
    """One constraint: at most ``max_skew`` more matching pods in a domain than in the emptiest."""

    max_skew: int
    topology_key: str
    selects: Callable[[Group], bool]
    min_domains: int
    respects_affinity: bool
    respects_taints: bool

    def counts(self, info: NodeInfo) -> int:
        """How many pods of a node count: same namespace, matching, not on their way out."""
        count: int | None = info.memo.get(self.selects)
        if count is None:
            count = sum(number for group, number in info.groups.items() if self.selects(group))
            info.memo[self.selects] = count
        return count


def constraints_of(pod: Obj, when: str) -> list[Constraint]:
    """The pod's own constraints of one kind: DoNotSchedule or ScheduleAnyway."""
    return [
        _constraint(pod, entry)
        for entry in pod["spec"].get("topologySpreadConstraints") or ()
        if entry["whenUnsatisfiable"] == when
    ]


def default_constraints(pod: Obj, store: Store) -> list[Constraint]:
    """What spreads the pods of a Service or a ReplicaSet that say nothing themselves."""
    selector = _default_selector(pod, store)
    if selector is None:
        return []
    selects = _selects(pod["metadata"]["namespace"], *selector)
    return [
        Constraint(max_skew, key, selects, 1, respects_affinity=True, respects_taints=False)
        for key, max_skew in DEFAULTS
    ]


@lru_cache(maxsize=256)
def _selects(namespace: str, labels: Labels, selector: str) -> Callable[[Group], bool]:
    """Whether pods of a namespace with these labels match a LabelSelector (in JSON)."""
    matches = matcher(json.loads(selector))
    wanted = set(labels)
    return lru_cache(maxsize=1024)(
        lambda group: (
            group[0] == namespace and wanted.issubset(group[1]) and matches(dict(group[1]))
        )
    )


def _constraint(pod: Obj, entry: Obj) -> Constraint:
    selector = entry.get("labelSelector")
    return Constraint(
        entry["maxSkew"],
        entry["topologyKey"],
        _selects(pod["metadata"]["namespace"], (), json.dumps(selector)),
        entry.get("minDomains") or 1,
        entry.get("nodeAffinityPolicy", "Honor") == "Honor",
        entry.get("nodeTaintsPolicy", "Ignore") == "Honor",
    )


def _default_selector(pod: Obj, store: Store) -> tuple[Labels, str] | None:
    """helper.DefaultSelector: the labels that Services ask for, and the controller's selector."""
    namespace, labels = pod["metadata"]["namespace"], labels_of(pod)
    wanted: dict[str, str] = {}
    for service in store.by("Service", "namespace", namespace):
        selector = service["spec"].get("selector") or {}
        if selector and all(labels.get(name) == value for name, value in selector.items()):
            wanted.update(selector)
    owner = controller_of(pod)
    holder = store.get(Key(owner["kind"], namespace, owner["name"])) if owner else None
    of_owner = (holder or {}).get("spec", {}).get("selector")
    if not wanted and not of_owner:
        return None
    return tuple(sorted(wanted.items())), _as_json(of_owner) if of_owner else "{}"


@by_identity
def _as_json(selector: Obj) -> str:
    return json.dumps(selector, sort_keys=True)
