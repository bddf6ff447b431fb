"""The objects of a fresh cluster."""

from __future__ import annotations

from .control import World


def boot(world: World, nodes: int) -> None:
    """Create the namespaces, the API server's own Service, and ``nodes`` nodes."""
    for name in ("default", "kube-node-lease", "kube-public", "kube-system"):
        world.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    for number in range(1, nodes + 1):
        world.api.create(
            {"apiVersion": "v1", "kind": "Node", "metadata": {"name": f"node-{number}"}}
        )
