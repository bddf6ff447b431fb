"""A terminal on a container's own shell (``run -it``, ``debug -it``)."""

from __future__ import annotations

from k8slab.engine.nodes.inside import NotRunning

from ..container import Box, Terminal
from ..errors import failure
from ..resources import kind_of
from ..session import Session

START_MS = 60_000
"""How long a container may take to start (kubectl's pod-running-timeout)."""


def enter(
    session: Session, pod: str, container: str, shell: str = "sh", *, removes: bool = False
) -> int:
    """Wait for the container and open its shell; ``removes`` deletes the pod when it is left."""
    namespace = session.namespace
    found: list[Box] = []

    def is_there() -> bool:
        try:
            found.append(Box(session.cluster, namespace, pod, container))
        except NotRunning:
            return False
        return True

    if not session.wait(is_there, START_MS):
        raise failure("timed out waiting for the condition")
    session.warn("If you don't see a command prompt, try pressing enter.")
    box = found[-1]

    def leave(later: Session, code: int) -> None:
        if not box.is_gone():
            box.cluster.inject(
                "container-exit", pod=pod, namespace=namespace, container=container, code=code
            )
        if removes:
            later.wait(box.is_gone, 1000)
            later.request("delete", kind_of("pods"), namespace, pod)
            later.print(f'pod "{pod}" deleted from {namespace} namespace')

    if session.desk is not None and session.has_tty:
        session.desk.open(Terminal(box, shell, leave))
    return 0
