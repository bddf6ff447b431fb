"""The revisions of a Deployment: its ReplicaSets, and their templates."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj, Objs, annotations_of, controller_of, drop_in, uid_of

from .resources import kind_of
from .session import Session

REVISION = "deployment.kubernetes.io/revision"
CHANGE_CAUSE = "kubernetes.io/change-cause"
TEMPLATE_HASH = "pod-template-hash"


def replica_sets(session: Session, deployment: Obj) -> Objs:
    """The ReplicaSets that a Deployment controls, by revision."""
    uid = uid_of(deployment)
    owned = [
        obj
        for obj in session.list(kind_of("replicasets"), deployment["metadata"]["namespace"])
        if (controller_of(obj) or {}).get("uid") == uid
    ]
    return sorted(owned, key=revision_of)


def revision_of(obj: Obj) -> int:
    """The revision number of a Deployment or ReplicaSet; 0 where it has none."""
    text = annotations_of(obj).get(REVISION, "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def template_of(replica_set: Obj) -> Obj:
    """The pod template of a ReplicaSet, without the label that the controller put on it."""
    template: Obj = replica_set["spec"]["template"]
    return drop_in(template, ("metadata", "labels", TEMPLATE_HASH))
