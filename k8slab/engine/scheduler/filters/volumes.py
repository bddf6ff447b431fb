"""VolumeBinding: the volumes that a pod claims can be had on the node (1.36)."""

from __future__ import annotations

from typing import NamedTuple

from ...base.nodeselector import matches_term
from ...base.objects import Key, Obj, annotations_of, get_in
from ...base.storage import NO_PROVISIONER, SELECTED_NODE, claims_of
from ..nodeinfo import NodeInfo
from ..plugin import Cycle, Refusal

_AWAY = Refusal(("node(s) didn't match PersistentVolume's node affinity",))
_NONE = Refusal(("node(s) didn't find available persistent volumes to bind",))


class Wanted(NamedTuple):
    """Node selector terms of bound volumes, nodes already selected, whether none can be made."""

    terms: list[list[Obj]]
    selected: set[str]
    hopeless: bool


class VolumeBinding:
    """Bound volumes admit the node; what is unbound can be made there."""

    name = "VolumeBinding"
    local = False

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
