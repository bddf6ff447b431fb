"""The kubeconfig that points a client at a lab."""

from __future__ import annotations

from k8slab.kubectl.printers.yaml_text import to_yaml

NAME = "k8slab"


def kubeconfig(address: str, key: str) -> str:
    """A kubeconfig (YAML) for a server at ``address`` (scheme, host, port) and a lab's key."""
    return to_yaml(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": NAME, "cluster": {"server": f"{address}/k/{key}"}}],
            "users": [{"name": NAME, "user": {"token": key}}],
            "contexts": [{"name": NAME, "context": {"cluster": NAME, "user": NAME}}],
            "current-context": NAME,
        }
    )
