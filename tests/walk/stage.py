"""A walk with hands that reach past the API, to break invariants on purpose."""

from __future__ import annotations

from k8slab.engine.base.objects import Key, key_of, owner_reference, set_in
from k8slab.engine.base.reason import Reason

from .walker import Walk

TEMPLATE = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {"containers": [{"name": "app", "image": "nginx:1.27"}]},
}
SELECTOR = {"matchLabels": {"app": "web"}}


class Idle:
    """An actor that does nothing."""

    name, lag_ms, watches = "idle", 1, {}

    def reconcile(self, world, key):
        return None


class Restless(Idle):
    """An actor that is never done."""

    def reconcile(self, world, key):
        return 1


class Stage:
    """A walk, with hands that reach past the API."""

    def __init__(self, monkeypatch):
        self.walk = Walk(seed=1)
        self.replace = monkeypatch.setattr

    @property
    def world(self):
        return self.walk.cluster.world

    def create(self, kind, name="web", version="apps/v1", **spec):
        metadata = {"name": name, "namespace": "default"}
        body = {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}
        return self.world.api.create(body)

    def workload(self, kind, **spec):
        return self.create(kind, selector=SELECTOR, template=TEMPLATE, **spec)

    def pod(self, name="bare", owner=None, node="", **metadata):
        stated = {
            "name": name,
            "namespace": "default",
            "labels": {"app": "web"},
            "ownerReferences": [owner_reference(owner)] if owner else [],
            **metadata,
        }
        spec = {**TEMPLATE["spec"], **({"nodeName": node} if node else {})}
        return self.world.api.create(
            {"apiVersion": "v1", "kind": "Pod", "metadata": stated, "spec": spec}
        )

    def claim(self, name="disk"):
        return self.create(
            "PersistentVolumeClaim", name, "v1", accessModes=["ReadWriteOnce"],
            resources={"requests": {"storage": "1Gi"}}, storageClassName="fast-ssd",
        )  # fmt: skip

    def pod_with_a_disk(self, name, node):
        disk = {"name": "disk", "persistentVolumeClaim": {"claimName": "disk"}}
        spec = {**TEMPLATE["spec"], "volumes": [disk], "nodeName": node}
        metadata = {"name": name, "namespace": "default"}
        self.world.api.create(
            {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
        )

    def silence(self, actor):
        self.walk.cluster.loop.actors[actor] = Idle()

    def settle(self, seconds=20):
        self.walk.cluster.advance(seconds)
        self.walk.look()

    def pods(self):
        return self.walk.cluster.list("Pod")

    def acting(self, actor):
        return self.world.acting(Reason(0, self.world.now_ms, actor, Key("Test", "", "")))

    def write(self, obj, *path, value):
        """Store ``obj`` with another value, unasked."""
        return self.world.store.write(
            set_in(obj, path, value), self.world.now_ms, cause=self.world.api.cause
        )

    def remove(self, obj):
        self.world.store.delete(key_of(obj), self.world.now_ms, cause=self.world.api.cause)

    def mark(self, pod):
        self.write(pod, "metadata", "deletionTimestamp", value=self.world.timestamp())
