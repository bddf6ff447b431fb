"""kubectl over a simulated cluster: parsing, verbs and printers; it speaks to the API alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from k8slab.engine.cluster import Cluster

from .command import execute
from .session import Interrupted, Pace, Session
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
) -> tuple[str, str, int, str]:
    """Run ``kubectl`` with ``words``: stdout, stderr, exit code, and the context's namespace after.

    ``line`` is what was typed, for the journal; ``show_http`` tells each request on stderr. What
    ``pace`` was told is not returned again.
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
    )
    try:
        code = execute(session, VERBS, list(words))
    except Interrupted:
        code = INTERRUPTED
    return session.untold(), "".join(session.err), code, session.context_namespace


__all__ = ["INTERRUPTED", "Interrupted", "Pace", "run"]
