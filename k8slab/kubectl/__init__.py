"""kubectl over a simulated cluster: parsing, verbs and printers; it speaks to the API alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from k8slab.engine.cluster import Cluster

from .command import execute
from .session import Session
from .verbs import VERBS


def run(
    cluster: Cluster,
    words: Sequence[str],
    *,
    files: Mapping[str, str],
    namespace: str = "default",
    line: str = "",
    stdin: str = "",
) -> tuple[str, str, int, str]:
    """Run ``kubectl`` with ``words``: stdout, stderr, exit code, and the context's namespace after.

    ``line`` is what was typed, for the journal.
    """
    session = Session(
        cluster, files, namespace=namespace, context_namespace=namespace, line=line, stdin=stdin
    )
    code = execute(session, VERBS, list(words))
    return "".join(session.out), "".join(session.err), code, session.context_namespace


__all__ = ["run"]
