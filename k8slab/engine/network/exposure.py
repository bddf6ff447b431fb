"""Who can reach what: from where a Service answers, and which pods reach which.

Both send real requests; nothing is concluded from types or policies.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..base.objects import Key, Obj, get_in
from ..control import World
from .routes import OUTSIDE
from .send import send


def exposure(world: World, service: Key, pod: Key, node: str) -> dict[str, bool]:
    """Whether a Service answers: {"pod": to ``pod``, "node": to ``node``, "internet"}.

    The internet tries all that can be open to it: the load balancer, and the port of the node. The
    others try the Service's name, and its cluster IP, as a node has no cluster DNS.
    """
    found = world.store.get(service) or {}
    port = get_in(found, "spec", "ports", default=[{"port": 80}])[0]
    name = f"http://{service.name}.{service.namespace}:{port['port']}/"
    inside = found["spec"].get("clusterIP") if found else ""
    by_address = f"http://{inside}:{port['port']}/" if inside and inside != "None" else name
    return {
        "pod": send(world, name, source=pod).ok,
        "node": send(world, by_address, source=node).ok,
        "internet": any(send(world, url, source=OUTSIDE).ok for url in _outer(world, found, port)),
    }


def _outer(world: World, service: Obj, port: Obj) -> list[str]:
    """What a Service can be asked at from outside of the cluster."""
    ingress = get_in(service, "status", "loadBalancer", "ingress", default=[])
    urls = [f"http://{each['ip']}:{port['port']}/" for each in ingress if "ip" in each]
    if port.get("nodePort"):
        for node in world.store.list("Node"):
            address = get_in(node, "status", "addresses", default=[{"address": ""}])[0]["address"]
            urls.append(f"http://{address}:{port['nodePort']}/")
    return urls


def matrix(world: World, pods: Sequence[Key], port: int) -> dict[tuple[Key, Key], bool]:
    """(from, to) -> whether the one reaches ``port`` of the other at its address."""
    addresses = {
        pod: get_in(world.store.get(pod) or {}, "status", "podIP", default="") for pod in pods
    }
    return {
        (source, target): send(world, f"http://{addresses[target]}:{port}/", source=source).ok
        for source in pods
        for target in pods
    }
