"""Rules: what kube-proxy has written on a node."""

from __future__ import annotations

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Obj
from k8slab.engine.network import iptables

from .choice import choose


def rules(cluster: Cluster, of: str) -> Obj:
    """{"choices": nodes, "of", "text": what ``iptables-save`` prints there}."""
    choices = [node["metadata"]["name"] for node in cluster.list("Node")]
    of = choose(of, choices)
    return {"choices": choices, "of": of, "text": iptables.save(cluster.world, of) if of else ""}
