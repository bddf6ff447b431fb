"""kubectl rollout status: follows a Deployment until its rollout ends (polymorphichelpers)."""

from __future__ import annotations

from k8slab.engine.base.objects import Key, Obj, get_in, key_of

from ...command import Verb
from ...errors import failure
from ...flags import Flag, Parsed
from ...resources import Found
from ...revisions import revision_of
from ...session import MAX_WAIT_MS, Session
from .common import FLAGS, found

WAIT_MS = 30 * 60_000
"""How long it follows without --timeout: a paused rollout would hold the line for ever."""


def run(session: Session, parsed: Parsed) -> int | None:
    """Print how far the rollout is at each change of the object; exit code 1 where it fails."""
    for item in found(session, parsed):
        _follow(session, parsed, item)
    return None


def _follow(session: Session, parsed: Parsed, item: Found) -> None:
    if item.kind.kind != "Deployment":
        raise failure(f"no status viewer has been implemented for {item.kind.kind}")
    key = key_of(item.obj)
    version = session.cluster.version
    timeout_ms = min(parsed.options["timeout"] or WAIT_MS, MAX_WAIT_MS)
    deadline_ms = session.cluster.now_ms + timeout_ms
    done = _report(session, parsed, item.obj)
    while parsed.options["watch"] and not done:
        left_ms = deadline_ms - session.cluster.now_ms
        if left_ms <= 0 or not _changed(session, key, version, left_ms):
            raise failure("timed out waiting for the condition")
        for change in session.cluster.changes(version):
            version = change.version
            if change.key != key:
                continue
            if change.type == "DELETED":
                raise failure("object has been deleted")
            done = _report(session, parsed, change.object)
            if done:
                return


def _changed(session: Session, key: Key, version: int, timeout_ms: int) -> bool:
    """Let time pass until the object is newer than ``version`` (or gone)."""

    def newer() -> bool:
        obj = session.cluster.get(*key)
        return obj is None or int(obj["metadata"]["resourceVersion"]) > version

    return session.wait(newer, timeout_ms)


def _report(session: Session, parsed: Parsed, deployment: Obj) -> bool:
    text, done = progress(deployment, parsed.options["revision"])
    session.print(text)
    return done


def progress(deployment: Obj, revision: int = 0) -> tuple[str, bool]:
    """How far a Deployment's rollout is, and whether it is over. Failure past its deadline."""
    name = deployment["metadata"]["name"]
    if revision > 0 and revision != revision_of(deployment):
        raise failure(
            f"desired revision ({revision}) is different from the running revision "
            f"({revision_of(deployment)})"
        )
    status = deployment.get("status") or {}
    if deployment["metadata"].get("generation", 0) > status.get("observedGeneration", 0):
        return "Waiting for deployment spec update to be observed...", False
    for condition in status.get("conditions") or ():
        if (
            condition["type"] == "Progressing"
            and condition.get("reason") == "ProgressDeadlineExceeded"
        ):
            raise failure(f'deployment "{name}" exceeded its progress deadline')
    wanted = get_in(deployment, "spec", "replicas", default=0)
    total, updated = status.get("replicas", 0), status.get("updatedReplicas", 0)
    available = status.get("availableReplicas", 0)
    waiting = f'Waiting for deployment "{name}" rollout to finish: '
    if updated < wanted:
        return f"{waiting}{updated} out of {wanted} new replicas have been updated...", False
    if total > updated:
        return f"{waiting}{total - updated} old replicas are pending termination...", False
    if available < updated:
        return f"{waiting}{available} of {updated} updated replicas are available...", False
    return f'deployment "{name}" successfully rolled out', True


STATUS = Verb(
    name="status",
    summary="Show the status of the rollout",
    run=run,
    usage="TYPE/NAME",
    example="kubectl rollout status deployment/web --timeout=2m",
    flags=(
        *FLAGS,
        Flag("watch", "bool", short="w", default=True, hint="Follow it until it is done"),
        Flag("revision", "int", default=0, hint="Fail if another revision is rolling out"),
        Flag("timeout", "duration", default=0, hint="How long to follow it (virtual time)"),
    ),
)

__all__ = ["STATUS", "progress"]
