"""Volumes: those that a pod claims can be had on the node, and are free (1.36)."""

from __future__ import annotations

from typing import NamedTuple

from ...base.nodeselector import matches_term
from ...base.objects import Key, Obj, annotations_of, get_in, key_of
from ...base.pods import node_of, pod_is_terminal
from ...base.storage import NO_PROVISIONER, SELECTED_NODE, claims_of
from ..hints import CLAIM, NODE_ADDED, OF_NODES, POD_GONE
from ..nodeinfo import NodeInfo
from ..plugin import Cycle, Filter, Refusal

_AWAY = Refusal(("node(s) didn't match PersistentVolume's node affinity",))
_ONE_POD = (
    "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already "
    "in-use by another pod"
)
_IN_USE = Refusal((_ONE_POD,), resolvable=True)
_NONE = Refusal(("node(s) didn't find available persistent volumes to bind",))


class Wanted(NamedTuple):
    """Node selector terms of bound volumes, nodes already selected, whether none can be made."""

    terms: list[list[Obj]]
    selected: set[str]
    hopeless: bool


class VolumeBinding(Filter):
    """Bound volumes admit the node; what is unbound can be made there."""

    name = "VolumeBinding"
    local = False
    helped_by = OF_NODES | {CLAIM}

    def prepare(self, cycle: Cycle) -> Wanted | None:
        wanted = Wanted([], set(), hopeless=False)
        for key in claims_of(cycle.pod):
            claim = cycle.store.get(key)
            if claim is None:
                continue
            wanted = _with(cycle, wanted, claim)
        return wanted if any(wanted) else None

    def check(self, state: Wanted, info: NodeInfo) -> Refusal | None:
        for terms in state.terms:
            if not any(matches_term(term, info.node) for term in terms):
                return _AWAY
        if state.hopeless or state.selected - {info.name}:
            return _NONE
        return None


def _with(cycle: Cycle, wanted: Wanted, claim: Obj) -> Wanted:
    if get_in(claim, "status", "phase") != "Bound":
        node = annotations_of(claim).get(SELECTED_NODE)
        name = claim["spec"].get("storageClassName") or ""
        storage = cycle.store.get(Key("StorageClass", "", name)) or {}
        hopeless = wanted.hopeless or storage.get("provisioner") == NO_PROVISIONER
        return Wanted(wanted.terms, wanted.selected | ({node} if node else set()), hopeless)
    volume = cycle.store.get(Key("PersistentVolume", "", claim["spec"]["volumeName"])) or {}
    terms = get_in(volume, "spec", "nodeAffinity", "required", "nodeSelectorTerms")
    return wanted._replace(terms=[*wanted.terms, terms]) if terms else wanted


class VolumeRestrictions(Filter):
    """A claim for one pod alone (ReadWriteOncePod) is not used by another one (1.36)."""

    name = "VolumeRestrictions"
    local = False
    helped_by = frozenset({NODE_ADDED, POD_GONE, CLAIM})

    def prepare(self, cycle: Cycle) -> frozenset[Key] | None:
        mine = frozenset(
            key
            for key in claims_of(cycle.pod)
            if "ReadWriteOncePod"
            in ((cycle.store.get(key) or {}).get("spec") or {}).get("accessModes", ())
        )
        return mine if any(_is_used(cycle, key) for key in mine) else None

    def check(self, state: frozenset[Key], info: NodeInfo) -> Refusal | None:
        return _IN_USE


def _is_used(cycle: Cycle, claim: Key) -> bool:
    return any(
        node_of(pod)
        and not pod_is_terminal(pod)
        and claim in claims_of(pod)
        and key_of(pod) != key_of(cycle.pod)
        for pod in cycle.store.by("Pod", "namespace", claim.namespace)
    )
