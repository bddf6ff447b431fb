"""Every actor of a cluster. To add a controller: its file, and its line here."""

from __future__ import annotations

from .control import Controller
from .control.settings import Settings
from .network import KubeProxy
from .nodes.kubelet import Kubelet
from .nodes.node_status import NodeStatus
from .scheduler.scheduler import Scheduler
from .traffic import Traffic


def actors(settings: Settings) -> tuple[Controller, ...]:
    """Fresh actors for one cluster, in the order in which one write wakes them."""
    kubelets: dict[str, tuple[Controller, ...]] = {"real": (Kubelet(),)}
    network = (NodeStatus(), KubeProxy(), Traffic())
    return (Scheduler(), *kubelets.get(settings.kubelet, ()), *network)
