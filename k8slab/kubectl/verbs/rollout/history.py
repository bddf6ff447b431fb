"""kubectl rollout history."""

from __future__ import annotations

from k8slab.engine.base.objects import Obj, annotations_of, set_in

from ...command import Verb
from ...describe.template import template_lines
from ...errors import Failure, failure
from ...flags import Flag, Parsed
from ...printers.output import print_one
from ...printers.tabwriter import align
from ...resources import Found, kind_of
from ...revisions import (
    controller_revisions,
    replica_sets,
    revision_of,
    template_in,
)
from ...session import CHANGE_CAUSE, Session
from .. import options
from .common import FLAGS, TEMPLATED, found, not_here


def run(session: Session, parsed: Parsed) -> int | None:
    """Print the revisions, or the template of one."""
    revision = parsed.options["revision"]
    if revision < 0:
        raise failure(f"revision must be a positive integer: {revision}")
    for item in found(session, parsed):
        if item.kind.kind not in TEMPLATED:
            session.fail(not_here(item.kind, "history viewer"))
            continue
        try:
            _show(session, parsed, item, revision)
        except Failure as refused:
            session.fail(refused)
    return None


def _show(session: Session, parsed: Parsed, item: Found, revision: int) -> None:
    by_revision = _by_revision(session, item)
    form = parsed.options["output"]
    if revision == 0 and form:
        for number in sorted(by_revision):
            kept = by_revision[number]
            print_one(session, form, Found(kind_of(kept["kind"]), kept), "")
        return
    if revision == 0:
        session.write(f"{item} \n{_table(by_revision)}\n")
        return
    if revision not in by_revision:
        raise failure("unable to find the specified revision")
    kept = by_revision[revision]
    if form:
        print_one(session, form, Found(kind_of(kept["kind"]), kept), "")
        return
    session.write(f"{item} with revision #{revision}\n{_template(kept)}\n\n")


def _by_revision(session: Session, item: Found) -> dict[int, Obj]:
    """What keeps each revision: a ReplicaSet, or a ControllerRevision."""
    if item.kind.kind != "Deployment":
        return {obj["revision"]: obj for obj in controller_revisions(session, item.obj)}
    by_revision = {revision_of(obj): obj for obj in replica_sets(session, item.obj)}
    by_revision.pop(0, None)
    return by_revision


def _table(by_revision: dict[int, Obj]) -> str:
    if not by_revision:
        return "No rollout history found.\n"
    rows = [["REVISION", "CHANGE-CAUSE"]]
    for revision in sorted(by_revision):
        rows.append([str(revision), annotations_of(by_revision[revision]).get(CHANGE_CAUSE, "")])
    lines = [f"{number}\t{cause or '<none>'}" for number, cause in rows]
    return align("\n".join(lines) + "\n")


def _template(kept: Obj) -> str:
    """The template as describe shows it, its tabs as they are; the change cause is added to it."""
    of_deployment = kept["kind"] == "ReplicaSet"
    template = kept["spec"]["template"] if of_deployment else template_in(kept)
    cause = annotations_of(kept).get(CHANGE_CAUSE) if of_deployment else None
    if cause:
        annotations = {
            **((template.get("metadata") or {}).get("annotations") or {}),
            CHANGE_CAUSE: cause,
        }
        template = set_in(template, ("metadata", "annotations"), annotations)
    return "\n".join(template_lines(template))


HISTORY = Verb(
    name="history",
    summary="View rollout history",
    run=run,
    usage="TYPE/NAME",
    example="kubectl rollout history deployment/web --revision=2",
    flags=(
        *FLAGS,
        options.OUTPUT,
        Flag("revision", "int", default=0, hint="Show the template of this revision"),
    ),
)
