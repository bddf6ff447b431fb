"""PodTopologyLabels: a pod gets the region and zone of its node (1.35)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...base.objects import Key, Obj, get_in, labels_of, set_in
from ..kinds.base import Kind

if TYPE_CHECKING:
    from ..server import Api

TOPOLOGY = ("topology.kubernetes.io/region", "topology.kubernetes.io/zone")


class PodTopologyLabels:
    """For pods that are created on a node; ``bind`` asks ``in_zone`` for the rest."""

    name = "PodTopologyLabels"

    def admit(self, api: Api, kind: Kind, obj: Obj, old: Obj | None, user: str) -> Obj:
        node = get_in(obj, "spec", "nodeName") if kind.kind == "Pod" and old is None else None
        return in_zone(api, obj, node) if node else obj


def in_zone(api: Api, pod: Obj, node: str) -> Obj:
    """The pod with its node's topology labels."""
    stored = api.store.get(Key("Node", "", node))
    labels = labels_of(stored) if stored is not None else {}
    copied = {name: labels[name] for name in TOPOLOGY if name in labels}
    if not copied:
        return pod
    return set_in(pod, ("metadata", "labels"), {**labels_of(pod), **copied})
