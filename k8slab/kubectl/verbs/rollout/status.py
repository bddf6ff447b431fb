"""kubectl rollout status: follows a workload until its rollout ends."""

from __future__ import annotations

from k8slab.engine.base.objects import Key, Obj, key_of

from ...command import Verb
from ...errors import failure
from ...flags import Flag, Parsed
from ...resources import Found, group_kind
from ...session import MAX_WAIT_MS, Session
from .common import FLAGS, found
from .progress import VIEWERS

WAIT_MS = 30 * 60_000
"""How long it follows without --timeout: a paused rollout would hold the line for ever."""


def run(session: Session, parsed: Parsed) -> int | None:
    """Print how far the rollout is at each change of the object; exit code 1 where it fails."""
    if parsed.options["revision"] < 0:
        raise failure(f"revision must be a positive integer: {parsed.options['revision']}")
    items = found(session, parsed)
    if not items and not session.failed:
        session.warn(f"No resources found in {session.namespace} namespace.")
    for item in items:
        _follow(session, parsed, item)
    return None


def _follow(session: Session, parsed: Parsed, item: Found) -> None:
    if item.kind.kind not in VIEWERS:
        raise failure(f"no status viewer has been implemented for {group_kind(item.kind)}")
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


def _report(session: Session, parsed: Parsed, obj: Obj) -> bool:
    text, done = VIEWERS[obj["kind"]](obj, parsed.options["revision"])
    session.print(text)
    return done


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
