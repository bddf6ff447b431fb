"""What the rollout verbs share: finding Deployments, their ReplicaSets and revisions."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj, Objs, annotations_of, controller_of, drop_in, uid_of

from ...errors import failure
from ...flags import Flag, Parsed
from ...resources import Found, kind_of, qualified_plural, select
from ...session import Session
from .. import options

REVISION = "deployment.kubernetes.io/revision"
CHANGE_CAUSE = "kubernetes.io/change-cause"
TEMPLATE_HASH = "pod-template-hash"
FLAGS: tuple[Flag, ...] = (options.FILENAME, options.RECURSIVE, options.SELECTOR)


def found(session: Session, parsed: Parsed) -> list[Found]:
    """The objects of the command line; a bare type means all of it."""
    if parsed.options["filename"]:
        return [
            Found(item.kind, session.get(item.kind, item.namespace, item.name))
            for item in options.manifests(session, parsed)
        ]
    if not parsed.arguments:
        raise failure("required resource not specified")
    return select(session, parsed.arguments, labels=parsed.options["selector"], implied=True)


def supports(item: Found, doing: str) -> None:
    """Failure for anything but a Deployment: ``services "web" restarting is not supported``."""
    if item.kind.kind != "Deployment":
        raise failure(f'{qualified_plural(item.kind)} "{item.name}" {doing} is not supported')


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
