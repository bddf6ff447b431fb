"""kubectl rollout restart: a new time in the template, so that all pods are replaced."""

from __future__ import annotations

from k8slab.engine.api.errors import ApiError
from k8slab.engine.base.objects import get_in
from k8slab.engine.base.times import rfc3339

from ...command import Verb
from ...errors import Failure, failure
from ...flags import Parsed
from ...printers.output import print_one
from ...resources import Found
from ...session import Session
from .. import options
from .common import CHANGING, found, supports

RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
_TOO_SOON = (
    "failed to create patch for {name}: if restart has already been triggered within the past "
    "second, please wait before attempting to trigger another"
)


def run(session: Session, parsed: Parsed) -> int | None:
    """Put the time of the restart into the pod template."""
    items = found(session, parsed)
    if not items and not session.failed:
        session.warn(f"No resources found in {session.namespace} namespace.")
    for item in items:
        try:
            _restart(session, parsed, item)
        except (ApiError, Failure) as refused:
            session.fail(refused)
    return None


def _restart(session: Session, parsed: Parsed, item: Found) -> None:
    supports(item, "restarting")
    if item.obj["spec"].get("paused"):
        raise failure(
            f'{item.kind.plural}.{item.kind.group} "{item.name}" can\'t restart paused '
            "deployment (run rollout resume first)"
        )
    now = rfc3339(session.now_unix_ms)
    path = ("spec", "template", "metadata", "annotations", RESTARTED_AT)
    if get_in(item.obj, *path) == now:
        raise failure(_TOO_SOON.format(name=item.name))
    obj = session.request(
        "patch",
        item.kind,
        item.namespace,
        item.name,
        body={"spec": {"template": {"metadata": {"annotations": {RESTARTED_AT: now}}}}},
        patch_type="strategic",
        options=options.request_options(parsed, "kubectl-rollout"),
    )
    restarted = Found(item.kind, obj)
    print_one(session, parsed.options["output"], restarted, "restarted", apart=True)


RESTART = Verb(
    name="restart",
    summary="Restart a resource",
    run=run,
    usage="TYPE/NAME",
    example="kubectl rollout restart deployment/web",
    flags=CHANGING,
)
