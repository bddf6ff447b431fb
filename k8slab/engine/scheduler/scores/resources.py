"""Scores by what is left: NodeResourcesFit (LeastAllocated), BalancedAllocation, ImageLocality."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..nodeinfo import NodeInfo
from ..plugin import SCORE_MAX, Cycle, Score
from ..podinfo import Demand, demand_of

_MIB = 1024 * 1024


class NodeResourcesFit(Score):
    """LeastAllocated: the mean of the free shares of CPU and memory, in percent."""

    name = "NodeResourcesFit"
    weight = 1
    local = True

    def prepare(self, cycle: Cycle, nodes: Sequence[NodeInfo]) -> Demand:
        return demand_of(cycle.pod["spec"])

    def score(self, state: Demand, info: NodeInfo) -> int:
        cpu, memory = state.assumed
        free_cpu = _free(info.allocatable.get("cpu", 0), info.assumed_cpu + cpu)
        free_memory = _free(info.allocatable.get("memory", 0), info.assumed_memory + memory)
        return (free_cpu + free_memory) // 2

    def normalize(self, state: Demand, raw: list[int]) -> list[int]:
        return raw


class NodeResourcesBalancedAllocation(Score):
    """How much more even the pod makes the use of CPU and memory: 75, plus half the gain.

    A node's evenness is 100 less the standard deviation of the two shares in use, in whole
    percent; a pod without requests changes nothing and sits out (traces of 1.36.2).
    """

    name = "NodeResourcesBalancedAllocation"
    weight = 1
    local = True

    def prepare(self, cycle: Cycle, nodes: Sequence[NodeInfo]) -> Demand | None:
        demand = demand_of(cycle.pod["spec"])
        asks = demand.requests.get("cpu") or demand.requests.get("memory")
        return demand if asks else None

    def score(self, state: Demand, info: NodeInfo) -> int:
        requests = state.requests
        after = _evenness(info, requests.get("cpu", 0), requests.get("memory", 0))
        return (150 + after - _evenness(info, 0, 0)) // 2

    def normalize(self, state: Demand, raw: list[int]) -> list[int]:
        return raw


class ImageLocality(Score):
    """A node that already has the pod's images, by size and by how many nodes have them."""

    name = "ImageLocality"
    weight = 1
    local = False

    def prepare(self, cycle: Cycle, nodes: Sequence[NodeInfo]) -> _Images | None:
        spec = cycle.pod["spec"]
        containers = [*(spec.get("initContainers") or ()), *spec["containers"]]
        wanted = [_named(container["image"]) for container in containers]
        having = cycle.known.images
        if not any(having[name] for name in wanted):
            return None
        return _Images(wanted, {name: having[name] / len(cycle.nodes) for name in wanted})

    def score(self, state: _Images, info: NodeInfo) -> int:
        low, high = 23 * _MIB, 1000 * _MIB * len(state.wanted)
        total = sum(int(info.images.get(name, 0) * state.spread[name]) for name in state.wanted)
        return SCORE_MAX * (min(max(total, low), high) - low) // (high - low)

    def normalize(self, state: _Images, raw: list[int]) -> list[int]:
        return raw


class _Images(NamedTuple):
    wanted: list[str]
    spread: dict[str, float]  # the share of all nodes that have the image


def _free(limit: int, used: int) -> int:
    return 0 if limit == 0 or used > limit else (limit - used) * SCORE_MAX // limit


def _evenness(info: NodeInfo, cpu: int, memory: int) -> int:
    cpus, memories = info.allocatable.get("cpu", 0), info.allocatable.get("memory", 0)
    if not cpus or not memories:
        return SCORE_MAX
    cpu_share = min((info.requested.get("cpu", 0) + cpu) / cpus, 1.0)
    memory_share = min((info.requested.get("memory", 0) + memory) / memories, 1.0)
    return int((1 - abs(cpu_share - memory_share) / 2) * SCORE_MAX)


def _named(image: str) -> str:
    return image if ":" in image.rsplit("/", 1)[-1] else f"{image}:latest"
