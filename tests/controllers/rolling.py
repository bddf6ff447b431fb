"""A Deployment in the middle of a rollout: ReplicaSets of given sizes, and one look at them."""

from __future__ import annotations

from typing import Any

from k8slab.engine.controllers.deployment import Deployments

from .rollouts import deployment
from .stage import Stage

DESIRED = "deployment.kubernetes.io/desired-replicas"
MAX = "deployment.kubernetes.io/max-replicas"
REVISION = "deployment.kubernetes.io/revision"


def rolling(surge: Any = 0, unavailable: Any = 1) -> dict[str, Any]:
    return {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable},
    }


class Rolling:
    """A Deployment and ReplicaSets v1, v2 ... of given sizes, the oldest first."""

    def __init__(self, replicas: int, image: str, **spec: Any) -> None:
        self.stage = Stage(Deployments())
        self.deployment = self.stage.put(deployment(replicas, image, **spec))
        self.names: list[str] = []

    def add(self, size: int, *, for_: tuple[int, int] | None = None, **status: int) -> str:
        """A ReplicaSet last sized for (replicas, surge); all its pods there unless said."""
        number = len(self.names) + 1
        spec = self.deployment["spec"]
        template = {
            **spec["template"],
            "metadata": {"labels": {"app": "web", "v": f"v{number}"}},
            "spec": {"containers": [{"name": "web", "image": f"app:v{number}"}]},
        }
        if f"app:v{number}" == spec["template"]["spec"]["containers"][0]["image"]:
            template = spec["template"]
        annotations = {REVISION: str(number)}
        if for_ is not None:
            annotations |= {DESIRED: str(for_[0]), MAX: str(sum(for_))}
        counts = {"replicas": size, "readyReplicas": size, "availableReplicas": size, **status}
        body = {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": {
                "name": f"web-v{number}",
                "labels": {"app": "web"},
                "annotations": annotations,
            },
            "spec": {"replicas": size, "selector": spec["selector"], "template": template},
        }
        self.stage.put(
            body,
            owner=self.deployment,
            age_s=1000 - 100 * number,
            status={**counts, "observedGeneration": 1},
        )
        self.names.append(f"web-v{number}")
        return self.names[-1]

    def looked(self) -> list[int]:
        """The sizes after one look."""
        self.look()
        return self.sizes()

    def look(self) -> dict[str, Any]:
        """The Deployment after one look."""
        self.deployment = self.stage.look(self.deployment)
        return self.deployment

    def sizes(self) -> list[int]:
        return [self.replica_set(name)["spec"]["replicas"] for name in self.names]

    def replica_set(self, name: str) -> dict[str, Any]:
        found = self.stage.cluster.get("ReplicaSet", "default", name)
        assert found is not None
        return found
