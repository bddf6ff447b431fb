"""What the kubelet writes into a container's cgroup, and the kernel keeps to (cgroup v2).

Requests become weights (CPU) and a place in the queue of the kernel's killer (memory), limits a
quota (CPU) and a maximum (memory): pkg/kubelet/cm and kuberuntime, 1.36.
"""

from __future__ import annotations

from typing import NamedTuple

from ..api.kinds.pod import qos_class
from ..base.memo import by_identity
from ..base.objects import Key, Obj, get_in
from ..base.quantity import milli_value, whole_value
from ..control import World

MIN_SHARES = 2
OOM_GUARANTEED, OOM_BEST_EFFORT = -997, 1000


class Cgroup(NamedTuple):
    """Millicores and bytes; None where a limit is not set, 0 where a request is not."""

    cpu_request_m: int
    cpu_limit_m: int | None
    memory_request: int
    memory_limit: int | None

    @property
    def cpu_shares(self) -> int:
        """cpu.shares from the request (MilliCPUToShares)."""
        return max(MIN_SHARES, self.cpu_request_m * 1024 // 1000)


@by_identity
def cgroup(container: Obj) -> Cgroup:
    """The cgroup of a container, from its resources."""
    requests = get_in(container, "resources", "requests", default={})
    limits = get_in(container, "resources", "limits", default={})
    cpu, memory = limits.get("cpu"), limits.get("memory")
    return Cgroup(
        milli_value(str(requests.get("cpu", 0))),
        milli_value(str(cpu)) if cpu else None,
        whole_value(str(requests.get("memory", 0))),
        whole_value(str(memory)) if memory else None,
    )


def node_memory(world: World, node: str) -> int:
    """The node's memory in bytes."""
    found = world.store.get(Key("Node", "", node)) or {}
    return whole_value(get_in(found, "status", "capacity", "memory", default="0"))


def node_cpu_m(world: World, node: str) -> int:
    """The node's CPU in millicores."""
    found = world.store.get(Key("Node", "", node)) or {}
    return milli_value(get_in(found, "status", "capacity", "cpu", default="0"))


def oom_score_adj(pod: Obj, container: Obj, capacity: int) -> int:
    """The container's place in the kernel's queue, the highest first (qos.GetContainerOOMScoreAdj).

    Burstable containers stand between, the lower the more memory they request.
    """
    match qos_class(pod["spec"]):
        case "Guaranteed":
            return OOM_GUARANTEED
        case "BestEffort":
            return OOM_BEST_EFFORT
    requested = cgroup(container).memory_request
    adjusted = 1000 - 1000 * requested // max(1, capacity)
    return max(1000 + OOM_GUARANTEED, min(adjusted, OOM_BEST_EFFORT - 1))
