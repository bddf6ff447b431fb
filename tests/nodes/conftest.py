"""A cluster of one node on which pods are bound by hand: only the kubelet is tested."""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.base.objects import key_of

CONTAINER = {"name": "c", "image": "nginx:1.27", "imagePullPolicy": "IfNotPresent"}

STATUSES = {"/ok": 200, "/moved": 302, "/no": 404, "/bad": 500}
IMAGES = {
    "demo/boot40:1": {"boot": [["boot", 40]], "paths": {"/ready": {"when": "warm"}}},
    "demo/paths:1": {"paths": {path: {"status": status} for path, status in STATUSES.items()}},
    "demo/slow:1": {"latency_ms": 1200},
}


class Node:
    """One node of a cluster, and what happens to the pods on it."""

    def __init__(self, cluster):
        self.cluster = cluster

    def run(self, image="nginx:1.27", name="web", spec=None, node="node-1", **container):
        """Create a pod of one container and bind it."""
        containers = [{**CONTAINER, "image": image, **container}]
        pod = self.cluster.world.api.create(
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {"name": name, "namespace": "default"},
                "spec": {
                    "restartPolicy": "Always",
                    "terminationGracePeriodSeconds": 30,
                    "containers": containers,
                    **(spec or {}),
                },
            }
        )
        return self.cluster.world.api.bind(pod, node)

    def config_map(self, name):
        metadata = {"name": name, "namespace": "default"}
        self.cluster.world.api.create(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"A": "1"}}
        )

    def pod(self, name="web"):
        return self.cluster.get("Pod", "default", name)

    def container(self, name="web"):
        return self.pod(name)["status"]["containerStatuses"][0]

    def delete(self, name="web", grace_s=30):
        self.cluster.world.api.delete(key_of(self.pod(name)), grace_s=grace_s)

    def events(self, reason=None):
        return [
            (event["reason"], event["message"], event["count"])
            for event in self.cluster.list("Event")
            if event["source"]["component"] == "kubelet" and reason in (None, event["reason"])
        ]

    def changes(self, name="web"):
        """(ms, phase, state, ready, restarts) of each status in turn."""
        rows = []
        for change in self.cluster.changes():
            if change.key.kind != "Pod" or change.key.name != name:
                continue
            [status] = change.object.get("status", {}).get("containerStatuses") or [None]
            if status is None:
                continue
            [(state, detail)] = status["state"].items()
            rows.append(
                (
                    change.at_ms,
                    change.object["status"]["phase"],
                    detail.get("reason", state),
                    status["ready"],
                    status["restartCount"],
                )
            )
        return rows


@pytest.fixture
def cluster():
    return Cluster(nodes=2, settings={"frozen": True}, images=IMAGES)


@pytest.fixture
def node(cluster):
    return Node(cluster)
