"""One step of a trace, and the titles of all."""

from __future__ import annotations

from dataclasses import dataclass

TITLES = {
    1: "kubectl reads its kubeconfig and builds the request",
    2: "kubectl sends it",
    3: "Authentication: who is it?",
    4: "Authorization: may they?",
    5: "Admission: changed, or turned away?",
    6: "Validation: is the object sound?",
    7: "Written to etcd",
    8: "The answer",
    9: "The Deployment controller is told",
    10: "It makes a ReplicaSet",
    11: "The ReplicaSet controller is told",
    12: "It makes a pod, without a node",
    13: "The scheduler is told",
    14: "It filters and scores the nodes",
    15: "The pod gets its node",
    16: "That node's kubelet is told",
    17: "The image is there, or is pulled",
    18: "Containers are created",
    19: "Startup probe",
    20: "Readiness probe",
    21: "The endpoints get the pod's address",
    22: "kube-proxy writes its rules",
    23: "The first request is served",
}


@dataclass(frozen=True, slots=True)
class Step:
    """What ``component`` did with ``object`` (``Pod/default/web-x``) at a virtual time, in lines.

    ``real`` corrects what is often told of this step; ``refusal`` is the error that ends a trace.
    """

    number: int
    at_ms: int
    component: str
    object: str
    lines: tuple[str, ...]
    real: str = ""
    refusal: str = ""

    @property
    def title(self) -> str:
        """What this step is."""
        return TITLES[self.number]
