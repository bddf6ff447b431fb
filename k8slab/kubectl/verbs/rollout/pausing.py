"""kubectl rollout pause and resume."""

from __future__ import annotations

from k8slab.engine.api.errors import ApiError

from ...command import Run, Verb
from ...errors import Failure, failure
from ...flags import Parsed
from ...printers.output import print_one
from ...resources import Found, qualified_plural
from ...session import Session
from .. import options
from .common import CHANGING, found, supports


def _run(doing: str, done: str, refused: str, paused: bool) -> Run:
    def run(session: Session, parsed: Parsed) -> int | None:
        for item in found(session, parsed):
            try:
                supports(item, doing, ("Deployment",))
                if bool(item.obj["spec"].get("paused")) == paused:
                    raise failure(f'{qualified_plural(item.kind)} "{item.name}" {refused}')
                changed = _patch(session, parsed, item, paused)
            except (ApiError, Failure) as error:
                session.fail(error)
                continue
            print_one(session, parsed.options["output"], changed, done, apart=True)
        return None

    return run


def _patch(session: Session, parsed: Parsed, item: Found, paused: bool) -> Found:
    obj = session.request(
        "patch",
        item.kind,
        item.namespace,
        item.name,
        body={"spec": {"paused": paused or None}},
        patch_type="strategic",
        options=options.request_options(parsed, "kubectl-rollout"),
    )
    return Found(item.kind, obj)


PAUSE = Verb(
    name="pause",
    summary="Mark the provided resource as paused",
    run=_run("pausing", "paused", "is already paused", True),
    usage="TYPE/NAME",
    flags=CHANGING,
)

RESUME = Verb(
    name="resume",
    summary="Resume a paused resource",
    run=_run("resuming", "resumed", "is not paused", False),
    usage="TYPE/NAME",
    flags=CHANGING,
)
