"""The kubeconfig that points a client at a lab."""

from __future__ import annotations

from k8slab.kubectl.printers.yaml_text import to_yaml

from .access import PREFIX

NAME = "k8slab"
FILE_NAME = "k8slab.yaml"


def kubeconfig(address: str, key: str) -> str:
    """A kubeconfig (YAML) for a server at ``address`` (scheme, host, port) and a lab's key."""
    return to_yaml(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": NAME, "cluster": {"server": f"{address}{PREFIX}{key}"}}],
            "users": [{"name": NAME, "user": {"token": key}}],
            "contexts": [{"name": NAME, "context": {"cluster": NAME, "user": NAME}}],
            "current-context": NAME,
        }
    )
