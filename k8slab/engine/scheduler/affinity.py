"""Pod affinity terms: which pods a term speaks of (scheduler framework types, 1.36)."""

from __future__ import annotations

from typing import NamedTuple

from ..base.objects import Key, Obj, get_in, labels_of
from ..base.selectors import Matcher, matcher
from ..store import Store

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


class Term(NamedTuple):
    """A pod (anti-)affinity term of ``pod``, read: which pods, in which domain, how much."""

    topology_key: str
    namespaces: frozenset[str] | None  # None: all of them
    namespace_matches: Matcher
    matches: Matcher
    weight: int

    def speaks_of(self, pod: Obj, store: Store) -> bool:
        """Whether ``pod`` is one of those that the term is about."""
        namespace = pod["metadata"]["namespace"]
        if self.namespaces is not None and namespace not in self.namespaces:
            labels = labels_of(store.get(Key("Namespace", "", namespace)) or {"metadata": {}})
            if not self.namespace_matches(labels):
                return False
        return self.matches(labels_of(pod))


def required_terms(pod: Obj, kind: str) -> list[Term]:
    """The terms that must hold; ``kind`` is podAffinity or podAntiAffinity."""
    entries = get_in(pod, "spec", "affinity", kind, REQUIRED, default=[])
    return [_term(pod, entry, 0) for entry in entries]


def preferred_terms(pod: Obj, kind: str) -> list[Term]:
    """The terms that should hold, with their weights."""
    entries = get_in(pod, "spec", "affinity", kind, PREFERRED, default=[])
    return [_term(pod, entry["podAffinityTerm"], entry["weight"]) for entry in entries]


def has_terms(pod: Obj) -> bool:
    """Whether the pod says anything at all about other pods."""
    affinity = pod["spec"].get("affinity") or {}
    return "podAffinity" in affinity or "podAntiAffinity" in affinity


def _term(pod: Obj, entry: Obj, weight: int) -> Term:
    selector = entry.get("namespaceSelector")
    named = entry.get("namespaces") or []
    if not named and selector is None:
        named = [pod["metadata"]["namespace"]]
    everywhere = selector is not None and not selector and not named
    return Term(
        entry["topologyKey"],
        None if everywhere else frozenset(named),
        matcher(selector),
        matcher(entry.get("labelSelector")),
        weight,
    )
