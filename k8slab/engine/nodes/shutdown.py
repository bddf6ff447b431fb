"""Graceful node shutdown (pkg/kubelet/nodeshutdown, 1.36): pods are ended before the power is."""

from __future__ import annotations

from ..base.objects import key_of
from ..base.pods import pod_is_terminal
from ..control import World
from .ending import Ending, end_pod
from .eviction import CRITICAL, priority_of
from .machine import change_machine

REASON = "Terminated"
MESSAGE = "Pod was terminated in response to imminent node shutdown."


def shut_down(world: World, node: str, grace_s: int, critical_s: int) -> None:
    """Have the kubelet end its pods, and switch the node off after ``grace_s``.

    Critical pods have ``critical_s`` of it (shutdownGracePeriodCriticalPods), others the rest.
    """
    change_machine(world, node, off_ms=world.now_ms + grace_s * 1000)
    for pod in world.store.by("Pod", "node", node):
        if pod_is_terminal(pod):
            continue
        critical = priority_of(pod) >= CRITICAL
        own_s = int(pod["spec"].get("terminationGracePeriodSeconds", 30))
        most_s = critical_s if critical else grace_s - critical_s
        end_pod(world, pod, Ending(REASON, MESSAGE, min(own_s, most_s)))
        world.did(f"ends pod {key_of(pod).name}")
