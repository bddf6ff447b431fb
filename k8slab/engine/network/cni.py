"""How a pod gets its network, in the order in which it happens on its node.

The kubelet asks the container runtime for a sandbox; the runtime (not the kubelet) calls the CNI
plugin while it makes it; containers start in it afterwards.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..base.objects import Obj, get_in
from ..control import World
from ..nodes.runs import memory


class Step(NamedTuple):
    """Who did what, and when."""

    at_ms: int
    who: str
    did: str


def sandbox(world: World, pod: Obj) -> list[Step]:
    """The steps so far, out of what the kubelet remembers of the pod; none before it is bound."""
    known = memory(world, pod)
    if not known:
        return []
    steps = [Step(known["admitted_ms"], "kubelet", "RunPodSandbox of the container runtime")]
    if not known.get("ip"):
        return steps
    at_ms = known["worker_ms"]
    steps.append(Step(at_ms, "container runtime", "makes the pod's network namespace"))
    steps.append(_network(at_ms, pod, known))
    started = [
        Step(record["started_ms"], "container runtime", f"starts container {name}")
        for name, record in known["containers"].items()
        if record.get("started_ms") is not None
    ]
    return steps + sorted(started, key=lambda step: step.at_ms)


def _network(at_ms: int, pod: Obj, known: dict[str, Any]) -> Step:
    if get_in(pod, "spec", "hostNetwork"):
        return Step(at_ms, "container runtime", f"leaves it in the node's network, {known['ip']}")
    gateway = known["ip"].rsplit(".", 1)[0] + ".1"
    did = f"CNI ADD: interface eth0 with {known['ip']}/24, default route via {gateway}"
    return Step(at_ms, "CNI plugin, called by the container runtime", did)
