"""InterPodAffinity: required pod affinity and anti-affinity, both ways."""

from __future__ import annotations

from typing import NamedTuple

from ...base.objects import Obj, labels_of
from ...store import Store
from ..affinity import Term, has_terms, required_terms
from ..hints import OF_NODES, OF_PODS, is_of_node
from ..nodeinfo import NodeInfo
from ..plugin import Cycle, Filter, Refusal

Domain = tuple[str, str]  # topology key, value


class _State(NamedTuple):
    affinity: list[Term]
    anti: list[Term]
    near: frozenset[Domain]  # domains where a pod matches every affinity term
    far: frozenset[Domain]  # domains where a pod matches an anti-affinity term
    forbidden: frozenset[Domain]  # domains whose pods want this pod away
    first: bool  # nobody matches yet, and the pod matches its own terms


class InterPodAffinity(Filter):
    """A pod goes where those it needs are, and not where those are that it (or they) can't bear."""

    name = "InterPodAffinity"
    local = False
    helped_by = OF_NODES | OF_PODS
    _affinity = Refusal(("node(s) didn't match pod affinity rules",))
    _anti = Refusal(("node(s) didn't match pod anti-affinity rules",), True)
    _existing = Refusal(("node(s) didn't satisfy existing pods anti-affinity rules",), True)

    def concerns(self, pod: Obj, old: Obj | None, new: Obj | None, store: Store) -> bool:
        near, far = required_terms(pod, "podAffinity"), required_terms(pod, "podAntiAffinity")
        if is_of_node(old, new):
            return _is_elsewhere(near, far, old, new)
        came = new is not None and _all_speak_of(near, new, store)
        if old is None:
            return came
        left = _all_speak_of(far, old, store) or has_terms(old)
        if new is None:
            return left
        stays = _all_speak_of(far, new, store)
        return (came and not _all_speak_of(near, old, store)) or (left and not stays)

    def prepare(self, cycle: Cycle) -> _State | None:
        pod = cycle.pod
        forbidden = _forbidden(cycle)
        if not has_terms(pod):
            empty: frozenset[Domain] = frozenset()
            return _State([], [], empty, empty, forbidden, False) if forbidden else None
        affinity = required_terms(pod, "podAffinity")
        anti = required_terms(pod, "podAntiAffinity")
        near = _domains(cycle, affinity, every=True)
        far = _domains(cycle, anti, every=False)
        own = bool(affinity) and all(term.speaks_of(pod, cycle.store) for term in affinity)
        return _State(affinity, anti, near, far, forbidden, own and not near)

    def check(self, state: _State, info: NodeInfo) -> Refusal | None:
        labels = info.labels
        for term in state.affinity:
            if term.topology_key not in labels:
                return self._affinity
            here = (term.topology_key, labels[term.topology_key])
            if here not in state.near and not state.first:
                return self._affinity
        for term in state.anti:
            if (term.topology_key, labels.get(term.topology_key, "")) in state.far:
                return self._anti
        for key, value in state.forbidden:
            if labels.get(key) == value:
                return self._existing
        return None


def _all_speak_of(terms: list[Term], pod: Obj, store: Store) -> bool:
    return bool(terms) and all(term.speaks_of(pod, store) for term in terms)


def _is_elsewhere(near: list[Term], far: list[Term], old: Obj | None, new: Obj | None) -> bool:
    """Whether a node has come into a domain that a pod may seek, or out of one that it shuns."""
    has = labels_of(new) if new is not None else {}
    if old is None:
        return not near or bool(far) or any(term.topology_key in has for term in near)
    had = labels_of(old)
    changed = {key for key in {**had, **has} if had.get(key) != has.get(key)}
    if not changed:
        return True  # other taints (seen in the traces of 1.36.2)
    return any(term.topology_key in changed and term.topology_key in has for term in near) or any(
        term.topology_key in changed and term.topology_key in had for term in far
    )


def _domains(cycle: Cycle, terms: list[Term], *, every: bool) -> frozenset[Domain]:
    """The domains of pods that match ``every`` term (affinity) or any of them (anti-affinity)."""
    found: set[Domain] = set()
    for info in cycle.nodes if terms else ():
        for pod in info.pods.values():
            hits = [term for term in terms if term.speaks_of(pod, cycle.store)]
            if every and len(hits) < len(terms):
                continue
            found.update(_domain(term, info) for term in hits if term.topology_key in info.labels)
    return frozenset(found)


def _forbidden(cycle: Cycle) -> frozenset[Domain]:
    found: set[Domain] = set()
    for info in cycle.known.choosy.values():
        for other in info.choosy.values():
            for term in required_terms(other, "podAntiAffinity"):
                if term.topology_key in info.labels and term.speaks_of(cycle.pod, cycle.store):
                    found.add(_domain(term, info))
    return frozenset(found)


def _domain(term: Term, info: NodeInfo) -> Domain:
    return (term.topology_key, info.labels[term.topology_key])
