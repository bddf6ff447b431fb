"""Clusters with one workload, played by the fake kubelet."""

import yaml

from k8slab.engine import Cluster
from k8slab.shell import Shell

POD = "metadata: {labels: {app: a}, annotations: {fake/start: 1s, fake/term: 1s}}"
SPEC = "spec: {containers: [{name: c, image: 'app:v1'}]}"


def new_cluster(nodes=3):
    return Cluster(nodes=nodes, settings={"kubelet": "fake", "frozen": True})


def create(cluster, text):
    for body in yaml.safe_load_all(text):
        head = {"verb": "create", "kind": body["kind"], "namespace": "default"}
        cluster.request({**head, "body": body})


def kubectl(cluster, line):
    return Shell(cluster).run(f"kubectl {line}")


def pods(cluster, **labels):
    """Living pods by name: node, image, and whether they are being deleted."""
    return {
        pod["metadata"]["name"]: pod
        for pod in cluster.list("Pod", "default")
        if labels.items() <= (pod["metadata"].get("labels") or {}).items()
    }


def told(cluster, reason):
    """The messages of Events with a reason."""
    return [e["message"] for e in cluster.list("Event", "default") if e["reason"] == reason]
