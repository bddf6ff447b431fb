"""kubectl over a simulated cluster: parsing, verbs and printers; it speaks to the API alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from k8slab.engine.apps.sh.steps import Said
from k8slab.engine.cluster import Cluster

from . import kubeconfig
from .command import execute
from .container import Terminal
from .errors import Failure
from .session import Desk, Forward, Interrupted, Pace, Proxy, Say, Session
from .verbs import VERBS, raw

KUBECONFIG = kubeconfig.PATH
INTERRUPTED = 130  # the exit code of a line that Ctrl+C has ended


def run(
    cluster: Cluster,
    words: Sequence[str],
    *,
    files: Mapping[str, str],
    environment: Mapping[str, str] | None = None,
    line: str = "",
    stdin: str = "",
    pace: Pace | None = None,
    show_http: bool = False,
    desk: Desk | None = None,
    has_tty: bool = True,
) -> tuple[tuple[Said, ...], int]:
    """Run ``kubectl`` with ``words``: what it says on both streams, and its exit code.

    ``line`` is what was typed, for the journal; ``show_http`` tells each request on stderr. What
    ``pace`` was told is not returned again. ``desk`` is the terminal, for shells that stay
    open in a container (see ``type_in``), forwarded ports and copied files.
    """
    session = Session(
        cluster,
        files,
        environment=environment or {},
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
    return session.untold(), code


def browse(
    cluster: Cluster,
    proxy: Proxy,
    path: str,
    *,
    files: Mapping[str, str],
    environment: Mapping[str, str],
) -> tuple[int, str]:
    """GET a path of the API server through ``kubectl proxy``: its status and text."""
    session = Session(cluster, files, environment=environment)
    try:
        session.enter(proxy.options)
        return raw.browsed(session, path)
    except Failure as error:
        return 502, f"{error}\n"


def default_kubeconfig() -> str:
    """``~/.kube/config`` of a terminal in which nobody has changed it."""
    return kubeconfig.default().text()


def context_namespace(files: Mapping[str, str], environment: Mapping[str, str]) -> str:
    """The namespace of the current context; "default" where the kubeconfig leads nowhere."""
    try:
        config = kubeconfig.load(files, kubeconfig.paths("", environment))
    except Failure:
        return "default"
    context = config.contexts.get(config.current) or {}
    return str(context.get("namespace") or "default")


def type_in(
    cluster: Cluster, terminal: Terminal, line: str, pace: Pace | None = None
) -> tuple[tuple[Said, ...], int]:
    """Type a line into a shell that is open in a container: what it says, and its exit code."""
    session = Session(cluster, {}, line=line, pace=pace)
    try:
        code = terminal.type(session, line)
    except Interrupted:
        code = INTERRUPTED
    return session.untold(), code


__all__ = [
    "INTERRUPTED",
    "KUBECONFIG",
    "Desk",
    "Forward",
    "Interrupted",
    "Pace",
    "Proxy",
    "Say",
    "Terminal",
    "browse",
    "context_namespace",
    "default_kubeconfig",
    "run",
    "type_in",
]
