"""A frozen cluster with Services and pods, made in one line each."""

import pytest

from k8slab.engine import Cluster
from k8slab.engine.base.objects import Key
from k8slab.engine.network import send


class Net:
    """A cluster, what runs in it, and requests through it."""

    def __init__(self, nodes=3, seed=7, **settings):
        self.cluster = Cluster(nodes=nodes, seed=seed, settings={"frozen": True, **settings})

    @property
    def world(self):
        return self.cluster.world

    def create(self, kind, name, namespace="default", api_version="v1", **fields):
        metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
        metadata |= fields.pop("metadata", {})
        head = {"apiVersion": api_version, "kind": kind, "metadata": metadata}
        return self.world.api.create({**head, **fields})

    def service(self, name="web", namespace="default", port=80, target=8080, **spec):
        usual = {"selector": {"app": name}, "ports": [{"port": port, "targetPort": target}]}
        spec = {key: value for key, value in {**usual, **spec}.items() if value is not None}
        return self.create("Service", name, namespace, spec=spec)

    def workload(self, name="web", namespace="default", replicas=3, kind="Deployment", **spec):
        image = spec.pop("image", "shop/api:1.0")
        pod = {"containers": [{"name": "app", "image": image}], **spec.pop("pod", {})}
        labels = {"app": name}
        template = {"metadata": {"labels": labels}, "spec": pod}
        spec = {"selector": {"matchLabels": labels}, "template": template, **spec}
        if kind != "DaemonSet":
            spec["replicas"] = replicas
        return self.create(kind, name, namespace, "apps/v1", spec=spec)

    def settle(self, seconds=60):
        self.cluster.advance(seconds)
        return self

    def pods(self, name="web", namespace="default"):
        return self.cluster.list("Pod", namespace, f"app={name}")

    def addresses(self, name="web", namespace="default"):
        return sorted(pod["status"]["podIP"] for pod in self.pods(name, namespace))

    def pod_key(self, name="web", namespace="default", index=0):
        return Key("Pod", namespace, self.pods(name, namespace)[index]["metadata"]["name"])

    def get(self, kind, name, namespace="default"):
        return self.cluster.get(kind, namespace, name)

    def send(self, url, source="node-1", number=0):
        return send(self.world, url, source=source, number=number)


@pytest.fixture
def net():
    return Net()


@pytest.fixture(scope="module")
def web():
    """Three pods ``web`` behind a Service of that name, settled; nobody may change it."""
    found = Net()
    found.service()
    found.workload()
    return found.settle()
