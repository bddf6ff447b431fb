"""kubectl attach: what a container prints from now on."""

from __future__ import annotations

from ..command import Verb
from ..errors import failure
from ..flags import Flag, Parsed
from ..resources import kind_of
from ..session import Session
from . import pod_target
from .logs import FOLLOW_MS

_NOTES = (
    "All commands and output from this session will be recorded in container logs, including "
    "credentials and sensitive information passed through the command prompt.\n"
    "If you don't see a command prompt, try pressing enter."
)


def run(session: Session, parsed: Parsed) -> int | None:
    """Print new lines second by second, until the container ends."""
    words = parsed.arguments
    if not words:
        raise failure("at least 1 argument is required for attach")
    if len(words) > 2:
        raise failure(
            f"expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw {len(words)}: "
            f"[{' '.join(words)}]"
        )
    pod = pod_target.pod_of(session, "/".join(words))
    pod_target.refuse_completed(pod, "attach")
    container = pod_target.container_of(session, parsed, pod)
    if not parsed.options["quiet"]:
        session.warn(_NOTES)
    box = pod_target.connected(session, pod, container, "attach")
    end_ms = session.cluster.now_ms + FOLLOW_MS
    gone = False
    while not gone and session.cluster.now_ms < end_ms:
        since_ms = session.cluster.now_ms + 1
        gone = session.wait(box.is_gone, 1000)
        if session.find(kind_of("pods"), box.key.namespace, box.key.name) is None:
            break
        asked = {"container": container, "since_ms": since_ms}
        found = session.request(
            "get", kind_of("pods"), *box.key[1:], subresource="log", options=asked
        )
        for line in found["lines"]:
            session.print(line)
    return None


VERB = Verb(
    name="attach",
    summary="Attach to a running container",
    run=run,
    section="Troubleshooting and Debugging Commands",
    usage="(POD | TYPE/NAME) -c CONTAINER",
    example="kubectl attach web-1 -c sidecar",
    flags=(
        Flag("container", short="c", hint="The container; the first if none is named"),
        Flag("stdin", "bool", short="i", default=False, hint="Pass stdin to the container"),
        Flag("tty", "bool", short="t", default=False, hint="With a terminal"),
        Flag("quiet", "bool", short="q", default=False, hint="Print only the container's output"),
    ),
)
