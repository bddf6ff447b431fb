"""The revisions of a Deployment (its ReplicaSets), DaemonSet or StatefulSet, and templates."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj, Objs, annotations_of, controller_of, drop_in, uid_of

from .resources import kind_of
from .session import Session

REVISION = "deployment.kubernetes.io/revision"
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


def controller_revisions(session: Session, owner: Obj) -> Objs:
    """The ControllerRevisions of a DaemonSet or StatefulSet, by number."""
    uid = uid_of(owner)
    owned = [
        obj
        for obj in session.list(kind_of("controllerrevisions"), owner["metadata"]["namespace"])
        if (controller_of(obj) or {}).get("uid") == uid
    ]
    return sorted(owned, key=lambda obj: int(obj["revision"]))


def template_in(revision: Obj) -> Obj:
    """The pod template that a ControllerRevision keeps."""
    return drop_in(revision["data"]["spec"]["template"], ("$patch",))
