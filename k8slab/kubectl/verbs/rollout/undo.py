"""kubectl rollout undo: puts the template of an earlier revision back."""

from __future__ import annotations

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import Obj, annotations_of

from ...command import Verb
from ...describe.template import template_lines
from ...errors import Failure, failure
from ...flags import Flag, Parsed
from ...printers.output import print_one
from ...resources import Found
from ...revisions import (
    REVISION,
    controller_revisions,
    replica_sets,
    revision_of,
    template_in,
    template_of,
)
from ...session import Session
from .. import options
from ..create import LAST_APPLIED
from .common import FLAGS, TEMPLATED, found, not_here

_KEPT = frozenset(
    {
        LAST_APPLIED,
        REVISION,
        "deployment.kubernetes.io/revision-history",
        "deployment.kubernetes.io/desired-replicas",
        "deployment.kubernetes.io/max-replicas",
        "deprecated.deployment.rollback.to",
    }
)
_SKIPPED = "skipped rollback (current template already matches revision {})"
_APPLIED = (
    "Warning: resource {resource}/{name} was previously managed with 'kubectl apply'. Rolling back "
    "will not update the {annotation} annotation, which may cause unexpected behavior on future "
    "'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration "
    "file instead.\n"
)


def run(session: Session, parsed: Parsed) -> int | None:
    """Roll back to the revision before, or to ``--to-revision``."""
    for item in found(session, parsed):
        try:
            _roll_back(session, parsed, item)
        except (ApiError, Failure) as refused:
            session.fail(refused)
    return None


def _roll_back(session: Session, parsed: Parsed, item: Found) -> None:
    to_revision = parsed.options["to-revision"]
    if item.kind.kind not in TEMPLATED:
        raise not_here(item.kind, "rollbacker")
    if LAST_APPLIED in annotations_of(item.obj):
        text = _APPLIED.format(resource=item.kind.plural, name=item.name, annotation=LAST_APPLIED)
        session.warn(text.rstrip("\n"))
    if to_revision < 0:
        raise failure(f"unable to find specified revision {to_revision} in history")
    undo = _undo if item.kind.kind == "Deployment" else _undo_set
    done = undo(session, parsed, item, to_revision)
    now = Found(item.kind, session.get(item.kind, item.namespace, item.name))
    done = options.done(done, options.dry_run(parsed))
    print_one(session, parsed.options["output"], now, done)


def _undo(session: Session, parsed: Parsed, item: Found, to_revision: int) -> str:
    deployment = item.obj
    target = _target(session, item, to_revision)
    if options.dry_run(parsed) == "client":
        return "\n".join([*template_lines(target["spec"]["template"]), ""])
    if deployment["spec"].get("paused"):
        raise failure(
            "you cannot rollback a paused deployment; resume it first with "
            "'kubectl rollout resume' and try again"
        )
    template = template_of(target)
    if template == deployment["spec"]["template"]:
        return _SKIPPED.format(to_revision)
    session.request(
        "patch",
        item.kind,
        item.namespace,
        item.name,
        body=[
            {"op": "replace", "path": "/spec/template", "value": template},
            {
                "op": "replace",
                "path": "/metadata/annotations",
                "value": _annotations(deployment, target),
            },
        ],
        patch_type="json",
        options=options.request_options(parsed, "kubectl-rollout"),
    )
    return "rolled back"


def _undo_set(session: Session, parsed: Parsed, item: Found, to_revision: int) -> str:
    """A DaemonSet or StatefulSet: the patch that a ControllerRevision keeps is applied."""
    target = _kept(session, item, to_revision)
    template = template_in(target)
    if options.dry_run(parsed) == "client":
        return "will roll back to " + "\n".join([*template_lines(template), ""])
    if template == item.obj["spec"]["template"]:
        return _SKIPPED.format(to_revision)
    session.request(
        "patch",
        item.kind,
        item.namespace,
        item.name,
        body=target["data"],
        patch_type="strategic",
        options=options.request_options(parsed, "kubectl-rollout"),
    )
    return "rolled back"


def _kept(session: Session, item: Found, to_revision: int) -> Obj:
    history = controller_revisions(session, item.obj)
    if to_revision:
        for revision in history:
            if revision["revision"] == to_revision:
                return revision
        raise failure(f"unable to find specified revision {to_revision} in history")
    if len(history) < 2:
        raise failure("no last revision to roll back to")
    return history[-2]


def _target(session: Session, item: Found, to_revision: int) -> Obj:
    """The ReplicaSet to go back to (polymorphichelpers deploymentRevision)."""
    history = [obj for obj in replica_sets(session, item.obj) if revision_of(obj) > 0]
    if to_revision:
        for replica_set in history:
            if revision_of(replica_set) == to_revision:
                return replica_set
        raise failure(f"unable to find specified revision {to_revision} in history")
    if len(history) < 2:
        raise failure(f'no rollout history found for deployment "{item.name}"')
    return history[-2]


def _annotations(deployment: Obj, target: Obj) -> dict[str, str]:
    """The revision's annotations, and of the Deployment those that describe itself."""
    theirs = {name: v for name, v in annotations_of(target).items() if name not in _KEPT}
    own = {name: v for name, v in annotations_of(deployment).items() if name in _KEPT}
    return {**theirs, **own}


UNDO = Verb(
    name="undo",
    summary="Undo a previous rollout",
    run=run,
    usage="TYPE/NAME",
    example="kubectl rollout undo deployment/web --to-revision=3",
    flags=(
        *FLAGS,
        options.OUTPUT,
        options.DRY_RUN,
        Flag("to-revision", "int", default=0, hint="The revision to go back to; 0: the one before"),
    ),
)
