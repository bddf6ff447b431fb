"""Score plugins, in the order of the default profile. To add one: its file, and its line here."""

from __future__ import annotations

from ..plugin import Score
from .pod_affinity import InterPodAffinity
from .preferences import NodeAffinity, TaintToleration
from .resources import ImageLocality, NodeResourcesBalancedAllocation, NodeResourcesFit
from .spread import PodTopologySpread

SCORES: tuple[Score, ...] = (
    TaintToleration(),
    NodeAffinity(),
    NodeResourcesFit(),
    PodTopologySpread(),
    InterPodAffinity(),
    NodeResourcesBalancedAllocation(),
    ImageLocality(),
)
