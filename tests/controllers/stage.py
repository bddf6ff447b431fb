"""One controller alone: objects stand as a test puts them, and it looks once."""

from __future__ import annotations

from typing import Any

import yaml

from k8slab.engine import Cluster
from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Key, key_of, owner_reference
from k8slab.engine.base.times import rfc3339

Obj = dict[str, Any]


class Stage:
    """A cluster in which nothing runs by itself.

    ``put`` stores an object as its creation gives it, then with ``metadata`` and ``status`` as
    said; ``look`` is one reconcile of the controller.
    """

    def __init__(self, controller: Any, nodes: int = 0) -> None:
        self.cluster = Cluster(nodes=nodes, settings={"kubelet": "fake", "frozen": True})
        self.world = self.cluster.world
        self.controller = controller
        self.again_ms: int | None = None

    def put(
        self,
        body: Obj | str,
        *,
        owner: Obj | None = None,
        age_s: float = 0,
        status: Obj | None = None,
        **metadata: Any,
    ) -> Obj:
        """The stored object, so many seconds old, controlled by ``owner``."""
        body = yaml.safe_load(body) if isinstance(body, str) else body
        said = {"namespace": "default", **body["metadata"]}
        if owner is not None:
            said["ownerReferences"] = [owner_reference(owner)]
        obj = self.world.api.create({**body, "metadata": said})
        born = rfc3339(int(self.world.unix_ms - age_s * 1000))
        kept = {**obj["metadata"], "creationTimestamp": born, **metadata}
        whole = {**obj, "metadata": kept}
        if status is not None:
            whole["status"] = status
        return self.world.store.write(whole, self.world.now_ms)

    def look(self, obj: Obj) -> Obj:
        """The object after the controller's look; a refusal that it meets is raised."""
        self.again_ms = self.controller.reconcile(self.world, key_of(obj))
        return self.now(obj)

    def refused(self, obj: Obj) -> Obj:
        """The object after a look that a refusal ends."""
        try:
            self.look(obj)
        except ApiError:
            return self.now(obj)
        raise AssertionError("nothing was refused")

    def now(self, obj: Obj) -> Obj:
        """The object as it stands."""
        key = key_of(obj)
        found = self.world.store.get(Key(key.kind, key.namespace, key.name))
        assert found is not None, f"{key} is gone"
        return found

    def advance(self, seconds: float) -> None:
        """Let time pass, and nothing else."""
        self.world.clock.now_ms += int(seconds * 1000)

    def told(self) -> list[tuple[str, str, str]]:
        """Type, reason and message of the Events so far, oldest first."""
        events = self.cluster.list("Event", "default")
        events = sorted(events, key=lambda it: int(it["metadata"]["resourceVersion"]))
        return [(it["type"], it["reason"], it["message"]) for it in events]

    def ago(self, seconds: float) -> str:
        """A timestamp of so many seconds ago."""
        return rfc3339(int(self.world.unix_ms - seconds * 1000))


def pod(name: str, labels: dict[str, str], status: Obj | None = None, **spec: Any) -> Obj:
    """A Pod's body of one container, and what its status is to be."""
    metadata = {"name": name, "labels": labels}
    body: Obj = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata}
    body["spec"] = {"containers": [{"name": "c", "image": "app:v1"}], **spec}
    return body if status is None else {**body, "status": status}


def quota(**hard: str) -> Obj:
    """A ResourceQuota's body."""
    head = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "quota"}}
    return {**head, "spec": {"hard": hard}}
