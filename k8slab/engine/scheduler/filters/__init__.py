"""Filter plugins in the order in which they are asked. To add one: its file, and its line here."""

from __future__ import annotations

from ..plugin import Filter
from .fit import NodePorts, NodeResourcesFit
from .node import NodeAffinity, NodeName, NodeUnschedulable, TaintToleration
from .pod_affinity import InterPodAffinity
from .spread import PodTopologySpread
from .volumes import VolumeBinding, VolumeRestrictions, VolumeZone

FILTERS: tuple[Filter, ...] = (
    NodeUnschedulable(),
    NodeName(),
    TaintToleration(),
    NodeAffinity(),
    NodePorts(),
    NodeResourcesFit(),
    VolumeRestrictions(),
    VolumeBinding(),
    VolumeZone(),
    PodTopologySpread(),
    InterPodAffinity(),
)
