"""kubectl over a simulated cluster: parsing, verbs and printers; it speaks to the API alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from k8slab.engine.cluster import Cluster

from .command import execute
from .container import Terminal
from .session import Desk, Forward, Interrupted, Pace, Session
from .verbs import VERBS

INTERRUPTED = 130  # the exit code of a line that Ctrl+C has ended


def run(
    cluster: Cluster,
    words: Sequence[str],
    *,
    files: Mapping[str, str],
    namespace: str = "default",
    line: str = "",
    stdin: str = "",
    pace: Pace | None = None,
    show_http: bool = False,
    desk: Desk | None = None,
    has_tty: bool = True,
) -> tuple[str, str, int, str]:
    """Run ``kubectl`` with ``words``: stdout, stderr, exit code, and the context's namespace after.

    ``line`` is what was typed, for the journal; ``show_http`` tells each request on stderr. What
    ``pace`` was told is not returned again. ``desk`` is the terminal, for shells that stay
    open in a container (see ``type_in``), forwarded ports and copied files.
    """
    session = Session(
        cluster,
        files,
        namespace=namespace,
        context_namespace=namespace,
        line=line,
        stdin=stdin,
        pace=pace,
        show_http=show_http,
        desk=desk,
        has_tty=has_tty,
    )
    try:
        code = execute(session, VERBS, list(words))
    except Interrupted:
        code = INTERRUPTED
    return session.untold(), "".join(session.err), code, session.context_namespace


def type_in(
    cluster: Cluster, terminal: Terminal, line: str, pace: Pace | None = None
) -> tuple[str, str, int]:
    """Type a line into a shell that is open in a container: stdout, stderr, exit code."""
    session = Session(cluster, {}, line=line, pace=pace)
    try:
        code = terminal.type(session, line)
    except Interrupted:
        code = INTERRUPTED
    return session.untold(), "".join(session.err), code


__all__ = ["INTERRUPTED", "Desk", "Forward", "Interrupted", "Pace", "Terminal", "run", "type_in"]
